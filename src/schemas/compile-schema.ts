import type { OutputUnit, Schema } from "@cfworker/json-schema";
import { dereference, format as formats, validate } from "@cfworker/json-schema";
import { RE2JS } from "re2js";
import { LlmspellError } from "../errors.ts";
import type { JsonSchema } from "./json-schema.ts";

export interface SchemaProblem {
  /** JSON Pointer into the value. */
  path: string;
  message: string;
}

/** A checked JSON Schema. */
export interface CompiledSchema {
  /** What is wrong with a value; empty when it fits. */
  problems(value: unknown): SchemaProblem[];
}

const MAX_PROBLEMS = 10;
const OWN_FORMAT = "llmspell-check:";
const MAX_SCHEMA_DEPTH = 64;

/**
 * Prepares a schema that a spell supplied. Its patterns run in linear time (RE2): they are taken out of the schema and
 * checked as formats of our own, so that none becomes a backtracking RegExp. Throws `schema.invalid`: no object, a
 * pattern that RE2 does not know (look-around, back references), a reference that leads nowhere, an unknown type.
 */
export function compileSchema(schema: JsonSchema): CompiledSchema {
  const checks = new Map<string, (text: string) => boolean>();
  const safe = rewrite(schema, checks, "", 0) as Schema;
  const lookup = guarded("is no valid JSON Schema", () => dereference(safe));
  const run = (value: unknown): SchemaProblem[] =>
    withFormats(checks, () => {
      const result = guarded("cannot be checked", () =>
        validated(() => validate(value, safe, "2020-12", lookup, false)),
      );
      if (result === undefined) return [{ path: "", message: "the name of a member is no valid Unicode text" }];
      return result.valid ? [] : describe(result.errors);
    });
  run(null);
  return { problems: run };
}

/** Undefined where a name is half a surrogate pair, which the validator cannot write into a path. */
function validated<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** Our formats stand in the validator's table during one synchronous validation only. */
function withFormats<T>(checks: ReadonlyMap<string, (text: string) => boolean>, run: () => T): T {
  const table = formats as Record<string, (text: string) => boolean>;
  for (const [name, check] of checks) table[name] = check;
  try {
    return run();
  } finally {
    for (const name of checks.keys()) delete table[name];
  }
}

function guarded<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (LlmspellError.is(cause)) throw cause;
    const reason =
      cause instanceof RangeError
        ? "it refers to itself without end"
        : cause instanceof Error
          ? (cause.message.split("\n")[0] ?? "")
          : String(cause);
    throw new LlmspellError("schema.invalid", `the schema ${what}: ${reason}`, { cause });
  }
}

const TYPES = new Set(["string", "number", "integer", "boolean", "object", "array", "null"]);
/** Keywords whose values are data, never schemas. */
const DATA = new Set([
  "const",
  "enum",
  "default",
  "examples",
  "example",
  "required",
  "$ref",
  "$id",
  "$schema",
  "$anchor",
  "title",
  "description",
  "$comment",
]);
/** Keywords that map names to schemas. */
const MAPS = new Set(["properties", "$defs", "definitions", "dependentSchemas", "dependencies", "patternProperties"]);

