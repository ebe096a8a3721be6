import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { parseData } from "../convert/data-codec.ts";
import { decodeText, textEncoding } from "../file/encoding.ts";
import { defineTool } from "../tool.ts";
import type { ToolHost } from "../tool-host.ts";
import type { DataRecord } from "./data-source.ts";
import {
  aggregates,
  conditions,
  distinctRecords,
  filterRecords,
  groupRecords,
  selectFields,
  sortKeys,
  sortRecords,
} from "./records.ts";

export const csvQuery = defineTool({
  name: "csv_query",
  category: "data",
  description:
    "Answers rows of a CSV file or text: filtered, grouped with aggregates, sorted, some columns, some rows.",
  tags: ["csv", "query", "table", "filter", "group"],
  parameters: z.object({
    path: z.string().min(1).optional().describe("CSV file, its first line the names of the columns."),
    text: z.string().optional().describe("CSV text, instead of path."),
    where: conditions.default([]),
    group_by: z.array(z.string()).optional().describe("Columns to group by; [] for one group of all."),
    aggregates: aggregates.optional(),
    select: z.array(z.string()).optional().describe("Columns to answer. Default: all."),
    distinct: z.boolean().default(false).describe("Drops rows that repeat."),
    sort: sortKeys.default([]),
    offset: z.int().min(0).default(0).describe("Rows that are left out first."),
    limit: z.int().min(1).max(100_000).default(1000).describe("Most rows."),
    delimiter: z.string().min(1).max(8).optional().describe("Default: a tab for .tsv files, else a comma."),
    encoding: textEncoding.default("utf-8").describe("Of the file."),
    types: z
      .enum(["auto", "text"])
      .default("auto")
      .describe("auto: fields become numbers and booleans where they look like them."),
  }),
  returns: z.object({
    rows: z.array(z.record(z.string(), z.unknown())),
    count: z.int().describe("Rows answered."),
    total: z.int().describe("Rows that fit, before offset and limit."),
    columns: z.array(z.string()),
  }),
  effect: "read",
  permissions: ["fs.read"],
  examples: [
    {
      description: "Large amounts first",
      args: { path: "data.csv", where: [{ field: "amount", op: ">", value: 5 }], sort: ["-amount"] },
    },
    {
      description: "Sums by city",
      args: { path: "data.csv", group_by: ["city"], aggregates: { total: "sum(amount)", rows: "count()" } },
    },
  ],
  async execute({ where, group_by: groupBy, sort, select, distinct, offset, limit, ...source }, host) {
    let rows = filterRecords(await readRows(source, host), where);
    if (groupBy ?? source.aggregates)
      rows = groupRecords(rows, groupBy ?? [], source.aggregates ?? { count: "count()" });
    rows = sortRecords(rows, sort);
    if (select) rows = selectFields(rows, select);
    if (distinct) rows = distinctRecords(rows, undefined);
    const shown = rows.slice(offset, offset + limit);
    return { rows: shown, count: shown.length, total: rows.length, columns: Object.keys(rows[0] ?? {}) };
  },
});

interface CsvSource {
  path?: string | undefined;
  text?: string | undefined;
  delimiter?: string | undefined;
  encoding: z.output<typeof textEncoding>;
  types: "auto" | "text";
}

async function readRows({ path, text, delimiter, encoding, types }: CsvSource, host: ToolHost): Promise<DataRecord[]> {
  if ((path === undefined) === (text === undefined)) {
    throw new LlmspellError("input.invalid", "pass the CSV: either path or text");
  }
  const source = path === undefined ? (text ?? "") : decodeText(host.files.readBytes(path), encoding, path);
  const format = path?.toLowerCase().endsWith(".tsv") ? "tsv" : "csv";
  return (await parseData(source, format, host, { delimiter, types })) as DataRecord[];
}
