import { isPlainObject } from "../values/script-value.ts";
import type { JsonSchema } from "./json-schema.ts";

export type OpenApiVersion = "3.0" | "3.1";

/** Keywords whose values are data or names, never schemas. */
const DATA = new Set(["enum", "const", "default", "examples", "example", "required"]);
const MAPS = new Set(["properties", "patternProperties", "dependentSchemas"]);

/**
 * Named schemas as the `components` of an OpenAPI document. Definitions of a schema (`$defs`) become components of their own. For 3.0,
 * which is older than JSON Schema 2020-12: lists of types with null become `nullable`, `const` an `enum` of one, bounds
 * that are excluded booleans, `examples` one `example`; what it has no word for is left out.
 */
export function toOpenApi(schemas: Readonly<Record<string, JsonSchema>>, version: OpenApiVersion): JsonSchema {
  const components: JsonSchema = {};
  for (const [name, schema] of Object.entries(schemas)) {
    const { $defs, definitions, $schema: _, ...rest } = schema;
    const definitionsOf = {
      ...(isPlainObject(definitions) ? definitions : {}),
      ...(isPlainObject($defs) ? $defs : {}),
    };
    const place = (reference: string) =>
      reference === "#"
        ? `#/components/schemas/${name}`
        : reference.replace(/^#\/(\$defs|definitions)\//, `#/components/schemas/${name}_`);
    components[name] = convert(rest, version, place);
    for (const [inner, definition] of Object.entries(definitionsOf))
      components[`${name}_${inner}`] = convert(definition, version, place);
  }
  return { components: { schemas: components } };
}

function convert(node: unknown, version: OpenApiVersion, place: (reference: string) => string): unknown {
  if (Array.isArray(node)) return node.map((item) => convert(item, version, place));
  if (!isPlainObject(node)) return version === "3.0" && typeof node === "boolean" ? (node ? {} : { not: {} }) : node;
  const made: JsonSchema = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === "$ref" && typeof value === "string") made[key] = place(value);
    else if (MAPS.has(key) && isPlainObject(value)) {
      made[key] = Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [name, convert(inner, version, place)]),
      );
    } else if (DATA.has(key) || typeof value !== "object" || value === null) made[key] = value;
    else made[key] = convert(value, version, place);
  }
  return version === "3.0" ? older(made) : made;
}

function older(schema: JsonSchema): JsonSchema {
  const {
    type,
    const: only,
    examples,
    prefixItems,
    patternProperties: _,
    exclusiveMinimum,
    exclusiveMaximum,
    ...rest
  } = schema;
  const made: JsonSchema = { ...rest };
  if (Array.isArray(type)) {
    const types = type.filter((name) => name !== "null");
    if (types.length < type.length) made["nullable"] = true;
    if (types.length === 1) made["type"] = types[0];
    else if (types.length > 1) made["anyOf"] = types.map((name) => ({ type: name as string }));
  } else if (type === "null") Object.assign(made, { nullable: true, enum: [null] });
  else if (type !== undefined) made["type"] = type;
  if ("const" in schema) made["enum"] = [only];
  if (Array.isArray(examples) && examples.length > 0) made["example"] = examples[0];
  if (Array.isArray(prefixItems) && made["items"] === undefined) made["items"] = { anyOf: prefixItems };
  if (typeof exclusiveMinimum === "number") Object.assign(made, { minimum: exclusiveMinimum, exclusiveMinimum: true });
  if (typeof exclusiveMaximum === "number") Object.assign(made, { maximum: exclusiveMaximum, exclusiveMaximum: true });
  if (made["type"] === "array" && made["items"] === undefined) made["items"] = {};
  return made;
}
