import { isPlainObject } from "../values/script-value.ts";
import type { JsonSchema } from "./json-schema.ts";

const MAX_DEPTH = 32;
const FORMATS: readonly [string, RegExp][] = [
  ["date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/],
  ["date", /^\d{4}-\d\d-\d\d$/],
  ["uuid", /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i],
  ["email", /^[^\s@"<>]+@[^\s@"<>]+\.[a-z]{2,}$/i],
  ["uri", /^[a-z][a-z0-9+.-]*:\/\/\S+$/i],
];

export interface InferOptions {
  /** Name formats (`date-time`, `date`, `uuid`, `email`, `uri`) that all texts have. */
  formats?: boolean | undefined;
}

/** The narrowest plain schema that all values fit: types, properties, which of them all have, items. */
export function inferSchema(values: readonly unknown[], options: InferOptions = {}, depth = 0): JsonSchema {
  const present = values.filter((value) => value !== undefined);
  const types = typesOf(present);
  if (types.length === 0 || depth > MAX_DEPTH) return {};
  const schema: JsonSchema = { type: types.length === 1 ? types[0] : types };
  const objects = present.filter((value) => isPlainObject(value));
  if (objects.length > 0) Object.assign(schema, inferObject(objects, options, depth));
  const items = present.filter((value) => Array.isArray(value)).flat();
  if (items.length > 0) schema["items"] = inferSchema(items, options, depth + 1);
  const texts = present.filter((value) => typeof value === "string");
  const format =
    options.formats && texts.length > 0
      ? FORMATS.find(([, pattern]) => texts.every((text) => pattern.test(text)))
      : undefined;
  if (format) schema["format"] = format[0];
  return schema;
}

function inferObject(objects: readonly Record<string, unknown>[], options: InferOptions, depth: number): JsonSchema {
  const byName = new Map<string, unknown[]>();
  for (const object of objects) {
    for (const [name, value] of Object.entries(object)) {
      if (value === undefined) continue;
      const known = byName.get(name);
      if (known) known.push(value);
      else byName.set(name, [value]);
    }
  }
  const properties = Object.fromEntries([...byName].map(([name, of]) => [name, inferSchema(of, options, depth + 1)]));
  const required = [...byName].flatMap(([name, of]) => (of.length === objects.length ? [name] : []));
  return { properties, ...(required.length > 0 ? { required } : {}) };
}

/** Each once, `number` for both kinds of numbers. */
function typesOf(values: readonly unknown[]): string[] {
  const types = new Set(values.map(typeOf));
  if (types.has("number")) types.delete("integer");
  return [...types];
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "bigint") return "integer";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  if (typeof value === "boolean") return "boolean";
  return typeof value === "object" ? "object" : "string";
}
