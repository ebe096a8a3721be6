import { z } from "zod";
import { toSnakeCase } from "../engine/naming.ts";
import { RULE_ALIASES } from "./canonical-keys.ts";
import { manifestSchema } from "./manifest-schema.ts";

type JsonSchema = Record<string, unknown>;

/** The manifest as a JSON Schema (draft 7, which editors know best), with every spelling of a key that a manifest may use. */
export function manifestJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(manifestSchema, { io: "input", target: "draft-7", unrepresentable: "any" });
  return { ...(withSpellings(schema) as JsonSchema), title: "Manifest of a spell" };
}

function withSpellings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSpellings);
  if (typeof value !== "object" || value === null) return value;
  const schema = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withSpellings(inner)]));
  const { properties } = schema as { properties?: unknown };
  // A property that is called "properties" is a schema itself, not the list of a schema's properties.
  if (schema["type"] !== "object" || typeof properties !== "object" || properties === null) return schema;
  return { ...schema, properties: spellings(properties as Record<string, JsonSchema>) };
}

function spellings(properties: Record<string, JsonSchema>): Record<string, JsonSchema> {
  const others = Object.entries(RULE_ALIASES).flatMap(([alias, name]) =>
    properties[name] && "minLength" in properties ? [[alias, properties[name]] as const] : [],
  );
  const snakes = Object.entries(properties).map(([name, schema]) => [toSnakeCase(name), schema] as const);
  return {
    ...properties,
    ...Object.fromEntries(snakes.filter(([name]) => !(name in properties))),
    ...Object.fromEntries(others),
  };
}
