import { z } from "zod";
import { anyObject, anyValue, type Callback, callback } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { DEFAULT_TIMEOUT_MS } from "../tools/describe-built-in.ts";
import type { JsonSchema } from "../schemas/json-schema.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { toSchema } from "./llm-json.ts";
import type { RunTool } from "./run-tools.ts";

const handler = callback([anyValue], anyValue, ["args"]);

/** A tool as a script defines it. */
export const toolDefinition = z
  .strictObject({
    name: z.string().regex(/^[A-Za-z_][\w-]{0,63}$/, {
      error: "expected a name of letters, digits, _ and -, at most 64, that begins with a letter",
    }),
    description: z.string().default(""),
    parameters: anyObject
      .optional()
      .describe('JSON Schema of an object, or the short form {name = {type = "string", required = true}}.'),
    returns: anyObject.optional().describe("JSON Schema of what it answers. Documentation alone."),
    execute: handler.optional(),
    handler: handler.optional().describe("The same as `execute`."),
    category: z.string().default("custom"),
    tags: z.array(z.string()).default([]),
    version: z.string().optional(),
    examples: z.array(z.object({ description: z.string().default(""), args: anyObject })).default([]),
    permissions: z.array(z.string()).default([]).describe("What it needs, for those who choose tools. Grants nothing."),
    destructive: z.boolean().default(false),
    requiresConfirmation: z.boolean().default(false).describe("A person is asked before a model's call of it runs."),
    idempotent: z.boolean().default(false),
    deterministic: z.boolean().default(false),
    cost: z.number().min(0).optional().describe("US dollars a call, for those who choose tools."),
    timeoutMs: z.int().min(1).max(3_600_000).default(DEFAULT_TIMEOUT_MS),
    replace: z.boolean().default(false).describe("Takes the place of a tool of the same name."),
  })
  .meta({ title: "ToolDefinition" });

type Definition = z.output<typeof toolDefinition>;

/** The function is kept until the tool is disposed of. */
export function newScriptTool(given: Definition): RunTool {
  const { execute, handler: other, parameters, returns, replace: _, examples, ...rest } = given;
  const run = (execute ?? other) as Callback | undefined;
  if (!run) {
    throw new LlmspellError("input.invalid", `the tool "${given.name}" has no function to run`, {
      hint: "Give it as execute (or handler).",
    });
  }
  run.retain();
  return {
    ...rest,
    source: "script",
    aliases: [],
    parameters: parametersOf(parameters as never),
    returns: returns as JsonSchema | undefined,
    examples: examples as RunTool["examples"],
    run: (args) => run(args as ScriptValue),
    dispose: () => run.release(),
  };
}

function parametersOf(given: Parameters<typeof toSchema>[0] | undefined): JsonSchema {
  if (given === undefined || Object.keys(given).length === 0) return { type: "object" };
  const schema = toSchema(given, "tools.create", false);
  if (schema.type === undefined || schema.type === "object") return { type: "object", ...schema };
  throw new LlmspellError("schema.invalid", "the parameters of a tool are an object's schema");
}
