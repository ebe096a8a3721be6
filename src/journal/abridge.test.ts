import { expect, test } from "vitest";
import { type ScriptValue, TextValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";
import { abridge } from "./abridge.ts";

test("a small value stays as it is", () => {
  const value = { text: "x".repeat(500), list: [1, 2, 3] };
  expect(abridge(value)).toBe(value);
});

test.each<[string, ScriptValue]>([
  ["a text", "x".repeat(1e6)],
  ["bytes", new Uint8Array(1e6)],
  ["a list of lists", Array.from({ length: 1000 }, () => Array.from({ length: 100 }, () => "abc"))],
  ["an object with long names", Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`${n}`.repeat(500), n]))],
  [
    "a text with fields",
    new TextValue("y".repeat(1e5), { steps: Array.from({ length: 500 }, () => ({ a: [{ b: [1] }] })) }),
  ],
])("%s is cut", (_, value) => {
  expect(sizeOf(abridge(value))).toBeLessThan(20_000);
});

test("what is missing is said", () => {
  const value = { text: "z".repeat(3000), list: Array.from({ length: 30 }, (_, n) => n) };
  expect(abridge(value)).toEqual({
    text: `${"z".repeat(200)}... <2800 more characters>`,
    list: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, "<20 more items>"],
  });
});
