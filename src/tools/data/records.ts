import { RE2JS } from "re2js";
import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import type { DataRecord } from "./data-source.ts";

const field = z.string().min(1);

export const condition = z.object({
  field: field.describe("Column, or path with dots."),
  op: z
    .enum([
      "==",
      "!=",
      ">",
      ">=",
      "<",
      "<=",
      "in",
      "contains",
      "starts_with",
      "ends_with",
      "matches",
      "is_null",
      "not_null",
    ])
    .default("=="),
  value: z
    .unknown()
    .optional()
    .describe("What to compare with; a list for in, a regular expression (RE2) for matches."),
});
export type Condition = z.output<typeof condition>;

export const conditions = z.array(condition).describe("All of them must hold.");
export const sortKeys = z
  .array(field)
  .describe('Columns, "-" before one for descending order, e.g. ["-amount", "name"].');
export const aggregates = z
  .record(z.string(), z.string())
  .describe(
    "Result column -> count(), sum(x), avg(x), min(x), max(x), median(x), first(x), last(x), distinct(x) or list(x).",
  );

/** A field by name, or by a path with dots where there is none of that name. */
export function valueAt(record: DataRecord, name: string): unknown {
  if (Object.hasOwn(record, name)) return record[name] ?? null;
  let current: unknown = record;
  for (const part of name.split(".")) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, part)) return null;
    current = (current as DataRecord)[part];
  }
  return current ?? null;
}

/** Throws `input.invalid` for a field that no record has: mostly a name that is not spelled right. */
export function requireFields(records: readonly DataRecord[], names: readonly string[]): void {
  if (records.length === 0) return;
  const known = new Set(records.flatMap((record) => Object.keys(record)));
  for (const name of names) {
    if (known.has(name) || known.has(name.split(".")[0] as string)) continue;
    throw new LlmspellError("input.invalid", `no record has a field "${name}"`, {
      details: { field: name },
      hint: `Fields: ${[...known].slice(0, 50).join(", ")}.`,
    });
  }
}

export function filterRecords(records: readonly DataRecord[], given: readonly Condition[]): DataRecord[] {
  const checks = given.map((one) => ({ name: one.field, holds: checkOf(one) }));
  requireFields(
    records,
    given.map((one) => one.field),
  );
  return records.filter((record) => checks.every(({ name, holds }) => holds(valueAt(record, name))));
}

function checkOf({ op, value }: Condition): (actual: unknown) => boolean {
  switch (op) {
    case "==":
      return (actual) => isSame(actual, value ?? null);
    case "!=":
      return (actual) => !isSame(actual, value ?? null);
    case ">":
      return (actual) => comparable(actual, value) && compare(actual, value) > 0;
    case ">=":
      return (actual) => comparable(actual, value) && compare(actual, value) >= 0;
    case "<":
      return (actual) => comparable(actual, value) && compare(actual, value) < 0;
    case "<=":
      return (actual) => comparable(actual, value) && compare(actual, value) <= 0;
    case "in": {
      if (!Array.isArray(value))
        throw new LlmspellError("input.invalid", 'the condition "in" wants a list as its value');
      const members: unknown[] = value;
      return (actual) => members.some((member) => isSame(actual, member));
    }
    case "contains":
      return (actual) =>
        Array.isArray(actual)
          ? actual.some((item) => isSame(item, value))
          : textOf(actual).toLowerCase().includes(textOf(value).toLowerCase());
    case "starts_with":
      return (actual) => textOf(actual).startsWith(textOf(value));
    case "ends_with":
      return (actual) => textOf(actual).endsWith(textOf(value));
    case "matches": {
      const regex = compile(textOf(value));
      return (actual) => regex.test(textOf(actual));
    }
    case "is_null":
      return (actual) => actual === null || actual === "";
    case "not_null":
      return (actual) => actual !== null && actual !== "";
  }
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern));
  } catch (cause) {
    throw new LlmspellError("parse.invalid", `"${pattern.slice(0, 100)}" is no regular expression of RE2`, {
      cause,
      hint: "Look-around and back references are not supported.",
    });
  }
}

/** Numbers and their text are the same: a model writes either. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a === "number" && typeof b === "string") return b.trim() !== "" && a === Number(b);
  if (typeof a === "string" && typeof b === "number") return isSame(b, a);
  return typeof a === "object" && typeof b === "object" && JSON.stringify(a) === JSON.stringify(b);
}

function comparable(a: unknown, b: unknown): boolean {
  if (a === null || b === null || b === undefined) return false;
  return (typeof a === "number") === (typeof b === "number");
}

/** Order of values: numbers, texts (by code units), booleans, others as JSON; null last. */
export function compare(a: unknown, b: unknown): number {
  const [rankA, rankB] = [rank(a), rank(b)];
  if (rankA !== rankB) return rankA - rankB;
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [textA, textB] = [textOf(a), textOf(b)];
  return textA < textB ? -1 : textA > textB ? 1 : 0;
}