function rewrite(node: unknown, checks: Map<string, (text: string) => boolean>, path: string, depth: number): unknown {
  if (typeof node === "boolean") return node;
  if (typeof node !== "object" || node === null || Array.isArray(node)) {
    throw new LlmspellError("schema.invalid", `the schema${path === "" ? "" : ` at ${path}`} is no object`);
  }
  if (depth > MAX_SCHEMA_DEPTH)
    throw new LlmspellError("schema.invalid", `the schema is nested more than ${MAX_SCHEMA_DEPTH} levels deep`);
  const result: Record<string, unknown> = {};
  const extra: unknown[] = [];
  for (const [key, value] of Object.entries(node)) {
    const at = `${path}/${key}`;
    const child = (inner: unknown, name: string | number): unknown =>
      rewrite(inner, checks, `${at}/${name}`, depth + 1);
    if (key === "pattern") extra.push({ format: patternCheck(value, checks, at) });
    else if (key === "format" && value === "url") result.format = ownCheck(checks, "url", isWebAddress);
    else if (key === "type") result.type = checkType(value, at);
    else if (DATA.has(key)) result[key] = value;
    else if (MAPS.has(key) && isObject(value)) {
      if (key === "patternProperties") for (const pattern of Object.keys(value)) requireSimplePattern(pattern, at);
      result[key] = Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [name, Array.isArray(inner) ? inner : child(inner, name)]),
      );
    } else if (Array.isArray(value))
      result[key] = value.map((inner: unknown, index) => (isObject(inner) ? child(inner, index) : inner));
    else result[key] = isObject(value) ? rewrite(value, checks, at, depth + 1) : value;
  }
  if (extra.length > 0) result.allOf = [...(Array.isArray(result.allOf) ? result.allOf : []), ...extra];
  return result;
}

function checkType(value: unknown, at: string): unknown {
  const types: unknown[] = Array.isArray(value) ? value : [value];
  for (const type of types) {
    if (typeof type !== "string" || !TYPES.has(type)) {
      throw new LlmspellError("schema.invalid", `the schema at ${at} names an unknown type: ${JSON.stringify(type)}`, {
        hint: `Types: ${[...TYPES].join(", ")}.`,
      });
    }
  }
  return value;
}

/** A pattern for RE2. JSON Schema patterns match anywhere in the text. Throws `schema.invalid`. */
export function compilePattern(pattern: string, at = "pattern"): (text: string) => boolean {
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
    return (text) => compiled.matcher(text).find();
  } catch (cause) {
    throw new LlmspellError(
      "schema.invalid",
      `the schema at ${at} has a pattern that cannot run in linear time: ${pattern.slice(0, 100)}`,
      {
        cause,
        hint: "Look-around and back references are not supported in patterns.",
      },
    );
  }
}

function patternCheck(pattern: unknown, checks: Map<string, (text: string) => boolean>, at: string): string {
  if (typeof pattern !== "string")
    throw new LlmspellError("schema.invalid", `the schema at ${at} has a pattern that is no text`);
  return ownCheck(checks, `pattern ${pattern}`, compilePattern(pattern, at));
}

function ownCheck(
  checks: Map<string, (text: string) => boolean>,
  name: string,
  check: (text: string) => boolean,
): string {
  const key = OWN_FORMAT + name;
  checks.set(key, check);
  return key;
}

function isWebAddress(text: string): boolean {
  return /^(https?|ftp):\/\//i.test(text) && URL.canParse(text);
}

/** Property patterns run as RegExp inside the validator, so only such as cannot backtrack badly: one repetition, no group. */
function requireSimplePattern(pattern: string, at: string): void {
  const repeats =
    pattern
      .replace(/\\./g, "x")
      .replace(/\[[^\]]*\]/g, "x")
      .match(/[*+{]/g)?.length ?? 0;
  if (repeats <= 1 && !/[()]/.test(pattern.replace(/\\./g, ""))) return;
  throw new LlmspellError(
    "schema.invalid",
    `the schema at ${at} has a property pattern that is too complex: ${pattern.slice(0, 100)}`,
    {
      hint: "Property patterns may have one repetition and no groups.",
    },
  );
}

function describe(errors: readonly OutputUnit[]): SchemaProblem[] {
  // The validator reports a problem at every level above it too; the innermost says what is wrong.
  const wrappers = new Set([
    "properties",
    "items",
    "prefixItems",
    "additionalProperties",
    "allOf",
    "$ref",
    "patternProperties",
    "if",
  ]);
  const inner = errors.filter(
    (error) => !wrappers.has(error.keyword) || error.error.includes("not match any additional"),
  );
  return (inner.length > 0 ? inner : errors).slice(0, MAX_PROBLEMS).map((error) => ({
    path: error.instanceLocation.replace(/^#/, ""),
    message: error.error.replaceAll(`${OWN_FORMAT}pattern `, "").replaceAll(OWN_FORMAT, ""),
  }));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
