import { z } from "zod";
import { anyObject, anyValue } from "../bridge/schemas.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { isPlainObject, setKey } from "../values/script-value.ts";
import { collection, keyText, list, ofEachKind } from "./data-collection.ts";
import { deepClone, deepEqual, memberOf } from "./data-equal.ts";
import { changePath, copyObject, getPath } from "./data-path.ts";
import { pure } from "./pure-method.ts";

const object = anyObject;
const path = z.union([z.string(), z.array(z.union([z.string(), z.int()]))], {
  error: "expected a path or a list of keys",
});
const keys = z.array(z.string());
const change = z.object({
  path: z.array(z.union([z.string(), z.int()])),
  kind: z.enum(["added", "removed", "changed"]),
  before: anyValue.optional(),
  after: anyValue.optional(),
});
type Change = z.output<typeof change>;

/** Methods of objects, and of any value by path. */
export const objectMethods = {
  keys: pure({
    summary: "The keys of an object.",
    input: { object },
    output: keys,
    run: (input) => Object.keys(input.object),
  }),
  values: pure({
    summary: "The values of an object.",
    input: { object },
    output: list,
    run: (input) => Object.values(input.object),
  }),
  entries: pure({
    summary: "The members of an object as lists of key and value.",
    input: { object },
    output: z.array(list),
    run: (input) => Object.entries(input.object),
  }),
  fromEntries: pure({
    summary: "An object from lists of key and value.",
    input: { entries: z.array(z.tuple([anyValue, anyValue])) },
    output: object,
    run: ({ entries }) => {
      const made: ScriptObject = {};
      for (const [key, value] of entries) setKey(made, keyText("data.fromEntries", key), value);
      return made;
    },
  }),
  pick: pure({
    summary: "The members of these keys, where there are any.",
    input: { object, keys },
    output: object,
    run: (input) => {
      const made: ScriptObject = {};
      for (const key of input.keys) if (Object.hasOwn(input.object, key)) setKey(made, key, input.object[key]);
      return made;
    },
  }),
  omit: pure({
    summary: "All members but those of these keys.",
    input: { object, keys },
    output: object,
    run: (input) => {
      const copy = copyObject(input.object);
      for (const key of input.keys) delete copy[key];
      return copy;
    },
  }),
  get: pure({
    summary: "The value at a path (`a.b.0`, or a list of keys), or `default` where there is none or nil.",
    input: { value: anyValue, path, default: anyValue.optional() },
    output: anyValue,
    run: (input) => getPath(input.value, input.path) ?? input.default ?? null,
  }),
  has: pure({
    summary: "Whether there is something but nil at a path.",
    input: { value: anyValue, path },
    output: z.boolean(),
    run: (input) => (getPath(input.value, input.path) ?? null) !== null,
  }),
  set: pure({
    summary:
      "A copy with another value at a path; objects on the way are made, a list takes positions up to its length.",
    input: { value: collection, path, new: anyValue },
    output: collection,
    signatures: ofEachKind({ path, new: anyValue }),
    run: (input) => changePath("data.set", input.value, input.path, () => input.new ?? null) as ScriptObject,
  }),
  unset: pure({
    summary: "A copy without what is at a path.",
    input: { value: collection, path },
    output: collection,
    run: (input) =>
      has(input.value, input.path)
        ? (changePath("data.unset", input.value, input.path, () => undefined) as ScriptObject)
        : input.value,
  }),
  merge: pure({
    summary: "All members of all objects; later ones win.",
    input: {},
    rest: anyObject,
    output: object,
    run: ({ rest }) => {
      const made: ScriptObject = {};
      for (const one of rest as ScriptObject[]) for (const key of Object.keys(one)) setKey(made, key, one[key]);
      return made;
    },
  }),
  deepMerge: pure({
    summary:
      "The first object with the second one merged in: objects member by member, anything else replaced; lists as `arrays` says.",
    input: {
      a: anyObject,
      b: anyObject,
      options: z
        .strictObject({ arrays: z.enum(["replace", "concat"]).optional().describe('Default "replace".') })
        .optional(),
    },
    output: object,
    run: ({ a, b, options }) => deepMerge(a, b, options?.arrays === "concat") as ScriptObject,
  }),
  invert: pure({
    summary: "Values as keys and keys as values; the last one of a value stays.",
    input: { object },
    output: object,
    run: (input) => {
      const made: ScriptObject = {};
      for (const [key, value] of Object.entries(input.object)) setKey(made, keyText("data.invert", value), key);
      return made;
    },
  }),
  clone: pure({
    summary: "A copy of all lists and objects inside; functions and handles stay the same ones.",
    input: { value: anyValue },
    output: anyValue,
    run: ({ value }) => deepClone(value),
  }),
  equal: pure({
    summary: "Whether two values have the same content; the order of keys does not count.",
    input: { a: anyValue, b: anyValue },
    output: z.boolean(),
    run: ({ a, b }) => deepEqual(a, b),
  }),
  diff: pure({
    summary:
      "What changed from one value to another: a list of {path, kind: added|removed|changed, before, after}; lists are compared by position.",
    input: { a: anyValue, b: anyValue },
    output: z.array(change),
    run: ({ a, b }) => {
      const changes: Change[] = [];
      collectChanges(a, b, [], changes);
      return changes;
    },
  }),
  size: pure({
    summary: "Number of items of a list or members of an object.",
    input: { collection },
    output: z.int(),
    run: (input) => (Array.isArray(input.collection) ? input.collection.length : Object.keys(input.collection).length),
  }),
  isEmpty: pure({
    summary: "Whether a value is nil, an empty text, list or object.",
    input: { value: anyValue },
    output: z.boolean(),
    run: ({ value }) => {
      if (value === null || value === undefined || value === "") return true;
      if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
      return isPlainObject(value) && Object.keys(value).length === 0;
    },
  }),
};

function has(value: ScriptValue, at: z.output<typeof path>): boolean {
  return getPath(value, at) !== undefined;
}

function deepMerge(a: ScriptValue, b: ScriptValue, concat: boolean): ScriptValue {
  if (concat && Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  if (!isPlainObject(a) || !isPlainObject(b)) return b;
  const merged = copyObject(a);
  for (const key of Object.keys(b))
    setKey(merged, key, Object.hasOwn(a, key) ? deepMerge(a[key], b[key], concat) : b[key]);
  return merged;
}

function collectChanges(a: ScriptValue, b: ScriptValue, at: (string | number)[], changes: Change[]): void {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let index = 0; index < Math.min(a.length, b.length); index++)
      collectChanges(a[index], b[index], [...at, index], changes);
    for (let index = b.length; index < a.length; index++)
      changes.push({ path: [...at, index], kind: "removed", before: a[index] ?? null });
    for (let index = a.length; index < b.length; index++)
      changes.push({ path: [...at, index], kind: "added", after: b[index] ?? null });
  } else if (isPlainObject(a) && isPlainObject(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
      collectMember(memberOf(a, key), memberOf(b, key), [...at, key], changes);
  } else if (!deepEqual(a, b)) {
    changes.push({ path: at, kind: "changed", before: a ?? null, after: b ?? null });
  }
}

function collectMember(a: ScriptValue, b: ScriptValue, at: (string | number)[], changes: Change[]): void {
  if ((a ?? null) === null && (b ?? null) !== null) changes.push({ path: at, kind: "added", after: b });
  else if ((a ?? null) !== null && (b ?? null) === null) changes.push({ path: at, kind: "removed", before: a });
  else collectChanges(a, b, at, changes);
}