function rank(value: unknown): number {
  if (typeof value === "number") return 0;
  if (typeof value === "string") return 1;
  if (typeof value === "boolean") return 2;
  return value === null || value === undefined ? 4 : 3;
}

export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === null || value === undefined ? "" : JSON.stringify(value);
}

/** Stable; a field that is missing comes last in either direction. */
export function sortRecords(records: readonly DataRecord[], keys: readonly string[]): DataRecord[] {
  const order = keys.map((key) => ({ name: key.replace(/^[-+]/, ""), sign: key.startsWith("-") ? -1 : 1 }));
  requireFields(
    records,
    order.map(({ name }) => name),
  );
  return records.toSorted((a, b) => {
    for (const { name, sign } of order) {
      const [left, right] = [valueAt(a, name), valueAt(b, name)];
      const result = left === null || right === null ? compare(left, right) : sign * compare(left, right);
      if (result !== 0) return result;
    }
    return 0;
  });
}

export function selectFields(records: readonly DataRecord[], names: readonly string[]): DataRecord[] {
  requireFields(records, names);
  return records.map((record) => Object.fromEntries(names.map((name) => [name, valueAt(record, name)])));
}

export function distinctRecords(records: readonly DataRecord[], by: readonly string[] | undefined): DataRecord[] {
  if (by) requireFields(records, by);
  const seen = new Set<string>();
  return records.filter((record) => {
    const key = keyOf(record, by ?? Object.keys(record));
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export function keyOf(record: DataRecord, names: readonly string[]): string {
  return JSON.stringify(names.map((name) => valueAt(record, name)));
}

/** One record for each combination of the fields, in order of first appearance; all in one where there are none. */
export function groupRecords(
  records: readonly DataRecord[],
  by: readonly string[],
  wanted: Record<string, string>,
): DataRecord[] {
  const columns = Object.entries(wanted).map(([name, text]) => ({ name, ...parseAggregate(text) }));
  requireFields(records, [...by, ...columns.flatMap(({ of }) => (of === "" ? [] : [of]))]);
  const groups = new Map<string, DataRecord[]>();
  if (by.length === 0) groups.set("[]", []);
  for (const record of records) {
    const key = keyOf(record, by);
    const group = groups.get(key);
    if (group) group.push(record);
    else groups.set(key, [record]);
  }
  return [...groups.values()].map((group) => ({
    ...Object.fromEntries(by.map((name) => [name, valueAt(group[0] as DataRecord, name)])),
    ...Object.fromEntries(
      columns.map(({ name, run, of }) => [name, run(of === "" ? group : group.map((record) => valueAt(record, of)))]),
    ),
  }));
}

const AGGREGATES: Readonly<Record<string, (values: unknown[]) => unknown>> = {
  count: (values) => values.filter((value) => value !== null && value !== "").length,
  sum: (values) => numbersOf(values).reduce((sum, value) => sum + value, 0),
  avg: (values) => mean(numbersOf(values)),
  min: (values) => extreme(values, -1),
  max: (values) => extreme(values, 1),
  median: (values) =>
    quantile(
      numbersOf(values).toSorted((a, b) => a - b),
      0.5,
    ),
  first: (values) => values[0] ?? null,
  last: (values) => values.at(-1) ?? null,
  distinct: (values) => new Set(values.filter((value) => value !== null).map(textOf)).size,
  list: (values) => values,
};

function parseAggregate(text: string): { run: (values: unknown[]) => unknown; of: string } {
  const [, name = "", of = ""] = /^(\w+)\(([^()]*)\)$/.exec(text.trim()) ?? [];
  const run = Object.hasOwn(AGGREGATES, name) ? AGGREGATES[name] : undefined;
  const inner = of.trim() === "*" ? "" : of.trim();
  if (run && (inner !== "" || name === "count")) return { run, of: inner };
  throw new LlmspellError("input.invalid", `"${text}" is no aggregate`, {
    hint: `Write e.g. "sum(amount)": ${Object.keys(AGGREGATES).join(", ")}.`,
  });
}

/** The numbers among values; text that is one counts. */
export function numbersOf(values: readonly unknown[]): number[] {
  return values.flatMap((value) => {
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    return typeof number === "number" && Number.isFinite(number) ? [number] : [];
  });
}

export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function extreme(values: readonly unknown[], sign: 1 | -1): unknown {
  let best: unknown = null;
  for (const value of values) {
    if (value === null || value === "") continue;
    if (best === null || sign * compare(value, best) > 0) best = value;
  }
  return best;
}

/** Of sorted values, linear between the nearest two. */
export function quantile(sorted: readonly number[], share: number): number | null {
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low === undefined || high === undefined ? null : low + (high - low) * (at - Math.floor(at));
}
