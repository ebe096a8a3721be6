import { isPlainObject } from "../values/script-value.ts";
import type { JsonSchema } from "./json-schema.ts";

/** Keywords whose values are lists; an empty Lua table arrives as an object. */
const LISTS = new Set(["required", "enum", "anyOf", "oneOf", "allOf", "prefixItems", "examples"]);
const TYPES = new Set(["string", "number", "integer", "boolean", "object", "array", "null", "any"]);

/**
 * JSON Schema from how a script writes it: JSON Schema itself, or the short form `{name = {type = "string", required = true}}`
 * and `{name = "string"}`. `required` says whether a property of the short form is required when it does not say.
 */
export function expandSchema(schema: JsonSchema, required: boolean): JsonSchema {
  return isShortForm(schema) ? fromShortForm(schema, required) : (tidy(schema) as JsonSchema);
}

function isShortForm(schema: JsonSchema): boolean {
  if (typeof schema.type === "string" || Array.isArray(schema.type)) return false;
  if (
    ["properties", "$ref", "anyOf", "oneOf", "allOf", "enum", "const", "items", "not", "required"].some(
      (key) => key in schema && !isTyped(schema[key]),
    )
  )
    return false;
  const values = Object.values(schema);
  return values.length > 0 && values.every((value) => (typeof value === "string" ? TYPES.has(value) : isTyped(value)));
}

const isTyped = (value: unknown): boolean =>
  isPlainObject(value) && typeof value.type === "string" && TYPES.has(value.type);

function fromShortForm(short: JsonSchema, required: boolean): JsonSchema {
  const names: string[] = [];
  const properties: JsonSchema = {};
  for (const [name, value] of Object.entries(short)) {
    const { required: must, ...rest } =
      typeof value === "string" ? { type: value, required: undefined } : (value as JsonSchema);
    const own =
      isPlainObject(rest.properties) && isShortForm(rest.properties)
        ? { ...rest, ...fromShortForm(rest.properties, required) }
        : rest;
    if (own.type === "any") delete own.type;
    properties[name] = tidy(own);
    if (typeof must === "boolean" ? must : required) names.push(name);
  }
  return { type: "object", properties, required: names, additionalProperties: false };
}

function tidy(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(tidy);
  if (!isPlainObject(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      LISTS.has(key) && isPlainObject(value) && Object.keys(value).length === 0 ? [] : tidy(value),
    ]),
  );
}

/**
 * The short form of an object schema: `{name = {type = "string", required = true}}`, a bare type where nothing else is said.
 * Undefined for what it cannot say.
 */
export function toShortForm(schema: JsonSchema): JsonSchema | undefined {
  const { properties, required } = schema;
  if (!isPlainObject(properties)) return undefined;
  const must = Array.isArray(required) ? (required as unknown[]) : [];
  const short: JsonSchema = {};
  for (const [name, given] of Object.entries(properties)) {
    if (!isPlainObject(given) || (given["type"] !== undefined && typeof given["type"] !== "string")) return undefined;
    const nested = given["type"] === "object" ? toShortForm(given) : undefined;
    const { required: _, additionalProperties: __, ...rest } = given;
    short[name] = { type: "any", ...(nested ? { ...rest, properties: nested } : given), required: must.includes(name) };
  }
  return short;
}
