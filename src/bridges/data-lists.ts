import { z } from "zod";
import { anyValue } from "../bridge/schemas.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { list } from "./data-collection.ts";
import { deepEqual, identityText } from "./data-equal.ts";
import { checkSize, pure } from "./pure-method.ts";

const MAX_ITEMS = 1_000_000;

/** Methods of lists. Positions count from 0. */
export const listMethods = {
  first: pure({
    summary: "The first item, or nil; with `count` a list of the first items.",
    input: { list, count: z.int().min(0).optional() },
    output: anyValue,
    run: ({ list: given, count }) => (count === undefined ? given[0] : given.slice(0, count)),
  }),
  last: pure({
    summary: "The last item, or nil; with `count` a list of the last items.",
    input: { list, count: z.int().min(0).optional() },
    output: anyValue,
    run: ({ list: given, count }) => (count === undefined ? given.at(-1) : count === 0 ? [] : given.slice(-count)),
  }),
  slice: pure({
    summary: "The items from `start` to before `end` (default: the end); negative positions count from the end.",
    input: { list, start: z.int(), end: z.int().optional() },
    output: list,
    run: ({ list: given, start, end }) => given.slice(start, end),
  }),
  contains: pure({
    summary: "Whether a list has an item with this content.",
    input: { list, value: anyValue },
    output: z.boolean(),
    run: ({ list: given, value }) => given.some((item) => deepEqual(item, value)),
  }),
  indexOf: pure({
    summary: "Position of the first item with this content, or nil.",
    input: { list, value: anyValue },
    output: z.int().nullable(),
    run: ({ list: given, value }) => {
      const index = given.findIndex((item) => deepEqual(item, value));
      return index === -1 ? null : index;
    },
  }),
  reverse: pure({
    summary: "In reverse order.",
    input: { list },
    output: list,
    run: ({ list: given }) => given.toReversed(),
  }),
  compact: pure({
    summary: "Without nil.",
    input: { list },
    output: list,
    run: ({ list: given }) => given.filter((item) => item !== null && item !== undefined),
  }),
  concat: pure({
    summary: "All lists one after the other.",
    input: {},
    rest: list,
    output: list,
    run: ({ rest }) => (rest as ScriptValue[][]).flat(),
  }),
  flatten: pure({
    summary: "With the lists inside put in their place, to a depth (default 1).",
    input: { list, depth: z.int().min(0).max(128).optional() },
    output: list,
    run: ({ list: given, depth }) => given.flat((depth ?? 1) as 1) as ScriptValue[],
  }),
  chunk: pure({
    summary: "Lists of `size` items; the last one holds the rest.",
    input: { list, size: z.int().min(1) },
    output: z.array(list),
    run: ({ list: given, size }) =>
      Array.from({ length: Math.ceil(given.length / size) }, (_, index) =>
        given.slice(index * size, (index + 1) * size),
      ),
  }),
  window: pure({
    summary: "All runs of `size` neighbouring items.",
    input: { list, size: z.int().min(1) },
    output: z.array(list),
    run: ({ list: given, size }) => {
      const count = Math.max(0, given.length - size + 1);
      checkSize("data.window", count * size, MAX_ITEMS);
      return Array.from({ length: count }, (_, index) => given.slice(index, index + size));
    },
  }),
  zip: pure({
    summary:
      "Lists of the first items of all lists, the second ones, ...; as many as the longest has, with nil where one is shorter.",
    input: {},
    rest: list,
    output: z.array(list),
    run: ({ rest }) => {
      const lists = rest as ScriptValue[][];
      const length = lists.reduce((most, one) => Math.max(most, one.length), 0);
      checkSize("data.zip", length * lists.length, MAX_ITEMS);
      return Array.from({ length }, (_, index) => lists.map((one) => one[index] ?? null));
    },
  }),
  range: pure({
    summary: "Numbers from `start` to `end`, both included, by `step` (default 1 or -1); at most 1,000,000.",
    input: { start: z.number(), end: z.number(), step: z.number().optional() },
    output: z.array(z.number()),
    run: ({ start, end, step = end < start ? -1 : 1 }) => {
      const count = step === 0 ? Infinity : Math.max(0, Math.floor((end - start) / step + 1e-9) + 1);
      checkSize("data.range", count, MAX_ITEMS);
      return Array.from({ length: count }, (_, index) => start + index * step);
    },
  }),
  union: pure({
    summary: "All items of all lists without repeats, by content.",
    input: {},
    rest: list,
    output: list,
    run: ({ rest }) => distinct((rest as ScriptValue[][]).flat()),
  }),
  intersection: pure({
    summary: "The items of the first list that the second one has too, by content, without repeats.",
    input: { a: list, b: list },
    output: list,
    run: ({ a, b }) => {
      const wanted = new Set(b.map(identityText));
      return distinct(a.filter((item) => wanted.has(identityText(item))));
    },
  }),
  difference: pure({
    summary: "The items of the first list that the second one lacks, by content.",
    input: { a: list, b: list },
    output: list,
    run: ({ a, b }) => {
      const unwanted = new Set(b.map(identityText));
      return a.filter((item) => !unwanted.has(identityText(item)));
    },
  }),
};

function distinct(items: readonly ScriptValue[]): ScriptValue[] {
  const byIdentity = new Map<string, ScriptValue>();
  for (const item of items) {
    const identity = identityText(item);
    if (!byIdentity.has(identity)) byIdentity.set(identity, item);
  }
  return [...byIdentity.values()];
}
