import { anything } from "../bridge/any-schema.ts";
import { type BridgeDefinition, defineBridge, method } from "../bridge/define-bridge.ts";
import { toCamelCase } from "../engine/naming.ts";
import { LlmspellError } from "../errors.ts";
import { fromNative, toNative } from "../values/native.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";

/** A tool of the program that runs spells: callable by them, and describable to a model. */
export interface ToolDefinition {
  /** Letters, digits and underscores. Scripts call it as `tools.name(args)`. */
  name: string;
  /** What it does and when to use it, for the model. */
  description: string;
  /** JSON Schema of the arguments, an object. Default: any object. */
  parameters?: { readonly [keyword: string]: unknown };
  /** Gets validated arguments as native data; its result becomes a ScriptValue. */
  execute(args: Record<string, unknown>): unknown;
}

/**
 * The global `tools` of a runtime that has tools: one method a tool, and `list()`, whose answer a script can hand on as
 * `tools` of a model call. Throws `config.invalid` for a name that no script could write, or that is taken.
 */
export function createToolBridge(tools: readonly ToolDefinition[]): BridgeDefinition {
  const methods: Record<string, BridgeDefinition["methods"][string]> = { list: listMethod(tools) };
  for (const tool of tools) {
    const name = toCamelCase(tool.name);
    if (!/^[a-z_]\w*$/i.test(tool.name) || Object.hasOwn(methods, name)) {
      throw new LlmspellError("config.invalid", `"${tool.name}" cannot be the name of a tool`, {
        hint: "Use letters, digits and underscores, each name once; list is taken.",
      });
    }
    methods[name] = toolMethod(tool);
  }
  return defineBridge({ name: "tools", summary: "Tools of the program that runs the spell.", methods });
}

function toolMethod(tool: ToolDefinition): BridgeDefinition["methods"][string] {
  return method({
    summary: tool.description,
    input: { args: anything },
    output: anything,
    effect: "write",
    async run({ args }) {
      const given = (args ?? {}) as ScriptObject;
      await checkArguments(tool, given);
      return fromNative(await tool.execute(toNative(given) as Record<string, unknown>));
    },
  });
}

function listMethod(tools: readonly ToolDefinition[]): BridgeDefinition["methods"][string] {
  const list = tools.map(({ name, description, parameters }) => ({
    name,
    description,
    parameters: parametersOf(parameters),
  }));
  return method({
    summary: "The tools, each with name, description and parameters (JSON Schema).",
    input: {},
    output: anything,
    effect: "read",
    run: () => fromNative(list) as ScriptValue,
  });
}

function parametersOf(parameters: ToolDefinition["parameters"]): { readonly [keyword: string]: unknown } {
  return parameters ?? { type: "object" };
}

async function checkArguments(tool: ToolDefinition, args: ScriptObject): Promise<void> {
  const { compileSchema } = await import("../schemas/compile-schema.ts");
  const problems = compileSchema(parametersOf(tool.parameters)).problems(args);
  if (problems.length === 0) return;
  const [first] = problems;
  throw new LlmspellError("input.invalid", `tools.${tool.name}: ${first?.path || "arguments"}: ${first?.message}`, {
    details: { tool: tool.name, problems: problems.map(({ path, message }) => ({ path, message })) },
  });
}
