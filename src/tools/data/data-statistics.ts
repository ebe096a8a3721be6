import { z } from "zod";
import { defineTool } from "../tool.ts";
import { dataSource, loadRecords } from "./data-source.ts";
import { compare, mean, numbersOf, quantile, requireFields, textOf, valueAt } from "./records.ts";

const number = z.number().nullable().optional();

export const dataStatistics = defineTool({
  name: "data_statistics",
  category: "data",
  description:
    "Describes the columns of a table (CSV, JSON records, ...): types, missing and distinct values, minimum, maximum, mean, quartiles, the most frequent values.",
  tags: ["data", "statistics", "describe", "csv"],
  parameters: z.object({
    ...dataSource,
    columns: z.array(z.string()).optional().describe("Default: all."),
    top: z.int().min(0).max(100).default(5).describe("How many of the most frequent values to answer."),
  }),
  returns: z.object({
    rows: z.int(),
    columns: z.array(
      z.object({
        name: z.string(),
        type: z.enum(["number", "text", "boolean", "mixed", "other", "empty"]),
        count: z.int().describe("Values that are there."),
        missing: z.int(),
        distinct: z.int(),
        min: z.unknown(),
        max: z.unknown(),
        sum: number,
        mean: number,
        median: number,
        q1: number,
        q3: number,
        stddev: number.describe("Of a sample (n - 1)."),
        top: z.array(z.object({ value: z.unknown(), count: z.int() })),
      }),
    ),
  }),
  effect: "read",
  permissions: ["fs.read"],
  examples: [{ description: "A CSV file", args: { path: "data.csv" } }],
  async execute({ columns, top, ...source }, host) {
    const records = await loadRecords(source, host);
    if (columns) requireFields(records, columns);
    const names = columns ?? [...new Set(records.flatMap((record) => Object.keys(record)))];
    return {
      rows: records.length,
      columns: names.map((name) =>
        describeColumn(
          name,
          records.map((record) => valueAt(record, name)),
          top,
        ),
      ),
    };
  },
});

function describeColumn(name: string, all: readonly unknown[], top: number) {
  const values = all.filter((value) => value !== null && value !== "");
  const type = typeOf(values);
  const counts = new Map<string, { value: unknown; count: number }>();
  for (const value of values) {
    const key = `${typeof value} ${textOf(value)}`;
    const known = counts.get(key);
    if (known) known.count += 1;
    else counts.set(key, { value, count: 1 });
  }
  const frequent = [...counts.values()]
    .toSorted((a, b) => b.count - a.count || compare(a.value, b.value))
    .slice(0, top);
  const ordered = values.toSorted(compare);
  return {
    name,
    type,
    count: values.length,
    missing: all.length - values.length,
    distinct: counts.size,
    min: ordered[0] ?? null,
    max: ordered.at(-1) ?? null,
    ...(type === "number" ? describeNumbers(numbersOf(ordered)) : {}),
    top: frequent,
  };
}

function describeNumbers(sorted: readonly number[]) {
  const average = mean(sorted) ?? 0;
  const squares = sorted.reduce((sum, value) => sum + (value - average) ** 2, 0);
  return {
    sum: sorted.reduce((sum, value) => sum + value, 0),
    mean: average,
    median: quantile(sorted, 0.5),
    q1: quantile(sorted, 0.25),
    q3: quantile(sorted, 0.75),
    stddev: sorted.length > 1 ? Math.sqrt(squares / (sorted.length - 1)) : null,
  };
}

function typeOf(values: readonly unknown[]): "number" | "text" | "boolean" | "mixed" | "other" | "empty" {
  const kinds = new Set(values.map((value) => typeof value));
  const [kind] = kinds;
  if (kind === undefined) return "empty";
  if (kinds.size > 1) return "mixed";
  if (kind === "number" || kind === "boolean") return kind;
  return kind === "string" ? "text" : "other";
}
