import { LlmspellError } from "../errors.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { isPlainObject } from "../values/script-value.ts";
import { toPlain } from "./plain-data.ts";

type Schema = Record<string, unknown>;

/** Keywords whose values are lists; an empty Lua table arrives as an object. */
const LISTS = new Set(["required", "enum", "anyOf", "oneOf", "allOf", "prefixItems", "examples"]);
const TYPES = new Set(["string", "number", "integer", "boolean", "object", "array", "null", "any"]);

/** A script's value as JSON data: bytes as base64, 64-bit integers as numbers. Throws `value.unsupported`. */
export function toJson(value: ScriptValue, method: string): unknown {
  return toPlain(value, {
    method,
    bytes: (data) => Buffer.from(data).toString("base64"),
    bigint: Number,
    nonFinite: () => null,
  });
}

/**
 * A JSON Schema as a script writes it: JSON Schema itself, or the short form `{name = {type = "string", required = true}}`
 * and `{name = "string"}`. `required` says whether a property of the short form is required when it does not say.
 */
export function toSchema(given: ScriptObject, method: string, required: boolean): Schema {
  const schema = toJson(given, method);
  if (!isPlainObject(schema)) throw new LlmspellError("schema.invalid", `${method}: the schema is no object`);
  return isShortForm(schema) ? fromShortForm(schema, required) : (tidy(schema) as Schema);
}

function isShortForm(schema: ScriptObject): boolean {
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

function fromShortForm(short: ScriptObject, required: boolean): Schema {
  const names: string[] = [];
  const properties: Schema = {};
  for (const [name, value] of Object.entries(short)) {
    const { required: must, ...rest } =
      typeof value === "string" ? { type: value, required: undefined } : (value as ScriptObject);
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
