import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { isPlainObject } from "../../values/script-value.ts";
import { defineTool } from "../tool.ts";
import type { ToolHost } from "../tool-host.ts";
import { type DataRecord, dataSource, loadRecords } from "./data-source.ts";
import { searchData } from "./json-query.ts";
import {
  aggregates,
  conditions,
  distinctRecords,
  filterRecords,
  groupRecords,
  keyOf,
  requireFields,
  selectFields,
  sortKeys,
  sortRecords,
  valueAt,
} from "./records.ts";

const names = z.array(z.string().min(1));
const MAX_ROWS = 200_000;

const step = z.discriminatedUnion("op", [
  z.object({ op: z.literal("filter"), where: conditions }),
  z.object({
    op: z.literal("map"),
    fields: z.record(z.string(), z.string()).describe("New field -> JMESPath expression over the record."),
  }),
  z.object({ op: z.literal("select"), fields: names }),
  z.object({ op: z.literal("drop"), fields: names }),
  z.object({ op: z.literal("rename"), fields: z.record(z.string(), z.string()).describe("Old name -> new name.") }),
  z.object({
    op: z.literal("set"),
    fields: z.record(z.string(), z.unknown()).describe("Field -> the same value for all."),
  }),
  z.object({ op: z.literal("sort"), by: sortKeys }),
  z.object({ op: z.literal("distinct"), by: names.optional() }),
  z.object({ op: z.literal("group"), by: names, aggregates: aggregates.default({ count: "count()" }) }),
  z.object({
    op: z.literal("flatten"),
    field: z.string().min(1).describe("A list: one record for each of its items."),
  }),
  z.object({
    op: z.literal("join"),
    ...dataSource,
    on: z.string().min(1).describe("Field of these records."),
    right_on: z.string().min(1).optional().describe("Field of the others. Default: on."),
    type: z.enum(["inner", "left"]).default("inner"),
  }),
  z.object({ op: z.literal("limit"), count: z.int().min(0), offset: z.int().min(0).default(0) }),
]);
type Step = z.output<typeof step>;

export const dataTransform = defineTool({
  name: "data_transform",
  category: "data",
  description:
    "Turns records (from a file or given) into others by steps in order: filter, map, select, drop, rename, set, sort, distinct, group, flatten, join, limit.",
  tags: ["data", "transform", "filter", "join", "group"],
  parameters: z.object({ steps: z.array(step).min(1).max(100).describe("What to do, in order."), ...dataSource }),
  returns: z.object({ records: z.array(z.record(z.string(), z.unknown())), count: z.int() }),
  effect: "read",
  permissions: ["fs.read"],
  examples: [
    {
      description: "Group a CSV file",
      args: {
        path: "data.csv",
        steps: [
          { op: "filter", where: [{ field: "amount", op: ">", value: 1 }] },
          { op: "group", by: ["city"], aggregates: { total: "sum(amount)" } },
          { op: "sort", by: ["-total"] },
        ],
      },
    },
  ],
  async execute({ steps, ...source }, host) {
    let records = await loadRecords(source, host);
    for (const [index, one] of steps.entries()) {
      host.signal.throwIfAborted();
      records = await run(one, records, host).catch((error: unknown) => {
        throw inStep(error, index, one.op);
      });
      if (records.length > MAX_ROWS)
        throw new LlmspellError("value.too_large", `step ${index + 1} (${one.op}) makes more than ${MAX_ROWS} records`);
    }
    return { records, count: records.length };
  },
});

async function run(one: Step, records: DataRecord[], host: ToolHost): Promise<DataRecord[]> {
  switch (one.op) {
    case "filter":
      return filterRecords(records, one.where);
    case "map":
      return Promise.all(
        records.map(async (record) => {
          const values = await Promise.all(
            Object.entries(one.fields).map(async ([name, query]) => [name, await searchData(record, query)] as const),
          );
          return Object.fromEntries(values);
        }),
      );
    case "select":
      return selectFields(records, one.fields);
    case "drop":
      return records.map((record) =>
        Object.fromEntries(Object.entries(record).filter(([name]) => !one.fields.includes(name))),
      );
    case "rename":
      requireFields(records, Object.keys(one.fields));
      return records.map((record) =>
        Object.fromEntries(
          Object.entries(record).map(([name, value]) => [
            Object.hasOwn(one.fields, name) ? (one.fields[name] as string) : name,
            value,
          ]),
        ),
      );
    case "set":
      return records.map((record) => ({ ...record, ...one.fields }));
    case "sort":
      return sortRecords(records, one.by);
    case "distinct":
      return distinctRecords(records, one.by);
    case "group":
      return groupRecords(records, one.by, one.aggregates);
    case "flatten":
      return flatten(records, one.field);
    case "join":
      return join(records, await loadRecords(one, host), one);
    case "limit":
      return records.slice(one.offset, one.offset + one.count);
  }
}

function flatten(records: readonly DataRecord[], field: string): DataRecord[] {
  requireFields(records, [field]);
  return records.flatMap((record) => {
    const items = valueAt(record, field);
    if (!Array.isArray(items)) return [record];
    const { [field]: _, ...rest } = record;
    return items.map((item: unknown) => (isPlainObject(item) ? { ...rest, ...item } : { ...rest, [field]: item }));
  });
}

/** Fields of the left records win where both have one. */
function join(
  left: readonly DataRecord[],
  right: readonly DataRecord[],
  { on, right_on: rightOn = on, type }: Extract<Step, { op: "join" }>,
): DataRecord[] {
  requireFields(left, [on]);
  requireFields(right, [rightOn]);
  const partners = new Map<string, DataRecord[]>();
  for (const record of right) {
    const key = keyOf(record, [rightOn]);
    const known = partners.get(key);
    if (known) known.push(record);
    else partners.set(key, [record]);
  }
  const joined: DataRecord[] = [];
  for (const record of left) {
    const found = partners.get(keyOf(record, [on])) ?? [];
    if (found.length === 0 && type === "left") joined.push(record);
    for (const partner of found) joined.push({ ...partner, ...record });
    if (joined.length > MAX_ROWS)
      throw new LlmspellError("value.too_large", `the join makes more than ${MAX_ROWS} records`);
  }
  return joined;
}

function inStep(error: unknown, index: number, op: string): unknown {
  if (!LlmspellError.is(error)) return error;
  const { code, message, details, hint } = error;
  return new LlmspellError(code, `step ${index + 1} (${op}): ${message}`, {
    cause: error,
    details: { ...details, step: index + 1 },
    ...(hint === undefined ? {} : { hint }),
  });
}
