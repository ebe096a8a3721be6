import { isPlainObject } from "../values/script-value.ts";
import { type CheckContext, checkValue } from "./check-value.ts";
import { describeRule } from "./describe-rule.ts";
import { flagName } from "./flag-name.ts";
import type { Parameter, ParameterRule, ParameterType } from "./manifest.ts";

type Path = readonly PropertyKey[];

/** A rule as the schema let it through. */
export type RuleInput = Omit<ParameterRule, "type" | "items" | "properties"> & {
  name?: string;
  type?: ParameterType;
  items?: RuleInput;
  properties?: RuleInput[];
};

export interface RuleReader {
  /** Takes what is wrong, and where. */
  refuse(path: Path, problem: string): void;
  compilePattern(pattern: string): (text: string) => boolean;
}

/** What each constraint is about; one of another type would be ignored silently. */
const FIELDS_OF: Readonly<Record<string, readonly ParameterType[]>> = {
  min: ["number", "integer"],
  max: ["number", "integer"],
  minLength: ["string"],
  maxLength: ["string"],
  pattern: ["string"],
  format: ["string"],
  items: ["array"],
  minItems: ["array"],
  maxItems: ["array"],
  properties: ["object"],
};

const RANGES = [
  ["min", "max"],
  ["minLength", "maxLength"],
  ["minItems", "maxItems"],
] as const;

/** Parameters with their types settled. Refuses repeated names, names with one flag, and rules that contradict themselves. */
export function readParameters(inputs: readonly RuleInput[], path: Path, reader: RuleReader): Parameter[] {
  const flags = new Map<string, string>();
  return inputs.map((input, index) => {
    const name = input.name ?? "";
    const flag = flagName(name);
    const before = flags.get(flag);
    if (before === name) reader.refuse([...path, index, "name"], `there are two parameters named ${name}`);
    else if (before !== undefined)
      reader.refuse([...path, index, "name"], `${name} and ${before} would have the same flag, --${flag}`);
    flags.set(flag, name);
    return { name, ...readRule(input, [...path, index], name, reader) };
  });
}

function readRule(input: RuleInput, path: Path, name: string, reader: RuleReader): ParameterRule {
  const { name: _, type: given, items, properties, ...constraints } = input;
  const type = given ?? inferType(input);
  const rule: ParameterRule = {
    type,
    ...constraints,
    ...(items ? { items: readRule(items, [...path, "items"], `an item of ${name}`, reader) } : {}),
    ...(properties ? { properties: readParameters(properties, [...path, "properties"], reader) } : {}),
  };
  const sound = checkRule(rule, path, name, reader);
  if (sound && rule.default !== undefined) checkDefault(rule, path, name, reader);
  return rule;
}

function inferType({ enum: choices, default: value, items, properties }: RuleInput): ParameterType {
  if (choices) return "enum";
  if (items || Array.isArray(value)) return "array";
  if (properties || isPlainObject(value)) return "object";
  if (typeof value === "number") return "number";
  return typeof value === "boolean" ? "boolean" : "string";
}

/** True when values can be checked against the rule. */
function checkRule(rule: ParameterRule, path: Path, name: string, reader: RuleReader): boolean {
  let sound = true;
  const refuse = (field: string, problem: string) => {
    sound = false;
    reader.refuse([...path, field], problem);
  };
  if (rule.type === "enum" && !rule.enum) refuse("type", `${name} is an enum and lists no values: add enum`);
  for (const [field, types] of Object.entries(FIELDS_OF)) {
    if (Object.hasOwn(rule, field) && !types.includes(rule.type))
      refuse(field, `"${field}" is for the type ${types.join(" or ")}, and ${name} is of type ${rule.type}`);
  }
  for (const [least, most] of RANGES) {
    if ((rule[least] ?? -Infinity) > (rule[most] ?? Infinity)) refuse(least, `${name}: ${least} is above ${most}`);
  }
  if (rule.pattern !== undefined) {
    try {
      reader.compilePattern(rule.pattern);
    } catch (cause) {
      refuse("pattern", `the pattern of ${name} is wrong: ${(cause as Error).message}`);
    }
  }
  const { enum: choices, ...others } = rule;
  if (sound && rule.type !== "enum") {
    for (const [index, choice] of (choices ?? []).entries()) {
      if (checkValue(others, choice, name, contextOf(reader)).length === 0) continue;
      reader.refuse([...path, "enum", index], `a choice of ${name} is not ${describeRule(others)}`);
      sound = false;
    }
  }
  return sound;
}

function checkDefault(rule: ParameterRule, path: Path, name: string, reader: RuleReader): void {
  for (const problem of checkValue(rule, rule.default, `the default of ${name}`, contextOf(reader)))
    reader.refuse([...path, "default"], problem);
}

function contextOf({ compilePattern }: RuleReader): CheckContext {
  return { matches: (pattern, text) => compilePattern(pattern)(text) };
}
