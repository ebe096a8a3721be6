import { LlmspellError } from "../errors.ts";
import { nearestName } from "../values/nearest-name.ts";
import { type CheckContext, checkValue } from "./check-value.ts";
import { describeRule } from "./describe-rule.ts";
import { findParameter } from "./flag-name.ts";
import type { Parameter, ParameterRule } from "./manifest.ts";
import { readJson, readText } from "./read-text.ts";

/** A parameter as it was given: a value, or text that its declared type tells how to read. Of several, the last one holds. */
export type GivenParameter = { name: string } & ({ value: unknown } | { text: string } | { json: string });

export interface ResolveOptions {
  /** How the spell is called in messages. */
  spell: string;
  /** What is wrong with a file's path; absent: files are not looked for. */
  fileProblem?(path: string): string | undefined;
}

/**
 * The parameters of a run: what was given, read by its declared type and checked, with defaults filled in. A spell that
 * declares none takes any. Throws `params.invalid`, which names all that is wrong.
 */
export async function resolveParameters(
  declared: readonly Parameter[],
  given: readonly GivenParameter[],
  options: ResolveOptions,
): Promise<Record<string, unknown>> {
  const problems: string[] = [];
  const values = new Map<string, unknown>();
  for (const parameter of given) takeGiven(parameter, declared, values, problems);
  if (declared.length > 0) {
    const context = await contextFor(declared, options);
    for (const parameter of declared) settle(parameter, values, problems, context);
  }
  if (problems.length === 0) return Object.fromEntries(values);
  const [only] = problems;
  throw new LlmspellError(
    "params.invalid",
    problems.length === 1
      ? `${options.spell}: ${only}`
      : `${options.spell}: ${problems.length} parameters are wrong:\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
    {
      details: { problems },
      ...(declared.length === 0 ? {} : { hint: `Parameters: ${declared.map(summary).join(", ")}.` }),
    },
  );
}

function takeGiven(
  given: GivenParameter,
  declared: readonly Parameter[],
  values: Map<string, unknown>,
  problems: string[],
): void {
  const parameter = findParameter(declared, given.name);
  if (!parameter && declared.length > 0) {
    const near = nearestName(
      given.name,
      declared.map(({ name }) => name),
    );
    problems.push(`there is no parameter ${given.name}${near === undefined ? "" : ` (did you mean ${near}?)`}`);
    return;
  }
  const name = parameter?.name ?? given.name;
  const reading = readGiven(given, parameter ?? { type: "any" }, name);
  if ("problem" in reading) problems.push(reading.problem);
  else values.set(name, joined(given, parameter, values.get(name), reading.value));
}

function readGiven(given: GivenParameter, rule: ParameterRule, name: string): ReturnType<typeof readText> {
  if ("text" in given) return readText(rule, given.text, name);
  return "json" in given ? readJson(given.json, name) : { value: given.value };
}

/** A list's flag that is repeated adds to the list. */
function joined(given: GivenParameter, parameter: Parameter | undefined, before: unknown, value: unknown): unknown {
  const adds = "text" in given && parameter?.type === "array" && Array.isArray(before) && Array.isArray(value);
  return adds ? [...(before as unknown[]), ...(value as unknown[])] : value;
}

function settle(parameter: Parameter, values: Map<string, unknown>, problems: string[], context: CheckContext): void {
  const { name } = parameter;
  const value = values.get(name) ?? undefined;
  if (value !== undefined) {
    problems.push(...checkValue(parameter, value, name, context));
    return;
  }
  values.delete(name);
  if (parameter.default !== undefined) values.set(name, parameter.default);
  // What could not be read has been named already.
  else if (parameter.required && !problems.some((problem) => problem.startsWith(`${name} `)))
    problems.push(`${name} is missing: it wants ${describeRule(parameter)}`);
}

async function contextFor(declared: readonly Parameter[], { fileProblem }: ResolveOptions): Promise<CheckContext> {
  const compile = JSON.stringify(declared).includes('"pattern":')
    ? (await import("./linear-pattern.ts")).compilePattern
    : undefined;
  return {
    matches: (pattern, text) => compile?.(pattern)(text) ?? false,
    ...(fileProblem ? { fileProblem } : {}),
  };
}

function summary({ name, type, required, default: value }: Parameter): string {
  return `${name} (${type}${required && value === undefined ? ", required" : ""})`;
}
