import { LlmspellError } from "../errors.ts";
import { nearestName } from "../values/nearest-name.ts";
import { isPlainObject } from "../values/script-value.ts";
import type { JsonSchema } from "./json-schema.ts";

/** Keywords whose values are lists; an empty Lua table arrives as an object. */
const LISTS = new Set(["required", "enum", "anyOf", "oneOf", "allOf", "prefixItems", "examples"]);
const KEYWORDS = new Set(
  (
    "type title description default examples deprecated readOnly writeOnly enum const format required " +
    "properties patternProperties additionalProperties propertyNames minProperties maxProperties dependentRequired dependentSchemas " +
    "dependencies unevaluatedProperties items prefixItems additionalItems unevaluatedItems contains minContains maxContains minItems " +
    "maxItems uniqueItems minLength maxLength pattern contentEncoding contentMediaType contentSchema minimum maximum exclusiveMinimum " +
    "exclusiveMaximum multipleOf allOf anyOf oneOf not if then else definitions nullable discriminator example"
  ).split(" "),
);
const TYPES = new Set(["string", "number", "integer", "boolean", "object", "array", "null", "any"]);

/**
 * JSON Schema from how a script writes it: JSON Schema itself, or the short form `{name = {type = "string", required = true}}`
 * and `{name = "string"}`. `required` says whether a property of the short form is required when it does not say.
 */
export function expandSchema(schema: JsonSchema, required: boolean): JsonSchema {
  return isShortForm(schema) || isMeantShort(schema) ? fromShortForm(schema, required) : (tidy(schema) as JsonSchema);
}

/** No key is one of JSON Schema's: its keys are names of properties. Throws `schema.invalid` where they say no type. */
function isMeantShort(schema: JsonSchema): boolean {
  const names = Object.keys(schema);
  if (names.length === 0 || names.some((name) => KEYWORDS.has(name) || name.startsWith("$") || name.startsWith("x-")))
    return false;
  for (const name of names) requireProperty(name, schema[name]);
  return true;
}

function requireProperty(name: string, value: unknown): void {
  if (typeof value === "string" && !TYPES.has(value)) throw noSchema(name, `"${value}" is no type`, value, [...TYPES]);
  if (typeof value === "string") return;
  if (!isPlainObject(value)) throw noSchema(name, "it is neither a type nor a schema", "", []);
  const [first] = Object.keys(value);
  if (first === undefined || Object.keys(value).some((key) => KEYWORDS.has(key) || key.startsWith("$"))) return;
  throw noSchema(name, `there is no keyword "${first}"`, first, [...KEYWORDS]);
}

function noSchema(name: string, what: string, given: string, known: readonly string[]): LlmspellError {
  const near = nearestName(given, known);
  return new LlmspellError("schema.invalid", `the schema of "${name}": ${what}`, {
    hint:
      near === undefined
        ? `Types: ${[...TYPES].join(", ")}. An object has type "object" and its own properties.`
        : `Did you mean "${near}"?`,
  });
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
