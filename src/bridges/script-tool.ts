import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { anyObject, anyValue, type Callback, callback } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import type { JsonSchema } from "../schemas/json-schema.ts";
import { soleParameter } from "../tools/check-arguments.ts";
import { DEFAULT_TIMEOUT_MS } from "../tools/describe-built-in.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";
import { toSchema } from "./llm-json.ts";
import { type RunTool, toolsOf } from "./run-tools.ts";

const TOOL_NAME = /^[A-Za-z_][\w-]{0,63}$/;
/** What the host holds for a tool besides its schema and texts. */
const TOOL_BYTES = 512;

const handler = callback([anyValue], anyValue, ["args"]);

const name = z.string().regex(TOOL_NAME, {
  error: "expected a name of letters, digits, _ and -, at most 64, that begins with a letter or _",
});

/** What a tool can say of itself. */
export const toolMetadata = {
  description: z.string().optional().describe("What it does and when to use it, for the model."),
  parameters: anyObject
    .optional()
    .describe('JSON Schema of an object, or the short form `{name = {type = "string", required = true}}`.'),
  positional: z
    .array(z.string())
    .optional()
    .describe("Names of the arguments that can be given one after the other, in order. Default: the only one."),
  returns: anyObject.optional().describe("JSON Schema of what it answers. Documentation alone."),
  category: z.string().optional().describe("Default `custom`."),
  tags: z.array(z.string()).optional(),
  version: z.string().optional(),
  examples: z.array(z.object({ description: z.string().default(""), args: anyObject })).optional(),
  permissions: z.array(z.string()).optional().describe("What it needs, for those who choose tools. Grants nothing."),
  readOnly: z.boolean().optional().describe("Leaves the world as it is."),
  destructive: z
    .boolean()
    .optional()
    .describe(
      'May overwrite or remove what cannot be had back. An agent with `requireApproval: "destructive"` asks first.',
    ),
  requiresConfirmation: z.boolean().optional().describe("A person is asked before a model's call of it runs."),
  idempotent: z.boolean().optional(),
  deterministic: z.boolean().optional(),
  cost: z.number().min(0).optional().describe("US dollars a call, for those who choose tools."),
  timeoutMs: z.int().min(1).max(3_600_000).optional(),
  replace: z.boolean().optional().describe("Takes the place of a tool of the same name."),
};

type Metadata = z.output<z.ZodObject<typeof toolMetadata>>;

/** A tool as a script defines it. */
export const toolDefinition = z
  .strictObject({
    name,
    ...toolMetadata,
    execute: handler.optional().describe("Gets the arguments by name, checked; answers data. Default time 60,000 ms."),
    handler: handler.optional().describe("The same as `execute`."),
  })
  .meta({ title: "ToolDefinition" });

export { name as toolName };

/** The function is kept until the tool is disposed of. */
export function newScriptTool({
  name: given,
  execute,
  handler: other,
  ...rest
}: z.output<typeof toolDefinition>): RunTool {
  const run = (execute ?? other) as Callback | undefined;
  if (!run) {
    throw new LlmspellError("input.invalid", `the tool "${given}" has no function to run`, {
      hint: "Give it as execute (or handler).",
    });
  }
  const tool = describeTool(given, "script", { timeoutMs: DEFAULT_TIMEOUT_MS, ...rest });
  run.retain();
  return {
    ...tool,
    run: (args, { ctx, stop }) => ctx.runKept(() => run(args as ScriptValue), stop),
    dispose: () => run.release(),
  };
}

/** What a script, or a file, says of a tool. */
export function describeTool(given: string, source: RunTool["source"], metadata: Metadata): Omit<RunTool, "run"> {
  const { description = "", category = "custom", tags = [], examples = [], permissions = [] } = metadata;
  const parameters = parametersOf(metadata.parameters, given);
  return {
    name: given,
    description,
    source,
    category,
    tags,
    aliases: [],
    version: metadata.version,
    parameters,
    positional: metadata.positional ?? soleParameter(parameters),
    returns: metadata.returns && (toSchema(metadata.returns, "tools.create", false) as JsonSchema),
    examples: examples as RunTool["examples"],
    permissions,
    readOnly: metadata.readOnly ?? false,
    destructive: metadata.destructive ?? false,
    requiresConfirmation: metadata.requiresConfirmation ?? false,
    idempotent: metadata.idempotent ?? metadata.readOnly ?? false,
    deterministic: metadata.deterministic ?? false,
    cost: metadata.cost,
    timeoutMs: metadata.timeoutMs,
  };
}

/** Puts a tool into the run's registry; its schema is checked, its memory booked. Throws `tool.exists`, `schema.invalid`. */
export function addTool(tool: RunTool, replace: boolean | undefined, ctx: CallContext): void {
  const registry = toolsOf(ctx);
  try {
    registry.argumentsOf(tool);
    ctx.charge(TOOL_BYTES + sizeOf(tool.parameters as ScriptObject) + tool.description.length);
    registry.add(tool, replace);
  } catch (error) {
    tool.dispose?.();
    throw error;
  }
}

function parametersOf(given: ScriptObject | undefined, tool: string): JsonSchema {
  if (given === undefined || Object.keys(given).length === 0) return { type: "object" };
  const schema = toSchema(given, "tools.create", false);
  if (schema.type === undefined || schema.type === "object") return { type: "object", ...schema };
  throw new LlmspellError("schema.invalid", `the parameters of the tool "${tool}" are no schema of an object`, {
    hint: 'Use {type = "object", properties = {...}}, or the short form {name = {type = "string"}}.',
  });
}
