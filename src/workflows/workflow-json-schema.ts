import { z } from "zod";
import { toSnakeCase } from "../engine/naming.ts";
import type { WorkflowSchemas } from "./workflow-schema.ts";

type JsonSchema = Record<string, unknown>;

/** A workflow's file as a JSON Schema (draft 7, which editors know best), with both spellings of its keys. */
export function workflowJsonSchema({ workflow }: WorkflowSchemas): JsonSchema {
  const schema = z.toJSONSchema(workflow, { io: "input", target: "draft-7", unrepresentable: "any" });
  const { properties, ...rest } = withSpellings(schema) as { properties: JsonSchema };
  return { ...rest, title: "Workflow", properties: { $schema: { type: "string" }, ...properties } };
}

function withSpellings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSpellings);
  if (typeof value !== "object" || value === null) return value;
  const schema = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withSpellings(inner)]));
  const { properties } = schema as { properties?: unknown };
  if (schema["type"] !== "object" || typeof properties !== "object" || properties === null) return schema;
  const snakes = Object.entries(properties).map(([name, inner]) => [toSnakeCase(name), inner as unknown] as const);
  return { ...schema, properties: { ...properties, ...Object.fromEntries(snakes) } };
}
