import { isDeepStrictEqual } from "node:util";
import { LlmspellError } from "../errors.ts";
import { isPlainObject } from "../values/script-value.ts";
import type { JsonSchema } from "./json-schema.ts";

/** Of two, the one that allows less; the other one for those that allow more. */
const HIGHER = new Set(["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"]);
const LOWER = new Set(["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"]);
const WORDS = new Set(["title", "description", "default", "examples", "$comment", "$schema", "$id"]);

/**
 * One schema of several: `all`, what fits every one (throws `schema.invalid` where nothing can), or `any`, what fits at least
 * one. What cannot be said in one schema stands under `allOf` or `anyOf`.
 */
export function mergeSchemas(schemas: readonly JsonSchema[], mode: "all" | "any"): JsonSchema {
  return schemas.reduce((merged, next) => (mode === "all" ? both(merged, next, "") : either(merged, next)));
}

function both(first: JsonSchema, second: JsonSchema, path: string): JsonSchema {
  const merged: JsonSchema = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const before = merged[key];
    if (before === undefined || isDeepStrictEqual(before, value)) merged[key] = value;
    else if (WORDS.has(key)) merged[key] = value;
    else if (key === "type") merged[key] = commonTypes(before, value, path);
    else if (key === "enum") merged[key] = common(before as unknown[], value as unknown[], `${path}/enum`);
    else if (key === "required") merged[key] = [...new Set([...(before as string[]), ...(value as string[])])];
    else if (key === "properties" || key === "$defs")
      merged[key] = bothMaps(before as JsonSchema, value as JsonSchema, `${path}/${key}`);
    else if (HIGHER.has(key)) merged[key] = Math.max(before as number, value as number);
    else if (LOWER.has(key)) merged[key] = Math.min(before as number, value as number);
    else if (key === "additionalProperties" && (before === false || value === false)) merged[key] = false;
    else if (isPlainObject(before) && isPlainObject(value)) merged[key] = both(before, value, `${path}/${key}`);
    else if (key === "allOf") merged[key] = [...(before as unknown[]), ...(value as unknown[])];
    else merged["allOf"] = [...((merged["allOf"] as unknown[] | undefined) ?? []), { [key]: value }];
  }
  return merged;
}

function bothMaps(first: JsonSchema, second: JsonSchema, path: string): JsonSchema {
  const merged: JsonSchema = { ...first };
  for (const [name, value] of Object.entries(second)) {
    const before = Object.hasOwn(merged, name) ? merged[name] : undefined;
    merged[name] = isPlainObject(before) && isPlainObject(value) ? both(before, value, `${path}/${name}`) : value;
  }
  return merged;
}

function commonTypes(first: unknown, second: unknown, path: string): unknown {
  const [one, two] = [listOf(first), listOf(second)];
  const found = one.flatMap((type) => {
    if (two.includes(type)) return [type];
    if (type === "number" && two.includes("integer")) return ["integer"];
    return type === "integer" && two.includes("number") ? ["integer"] : [];
  });
  if (found.length === 0) throw nothingFits(`${path}/type`, `${one.join(" or ")} and ${two.join(" or ")}`);
  return found.length === 1 ? found[0] : found;
}

function common(first: readonly unknown[], second: readonly unknown[], path: string): unknown[] {
  const found = first.filter((value) => second.some((other) => isDeepStrictEqual(value, other)));
  if (found.length === 0) throw nothingFits(path, "values that have none in common");
  return found;
}

function nothingFits(path: string, what: string): LlmspellError {
  return new LlmspellError("schema.invalid", `the schemas contradict each other at ${path}: ${what}`, {
    details: { path },
    hint: 'Merge with mode "any" for values that fit one of them.',
  });
}

/** Objects and scalars become one schema, everything else alternatives. */
function either(first: JsonSchema, second: JsonSchema): JsonSchema {
  if (isDeepStrictEqual(first, second)) return first;
  if (isObjectSchema(first) && isObjectSchema(second)) {
    const [one, two] = [first["properties"] as JsonSchema, second["properties"] as JsonSchema];
    const required = ((first["required"] as string[] | undefined) ?? []).filter((name) =>
      ((second["required"] as string[] | undefined) ?? []).includes(name),
    );
    const properties: JsonSchema = { ...one };
    for (const [name, value] of Object.entries(two)) {
      properties[name] = Object.hasOwn(one, name) ? either(one[name] as JsonSchema, value as JsonSchema) : value;
    }
    return { type: "object", properties, ...(required.length > 0 ? { required } : {}) };
  }
  if (isOnlyType(first) && isOnlyType(second)) {
    const types = [...new Set([...listOf(first["type"]), ...listOf(second["type"])])];
    return { type: types.includes("number") ? types.filter((type) => type !== "integer") : types };
  }
  const before =
    Object.keys(first).length === 1 && Array.isArray(first["anyOf"]) ? (first["anyOf"] as unknown[]) : [first];
  return { anyOf: [...before, second] };
}

function isObjectSchema(schema: JsonSchema): boolean {
  const known = new Set(["type", "properties", "required"]);
  return (
    schema["type"] === "object" &&
    isPlainObject(schema["properties"]) &&
    Object.keys(schema).every((key) => known.has(key))
  );
}

function isOnlyType(schema: JsonSchema): boolean {
  return Object.keys(schema).length === 1 && schema["type"] !== undefined;
}

function listOf(type: unknown): unknown[] {
  return Array.isArray(type) ? type : [type];
}
