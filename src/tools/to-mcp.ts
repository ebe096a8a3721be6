import type { JsonSchema } from "../schemas/json-schema.ts";
import type { ToolDescription } from "./registry.ts";

/** A tool as servers of the Model Context Protocol list it (`tools/list`). */
export interface McpTool {
  name: string;
  description: string;
  inputSchema: JsonSchema;
  outputSchema?: JsonSchema;
  annotations: { readOnlyHint: boolean; destructiveHint: boolean; idempotentHint: boolean; openWorldHint: boolean };
}

/** Output schemas of MCP are those of objects. */
export function toMcp(tool: ToolDescription): McpTool {
  const { name, description, parameters, returns, permissions, destructive, idempotent } = tool;
  return {
    name,
    description,
    inputSchema: parameters,
    ...(returns?.type === "object" ? { outputSchema: returns } : {}),
    annotations: {
      readOnlyHint: tool.readOnly,
      destructiveHint: destructive,
      idempotentHint: idempotent,
      openWorldHint: permissions.includes("net"),
    },
  };
}
