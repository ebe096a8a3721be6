import fc from "fast-check";
import { expect, test } from "vitest";
import { LlmspellError } from "../errors.ts";
import { Handle, ScriptFunction, TextValue } from "./script-value.ts";
import { inspect } from "./inspect.ts";

class Named extends ScriptFunction {
  readonly id = 1;
  readonly name = "greet";
  invoke(): null {
    return null;
  }
  retain(): void {}
  release(): void {}
}

test.each([
  [null, "null"],
  [undefined, "null"],
  [true, "true"],
  [-0, "-0"],
  [2n ** 60n, "1152921504606846976"],
  [NaN, "NaN"],
  ['a"b\n', '"a\\"b\\n"'],
  [new TextValue("answer", { usage: 1 }), '"answer"'],
  [new Uint8Array([0, 255]), "<2 bytes: 00 ff>"],
  [new Uint8Array(0), "<0 bytes>"],
  [new Uint8Array(20), `<20 bytes: ${"00 ".repeat(16)}…>`],
  [new Date(0), "1970-01-01T00:00:00.000Z"],
  [new Date(NaN), "<invalid time>"],
  [new Named(), "<function greet>"],
  [new LlmspellError("http.timeout", "late"), "<error http.timeout: late>"],
  [new Handle("channel", 3, {}), "<channel 3>"],
  [new Handle("http.response", 1, {}, { status: 200 }), "<http.response 1> {status: 200}"],
  [[], "[]"],
  [{}, "{}"],
  [{ a: [1, { b: "x" }], "odd key": null, __proto: 1 }, '{a: [1, {b: "x"}], "odd key": null, __proto: 1}'],
])("%# shows %o", (value, text) => {
  expect(inspect(value)).toBe(text);
});

test("long values are broken into one element a line", () => {
  expect(inspect({ list: ["aaaaaaaaaa", "bbbbbbbbbb"], n: 1 }, { width: 20 })).toBe(
    '{\n  list: [\n    "aaaaaaaaaa",\n    "bbbbbbbbbb"\n  ],\n  n: 1\n}',
  );
});

test("depth, elements and strings are bounded, and say so", () => {
  expect(inspect([[[1]], { a: 1 }], { depth: 1 })).toBe("[[… 1], {… 1}]");
  expect(inspect([1, 2, 3], { items: 2 })).toBe("[1, 2, … 1 more]");
  expect(inspect({ a: 1, b: 2 }, { items: 1 })).toBe("{a: 1, … 1 more}");
  expect(inspect("abcdef", { stringLength: 3 })).toBe('"abc"… (6 long)');
  expect(inspect("a😀b", { stringLength: 2 })).toBe('"a"… (4 long)');
});

test("the whole text is bounded, however large the value", () => {
  const wide: unknown[] = Array.from({ length: 100 }, () =>
    Array.from({ length: 100 }, () => Array<string>(100).fill("x".repeat(100))),
  );
  expect(inspect(wide as never).length).toBeLessThanOrEqual(100_001);
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level++) deep = [deep];
  expect(inspect(deep as never)).toBe("[[[[[[[… 1]]]]]]]");
});

test("never throws for data, and stays within its length", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 200 }), (value, length) => {
      expect(inspect(value as never, { length }).length).toBeLessThanOrEqual(length + 1);
    }),
  );
});
