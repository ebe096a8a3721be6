import fc from "fast-check";
import { expect, test } from "vitest";
import type { ScriptValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";
import { deleteAt, escapePart, getAt, growthAt, parsePath, setAt } from "./paths.ts";

const key = fc.constantFrom("a", "b", "0", "1", "__proto__", "x.y", "constructor");
const tree = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.integer(),
    fc.string(),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(key, tie("value"), { maxKeys: 3 }),
  ),
})).value as fc.Arbitrary<ScriptValue>;
const root = fc.dictionary(key, tree) as fc.Arbitrary<ScriptValue>;
const path = fc.array(key, { minLength: 1, maxLength: 4 });

/** Undefined where a path leads through something that is no object. */
function attempt(run: () => ScriptValue): ScriptValue {
  try {
    return run();
  } catch {
    return undefined;
  }
}

test("reads back what it sets, changes nothing in place, and knows the growth", () => {
  fc.assert(
    fc.property(root, path, tree, (before, parts, value) => {
      const copy = structuredClone(before);
      const after = attempt(() => setAt(before, parts, value, "p"));
      fc.pre(after !== undefined);
      expect(getAt(after, parts)).toBe(value);
      expect(before).toEqual(copy);
      expect(growthAt(before, after, parts)).toBe(sizeOf(after) - sizeOf(before));
      const without = deleteAt(after, parts);
      expect(growthAt(after, without, parts)).toBe(sizeOf(without) - sizeOf(after));
      expect(({} as Record<string, unknown>)["a"]).toBeUndefined();
    }),
  );
});

test("escapes names with dots", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (parts) => {
      expect(parsePath(parts.map(escapePart).join("."))).toEqual(parts);
    }),
  );
});

test.each(["", ".", "a.", ".a", "a..b"])("refuses the path %j", (given) => {
  expect(() => parsePath(given)).toThrow(expect.objectContaining({ code: "state.invalid" }));
});
