import { z } from "zod";
import type { Callback } from "../bridge/schemas.ts";
import { anyObject, anyValue, callback } from "../bridge/schemas.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { isPlainObject, setKey } from "../values/script-value.ts";
import type { Collection } from "./data-collection.ts";
import {
  callWith,
  collection,
  condition,
  decision,
  entriesOf,
  keyText,
  list,
  ofEachKind,
  select,
  selector,
} from "./data-collection.ts";
import { deepEqual, identityText, memberOf } from "./data-equal.ts";
import { compareValues } from "./data-order.ts";
import { pure } from "./pure-method.ts";

const fn = callback([anyValue, anyValue], anyValue, ["item", "key"]);
const combiner = callback([anyValue, anyValue], anyValue, ["result", "item"]);

/** Methods that take functions. They stay synchronous as long as the function does. */
export const callbackMethods = {
  map: pure({
    summary: "What a function answers for each item of a list, or for each (value, key) of an object, whose keys stay.",
    input: { collection, fn },
    output: collection,
    signatures: ofEachKind({ fn }),
    *run({ collection: given, fn: change }) {
      const changed: ScriptValue[] = [];
      for (const [value, key] of entriesOf(given))
        changed.push(((yield callWith(change, value, key)) as ScriptValue) ?? null);
      return Array.isArray(given) ? changed : objectOf(Object.keys(given), changed);
    },
  }),
  flatMap: pure({
    summary: "Like `map`, with the lists that the function answers put together.",
    input: { list, fn },
    output: list,
    *run({ list: given, fn: change }) {
      const all: ScriptValue[] = [];
      for (const item of given) {
        const value = (yield change(item, null)) as ScriptValue;
        if (Array.isArray(value)) for (const part of value) all.push(part);
        else all.push(value ?? null);
      }
      return all;
    },
  }),
  each: pure({
    summary: "Calls a function for each item, one after the other; answers nil.",
    input: { collection, fn },
    output: z.null(),
    *run({ collection: given, fn: visit }) {
      for (const [value, key] of entriesOf(given)) yield callWith(visit, value, key);
      return null;
    },
  }),
  filter: pure({
    summary: "The items, or members of an object, that a function decides for or that have the members of `condition`.",
    input: { collection, condition },
    output: collection,
    signatures: ofEachKind({ condition }),
    *run({ collection: given, condition: test }) {
      return yield* keep("data.filter", given, test, true);
    },
  }),
  reject: pure({
    summary: "The items, or members of an object, that a function decides against.",
    input: { collection, condition },
    output: collection,
    signatures: ofEachKind({ condition }),
    *run({ collection: given, condition: test }) {
      return yield* keep("data.reject", given, test, false);
    },
  }),
  partition: pure({
    summary: "Two lists: the items that a function decides for, and the others.",
    input: { list, condition },
    output: z.tuple([list, list]),
    *run({ list: given, condition: test }) {
      const parts: [ScriptValue[], ScriptValue[]] = [[], []];
      for (const item of given) parts[(yield* fits("data.partition", test, item, undefined)) ? 0 : 1].push(item);
      return parts;
    },
  }),
  find: pure({
    summary: "The first item, or value of an object, that a function decides for; else nil.",
    input: { collection, condition },
    output: anyValue,
    *run({ collection: given, condition: test }) {
      for (const [value, key] of entriesOf(given)) if (yield* fits("data.find", test, value, key)) return value;
      return null;
    },
  }),
  findIndex: pure({
    summary: "Position, from 0, of the first item that a function decides for; else nil.",
    input: { list, condition },
    output: z.int().nullable(),
    *run({ list: given, condition: test }) {
      for (const [index, item] of given.entries())
        if (yield* fits("data.findIndex", test, item, undefined)) return index;
      return null;
    },
  }),
  some: pure({
    summary: "Whether a function decides for at least one item.",
    input: { collection, condition },
    output: z.boolean(),
    *run({ collection: given, condition: test }) {
      for (const [value, key] of entriesOf(given)) if (yield* fits("data.some", test, value, key)) return true;
      return false;
    },
  }),
  every: pure({
    summary: "Whether a function decides for all items; true for none.",
    input: { collection, condition },
    output: z.boolean(),
    *run({ collection: given, condition: test }) {
      for (const [value, key] of entriesOf(given)) if (!(yield* fits("data.every", test, value, key))) return false;
      return true;
    },
  }),
  reduce: pure({
    summary:
      "One value out of many: calls a function(result so far, item) for each item. Without `initial` the first item is it.",
    input: { list, fn: combiner, initial: anyValue.optional() },
    output: anyValue,
    *run({ list: given, fn: combine, initial }) {
      let result: ScriptValue = initial ?? given[0] ?? null;
      for (const item of initial === undefined ? given.slice(1) : given)
        result = ((yield combine(result, item)) as ScriptValue) ?? null;
      return result;
    },
  }),
  groupBy: pure({
    summary:
      "An object of lists: items by their value at a path or by what a function answers, as text; nil groups under `nil`.",
    input: { list, by: selector },
    output: anyObject,
    *run({ list: given, by }) {
      const groups = new Map<string, ScriptValue[]>();
      for (const item of given) {
        const key = keyText("data.groupBy", yield* select(by, item));
        const group = groups.get(key);
        if (group) group.push(item);
        else groups.set(key, [item]);
      }
      return objectOf([...groups.keys()], [...groups.values()]);
    },
  }),
  keyBy: pure({
    summary: "An object of items by their value at a path or by what a function answers; the last one of a key stays.",
    input: { list, by: selector },
    output: anyObject,
    *run({ list: given, by }) {
      const object: ScriptObject = {};
      for (const item of given) setKey(object, keyText("data.keyBy", yield* select(by, item)), item);
      return object;
    },
  }),
  countBy: pure({
    summary:
      "How many items have each value at a path, or each answer of a function; without either, how often each item occurs.",
    input: { list, by: selector.optional() },
    output: anyObject,
    *run({ list: given, by }) {
      const counts = new Map<string, number>();
      for (const item of given) {
        const key = keyText("data.countBy", yield* select(by, item));
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      return objectOf([...counts.keys()], [...counts.values()]);
    },
  }),
  sortBy: pure({
    summary:
      "Sorted by the value at a path, by what a function answers, or by several of these; equal items keep their order, nil comes " +
      "last. Texts sort by code point. Fails with `input.invalid` when kinds are mixed.",
    input: {
      list,
      by: z.union([selector, z.array(selector)]).optional(),
      options: z.strictObject({ descending: z.boolean().optional() }).optional(),
    },
    output: list,
    *run({ list: given, by, options }) {
      const selectors = Array.isArray(by) ? by : [by];
      const rows: { item: ScriptValue; keys: ScriptValue[] }[] = [];
      for (const item of given) {
        const keys: ScriptValue[] = [];
        for (const one of selectors) keys.push(yield* select(one, item));
        rows.push({ item, keys });
      }
      const compare = (a: ScriptValue[], b: ScriptValue[]): number => {
        for (const [index, key] of a.entries()) {
          const order = compareValues("data.sortBy", key, b[index], options?.descending ?? false);
          if (order !== 0) return order;
        }
        return 0;
      };
      return rows.toSorted((a, b) => compare(a.keys, b.keys)).map(({ item }) => item);
    },
  }),
  uniq: pure({
    summary: "Without repeats, by content or by a path or function; the first of each stays.",
    input: { list, by: selector.optional() },
    output: list,
    *run({ list: given, by }) {
      const seen = new Set<string>();
      const kept: ScriptValue[] = [];
      for (const item of given) {
        const identity = identityText(yield* select(by, item));
        if (!seen.has(identity)) kept.push(item);
        seen.add(identity);
      }
      return kept;
    },
  }),
};

function objectOf(keys: readonly string[], values: readonly ScriptValue[]): ScriptObject {
  const object: ScriptObject = {};
  for (const [index, key] of keys.entries()) setKey(object, key, values[index]);
  return object;
}

type Condition = Callback<[ScriptValue, ScriptValue]> | ScriptObject;

function* fits(
  method: string,
  test: Condition,
  value: ScriptValue,
  key: string | undefined,
): Generator<unknown, boolean, unknown> {
  if (typeof test === "function") return decision(method, yield callWith(test as Callback, value, key));
  return isPlainObject(value) && Object.keys(test).every((name) => deepEqual(memberOf(value, name), test[name]));
}

function* keep(
  method: string,
  given: Collection,
  test: Condition,
  wanted: boolean,
): Generator<unknown, Collection, unknown> {
  const values: ScriptValue[] = [];
  const keys: string[] = [];
  for (const [value, key] of entriesOf(given)) {
    if ((yield* fits(method, test, value, key)) !== wanted) continue;
    values.push(value);
    if (key !== undefined) keys.push(key);
  }
  return Array.isArray(given) ? values : objectOf(keys, values);
}
