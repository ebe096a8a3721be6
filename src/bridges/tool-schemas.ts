import { z } from "zod";
import { anyObject } from "../bridge/schemas.ts";
import type { CallContext } from "../bridge/call-context.ts";
import type { Handle, ScriptObject } from "../values/script-value.ts";
import type { RunTool } from "./run-tools.ts";

const source = z.enum(["builtin", "script", "program", "spell", "composed", "mcp"]);

/** What a script sees of a tool. */
export const toolFields = {
  name: z.string(),
  description: z.string(),
  source,
  category: z.string(),
  tags: z.array(z.string()),
  aliases: z.array(z.string()),
  version: z.string().optional(),
  parameters: anyObject.describe("JSON Schema."),
  positional: z.array(z.string()).describe("Names of the arguments that can be given one after the other, in order."),
  returns: anyObject.optional().describe("JSON Schema."),
  examples: z.array(z.object({ description: z.string(), args: anyObject })),
  permissions: z.array(z.string()),
  readOnly: z.boolean(),
  destructive: z.boolean(),
  requiresConfirmation: z.boolean(),
  idempotent: z.boolean(),
  deterministic: z.boolean(),
  cost: z.number().optional(),
  timeoutMs: z.number().optional(),
};

export const toolDescription = z.object(toolFields).meta({ title: "ToolDescription" });

export const toolFilter = z
  .strictObject({
    category: z.string().optional(),
    tag: z.string().optional(),
    source: source.optional(),
    permission: z.string().optional().describe("A capability that it declares, e.g. `net`."),
    destructive: z.boolean().optional(),
  })
  .optional();

export const validation = z.object({
  valid: z.boolean(),
  errors: z.array(z.object({ path: z.string().describe("JSON Pointer."), message: z.string() })),
  value: anyObject.nullable().describe("The arguments as the tool gets them, where they fit."),
});

export const toolMetrics = z
  .object({
    tool: z.string(),
    calls: z.number(),
    errors: z.number(),
    totalMs: z.number(),
    averageMs: z.number(),
    longestMs: z.number(),
    lastError: z.string().optional().describe("Its code."),
  })
  .meta({ title: "ToolMetrics" });

export const toolRecord = z
  .object({
    tool: z.string(),
    startedAt: z.number().describe("Milliseconds since 1970."),
    durationMs: z.number(),
    success: z.boolean(),
    error: z.string().optional().describe("Its code."),
    agent: z.string().optional(),
  })
  .meta({ title: "ToolRecord" });

const FIELDS = Object.keys(toolFields);

/** What a script sees of a tool, as data. */
export function descriptionOf(tool: RunTool): ScriptObject {
  const known = Object.entries(tool).filter(([name, value]) => value !== undefined && FIELDS.includes(name));
  return Object.fromEntries(known) as ScriptObject;
}

export function toolHandle(tool: RunTool, ctx: CallContext): Handle<RunTool> {
  return ctx.handle("tool", tool, descriptionOf(tool));
}
