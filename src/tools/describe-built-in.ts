import { z } from "zod";
import type { JsonSchema } from "../schemas/json-schema.ts";
import type { ToolDescription } from "./registry.ts";
import type { BuiltInTool } from "./tool.ts";

/** Longest run of a tool that says nothing else, in milliseconds. */
export const DEFAULT_TIMEOUT_MS = 60_000;

/** What can be known of a tool without its code. Plain JSON. */
export function describeBuiltIn(tool: BuiltInTool): ToolDescription {
  return {
    name: tool.name,
    description: tool.description,
    source: "builtin",
    category: tool.category,
    tags: tool.tags,
    aliases: tool.aliases ?? [],
    parameters: { additionalProperties: false, ...toJsonSchema(tool.parameters, "input") },
    positional: Object.keys(tool.parameters.shape),
    returns: toJsonSchema(tool.returns, "output"),
    examples: tool.examples,
    permissions: tool.permissions,
    readOnly: tool.effect !== "write",
    destructive: tool.destructive ?? false,
    requiresConfirmation: tool.requiresConfirmation ?? false,
    idempotent: tool.idempotent ?? tool.effect !== "write",
    deterministic: tool.effect === "pure",
    timeoutMs: tool.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  };
}

function toJsonSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as JsonSchema;
  return rest;
}
