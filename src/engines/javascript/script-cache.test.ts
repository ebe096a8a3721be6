import { expect, test } from "vitest";
import { ScriptCache } from "./script-cache.ts";

test("types are taken from each text once, and the text unused for longest is forgotten", () => {
  const cache = new ScriptCache(2);
  let times = 0;
  const strip = (code: string) =>
    cache.stripped(code, () => {
      times += 1;
      return code.toUpperCase();
    });
  expect([strip("a"), strip("b"), strip("a"), strip("c"), strip("a")]).toEqual(["A", "B", "A", "C", "A"]);
  expect(times).toBe(3);
  expect(strip("b")).toBe("B");
  expect(times).toBe(4);
});

test("a cache of no size keeps nothing", () => {
  const cache = new ScriptCache(0);
  let times = 0;
  for (let i = 0; i < 2; i++) cache.stripped("a", () => String(++times));
  expect(times).toBe(2);
});
