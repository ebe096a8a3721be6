import { LlmspellError } from "../../errors.ts";
import { runSpell } from "../../runtime/run-spell.ts";
import type { RunResult } from "../../runtime/runtime-options.ts";
import type { RegisteredTool, ToolDescription } from "../../tools/registry.ts";
import type { Spell } from "../../runtime/spell.ts";
import { builtInTools } from "../built-in-tools.ts";
import { jsonText } from "../result.ts";
import { formatTable } from "../table.ts";
import { execute, type RunCommand } from "./run.ts";

const SCRIPT = "return await tools.execute(params.tool, ...params.given);";

/** Values of an argument that are listed as its type. */
const MOST_CHOICES = 4;

/** `llmspell tools list`. */
export async function toolsListCommand(options: { category?: string; tag?: string; json?: boolean }): Promise<void> {
  const registry = builtInTools();
  const known = registry.categories().map(({ name }) => name);
  if (options.category !== undefined && !known.includes(options.category)) {
    throw new LlmspellError("usage.invalid", `there is no category "${options.category}"`, {
      hint: `Categories: ${known.join(", ")}.`,
    });
  }
  const tools = registry.list({ category: options.category, tag: options.tag });
  await print(tools, options.json);
}

/** `llmspell tools search WORDS`. */
export async function toolsSearchCommand(words: readonly string[], options: { json?: boolean }): Promise<void> {
  const tools = builtInTools().search(words.join(" "));
  await print(tools, options.json);
}

/** `llmspell tools show NAME`. */
export async function toolsShowCommand(name: string, options: { json?: boolean }): Promise<void> {
  const tool = knownTool(name);
  process.stdout.write(options.json ? jsonText(plain(tool)) : await describe(tool));
}

/** `llmspell tools run NAME`: as a spell, so that policy, limits and journal are those of any other run. */
export async function toolsRunCommand(
  name: string,
  values: readonly string[],
  { args, ...options }: RunCommand["options"] & { args?: string },
): Promise<void> {
  const load = async (): Promise<Spell> => {
    const tool = knownTool(name);
    return { engine: "javascript", code: SCRIPT, file: `<tool ${tool.name}>`, name: tool.name };
  };
  const line = { tokens: [], options: [], target: name };
  await execute(
    { options, ahead: undefined },
    {
      load,
      line,
      mayReadInput: false,
      async start(supervisor, runId, spell, runtime, run) {
        const params = { tool: spell.name, given: givenArguments(values, args) };
        return forUser(await runSpell(supervisor, runId, spell, runtime, { ...run, params }), spell.name);
      },
    },
  );
}

/** Throws `tool.unknown`. */
const knownTool = (name: string) => builtInTools().get(name, "llmspell tools list shows all.");

/** The script is ours: its lines, and what it could do about an error, say nothing to the user. */
function forUser(result: RunResult, name: string): RunResult {
  if (result.ok) return result;
  const { frames: _, ...data } = result.error.toData();
  const hint =
    result.error.code === "tool.invalid_arguments" ? `llmspell tools show ${name} says what it takes.` : data.hint;
  return { ...result, error: LlmspellError.fromData({ ...data, ...(hint === undefined ? {} : { hint }) }) };
}

function givenArguments(values: readonly string[], json: string | undefined): readonly unknown[] {
  if (json === undefined) return values;
  if (values.length === 0) return [parseArguments(json)];
  throw new LlmspellError("usage.invalid", "the arguments are given either with --args or behind the tool's name");
}

function parseArguments(json: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new LlmspellError("usage.invalid", `--args is no JSON: ${(cause as Error).message}`, {
      cause,
      hint: `For example: --args '{"path": "notes.txt"}'`,
    });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new LlmspellError("usage.invalid", "--args wants a JSON object of the arguments by name");
}

function plain({ run: _, ...description }: RegisteredTool<never>): ToolDescription {
  return description;
}

async function print(tools: readonly RegisteredTool<never>[], json: boolean | undefined): Promise<void> {
  if (json) {
    process.stdout.write(jsonText(tools.map(plain)));
    return;
  }
  if (tools.length === 0) return void process.stderr.write("No tool is like that.\n");
  const rows = tools.map(({ name, category, permissions, description }) => [
    name,
    category,
    permissions.join(", ") || "none",
    firstSentence(description),
  ]);
  process.stdout.write(await formatTable(["tool", "category", "permissions", ""], rows));
}

function firstSentence(text: string): string {
  return /^.*?[.](?=\s|$)/s.exec(text)?.[0] ?? text;
}

async function describe(tool: ToolDescription): Promise<string> {
  const about = [
    tool.readOnly ? "reads only" : "has effects",
    ...(tool.destructive ? ["may overwrite or remove"] : []),
    ...(tool.requiresConfirmation ? ["a person is asked before a model's call of it runs"] : []),
    ...(tool.timeoutMs === undefined ? [] : [`at most ${tool.timeoutMs / 1000} s`]),
  ];
  const rows: [string, string][] = [
    ["category", tool.category],
    ["tags", tool.tags.join(", ")],
    ["permissions", tool.permissions.join(", ") || "none"],
    ["also called", tool.aliases.join(", ")],
    ["", about.join("; ")],
  ];
  const head = rows.filter(([, value]) => value !== "").map(([label, value]) => `${label.padEnd(12)} ${value}\n`);
  const parameters = await schemaRows(tool.parameters, true);
  const returns = tool.returns ? await schemaRows(tool.returns, false) : "";
  const examples = tool.examples.map(
    ({ description, args }) =>
      `  ${description}:\n    llmspell tools run ${tool.name} --args ${shellQuoted(JSON.stringify(args))}\n`,
  );
  return [
    `${tool.name}(${tool.positional.join(", ")})\n${tool.description}\n\n${head.join("")}`,
    parameters === "" ? "" : `\nArguments\n${parameters}`,
    returns === "" ? "" : `\nAnswers\n${returns}`,
    examples.length === 0 ? "" : `\nExamples\n${examples.join("")}`,
  ].join("");
}

async function schemaRows(schema: Record<string, unknown>, marks: boolean): Promise<string> {
  const properties = (schema.properties ?? {}) as Record<string, Record<string, unknown>>;
  const required = (schema.required ?? []) as string[];
  const rows = Object.entries(properties).map(([name, property]) => [
    name,
    typeText(property),
    required.includes(name) && marks
      ? "required"
      : property.default === undefined
        ? ""
        : `default ${JSON.stringify(property.default)}`,
    [property.description, longChoices(property)].filter((part) => part !== undefined).join(" "),
  ]);
  return rows.length === 0 ? "" : formatTable(["name", "type", "", ""], rows);
}

/** What is too long for the column of types. */
function longChoices({ enum: values }: Record<string, unknown>): string | undefined {
  return Array.isArray(values) && values.length > MOST_CHOICES ? `One of: ${values.join(", ")}.` : undefined;
}

function typeText({ type, enum: values, anyOf, items }: Record<string, unknown>): string {
  if (Array.isArray(values) && values.length > MOST_CHOICES) return `one of ${values.length}`;
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(" or ");
  if (Array.isArray(anyOf)) return (anyOf as Record<string, unknown>[]).map(typeText).join(" or ");
  if (type === "array" && typeof items === "object" && items !== null) return `list of ${typeText(items as never)}`;
  return typeof type === "string" ? type : "any";
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
