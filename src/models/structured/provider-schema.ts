import type { JsonSchema } from "../../schemas/json-schema.ts";

/**
 * A schema as providers take it: an object at the root. Any other schema is wrapped as the one property `value`; the
 * reader of the answer takes it out again.
 */
export function toProviderSchema(schema: JsonSchema): JsonSchema {
  if (schema.type === "object" || (schema.type === undefined && isObject(schema.properties))) return schema;
  const { $defs, definitions, $schema, ...value } = schema;
  return {
    type: "object",
    properties: { value },
    required: ["value"],
    additionalProperties: false,
    ...($defs === undefined ? {} : { $defs }),
    ...(definitions === undefined ? {} : { definitions }),
    ...($schema === undefined ? {} : { $schema }),
  };
}

/** Tells the schema to models whose provider does not. */
export function schemaInstruction(schema: JsonSchema): string {
  return `Answer with one JSON value and nothing else. It must fit this JSON Schema:\n${JSON.stringify(schema)}`;
}

const STRICT_KEYWORDS = new Set([
  "type",
  "properties",
  "required",
  "additionalProperties",
  "items",
  "enum",
  "const",
  "anyOf",
  "$ref",
  "$defs",
  "definitions",
  "description",
  "title",
  "$schema",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minItems",
  "maxItems",
  "pattern",
  "format",
]);

/** Whether strict mode takes a schema: every object closed, every property required, no keyword beyond its subset. */
export function isStrictSchema(schema: unknown): boolean {
  if (!isObject(schema)) return false;
  if (Object.keys(schema).some((key) => !STRICT_KEYWORDS.has(key))) return false;
  if (schema.type === "object") {
    if (!isObject(schema.properties) || schema.additionalProperties !== false) return false;
    const required = Array.isArray(schema.required) ? schema.required : [];
    if (Object.keys(schema.properties).some((key) => !required.includes(key))) return false;
  }
  const children: unknown[] = [
    ...Object.values(isObject(schema.properties) ? schema.properties : {}),
    ...Object.values(isObject(schema.$defs) ? schema.$defs : {}),
    ...Object.values(isObject(schema.definitions) ? schema.definitions : {}),
    ...(Array.isArray(schema.anyOf) ? schema.anyOf : []),
    ...(schema.items === undefined ? [] : [schema.items]),
  ];
  return children.every(isStrictSchema);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
