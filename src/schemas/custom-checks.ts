import { isPlainObject } from "../values/script-value.ts";
import type { SchemaProblem } from "./compile-schema.ts";
import type { JsonSchema } from "./json-schema.ts";

/** Says what is wrong with a value: a text, or false; true or nothing where it is right. */
export type CustomCheck = (value: unknown, parameter: unknown) => unknown;

export interface CustomChecks {
  /** By what `format` says. */
  formats: ReadonlyMap<string, CustomCheck>;
  /** By keyword, whose value is the check's parameter. */
  keywords: ReadonlyMap<string, CustomCheck>;
}

const MAX_DEPTH = 64;

/**
 * The checks that a value has to pass besides what JSON Schema says: those of `schema`, its properties, items and `allOf`. Yields
 * each answer of a check (it may be a promise) and is given what it is.
 */
export function* customProblems(
  value: unknown,
  schema: JsonSchema,
  checks: CustomChecks,
  path = "",
  depth = 0,
): Generator<unknown, SchemaProblem[], unknown> {
  if (depth > MAX_DEPTH || (checks.formats.size === 0 && checks.keywords.size === 0)) return [];
  const problems: SchemaProblem[] = [];
  const format = typeof schema["format"] === "string" ? checks.formats.get(schema["format"]) : undefined;
  const due: [string, CustomCheck, unknown][] = format
    ? [[`format "${schema["format"] as string}"`, format, schema["format"]]]
    : [];
  for (const [keyword, check] of checks.keywords)
    if (Object.hasOwn(schema, keyword)) due.push([`"${keyword}"`, check, schema[keyword]]);
  for (const [name, check, parameter] of due) {
    const said = yield check(value, parameter);
    if (said === false) problems.push({ path, message: `The value does not pass ${name}.` });
    else if (typeof said === "string") problems.push({ path, message: said });
  }
  for (const [inner, of, at] of parts(value, schema, path))
    problems.push(...(yield* customProblems(inner, of, checks, at, depth + 1)));
  return problems;
}

function* parts(value: unknown, schema: JsonSchema, path: string): Generator<[unknown, JsonSchema, string]> {
  const { properties, additionalProperties, items, prefixItems, allOf } = schema;
  if (Array.isArray(allOf)) for (const part of allOf) if (isPlainObject(part)) yield [value, part, path];
  if (Array.isArray(value)) {
    const first: unknown[] = Array.isArray(prefixItems) ? prefixItems : [];
    for (const [index, item] of value.entries()) {
      const of = first[index] ?? items;
      if (isPlainObject(of)) yield [item, of, `${path}/${index}`];
    }
  } else if (isPlainObject(value)) {
    for (const [name, item] of Object.entries(value)) {
      const known =
        isPlainObject(properties) && Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
      if (isPlainObject(known)) yield [item, known, `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`];
    }
  }
}
