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
])("%s becomes small", (_, value) => {
  expect(sizeOf(abridge(value))).toBeLessThan(20_000);
});

test("how large it was stands in the place of what is large", () => {
  const value = { text: "z".repeat(3000), list: Array.from({ length: 30 }, (_, n) => n), ok: true, short: ["a", "b"] };
  expect(abridge(value)).toEqual({ text: "<3000 characters>", list: "<30 items>", ok: true, short: ["a", "b"] });
});

test("nothing is cut in two that tells a secret", () => {
  const secret = `sk-${"a".repeat(60)}`;
  const text = `${" x".repeat(90)} ${secret} {"password": "hunter2"}`;
  const pairs = Array.from({ length: 40 }, (_, n) => ["authorization", `Basic ${n}`]);
  const shown = JSON.stringify(abridge({ text, pairs, filler: "f".repeat(3000) }));
  expect(shown).not.toMatch(/sk-a|hunter2|Basic/);
});
