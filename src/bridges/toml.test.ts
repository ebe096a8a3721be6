import fc from "fast-check";
import { expect, test } from "vitest";
import { createBridgeHarness } from "../testing/bridge-harness.ts";
import { tomlBridge } from "./toml.ts";

const { call, fail } = createBridgeHarness([tomlBridge]);

test("reads tables, arrays of tables, dates and big integers", () => {
  const text =
    'title = "x"\nbig = 9223372036854775807\nat = 2026-01-02T03:04:05+02:00\nday = 2026-01-02\n\n[a.b]\nc = [1, 2.5]\n[[list]]\nn = 1\n[[list]]\nn = 2\n';
  expect(call("toml.decode", [text])).toEqual({
    title: "x",
    big: 9223372036854775807n,
    at: new Date("2026-01-02T01:04:05Z"),
    day: "2026-01-02",
    a: { b: { c: [1, 2.5] } },
    list: [{ n: 1 }, { n: 2 }],
  });
});

test("reads back what it wrote", () => {
  const scalar = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.integer(),
    fc.boolean(),
    fc.bigInt({ min: 2n ** 60n, max: 2n ** 63n - 1n }),
    fc.double({ noNaN: true }).filter((n) => !Object.is(n, -0)),
  );
  const object = fc
    .dictionary(fc.string({ unit: "grapheme" }), fc.oneof(scalar, fc.array(scalar), fc.dictionary(fc.string(), scalar)))
    .map((value) => structuredClone(value));
  fc.assert(
    fc.property(object, (value) => {
      expect(call("toml.decode", [call("toml.encode", [value as never])])).toEqual(value);
    }),
  );
  const at = new Date("2026-05-06T07:08:09.123Z");
  expect(call("toml.decode", [call("toml.encode", [{ at }])])).toEqual({ at });
});

test("leaves nil members out and sorts on request", () => {
  expect(call("toml.encode", [{ b: 1, a: null }])).toBe("b = 1\n");
  expect((call("toml.encode", [{ b: 1, a: 2 }, { sort_keys: true }]) as string).startsWith("a = 2")).toBe(true);
});

test("a key named __proto__ stays a key", () => {
  const value = call("toml.decode", ["[__proto__]\nx = 1\n"]) as object;
  expect(Object.keys(value)).toEqual(["__proto__"]);
  expect(call("toml.decode", [call("toml.encode", [value as never])])).toEqual(value);
});

test("bad text fails with line and column", async () => {
  expect(await fail("toml.decode", ["a = 1\nb = \n"])).toMatchObject({ code: "parse.invalid", details: { line: 2 } });
  expect((await fail("toml.decode", ["a = 1\na = 2\n"])).details).toMatchObject({ line: 2 });
  expect((await fail("toml.decode", [`a = ${"[".repeat(5000)}`])).code).toBe("parse.invalid");
  expect((await fail("toml.decode", [`${"a.".repeat(50_000)}a = 1`])).code).toBe("value.too_deep");
});

test("refuses what TOML cannot hold", async () => {
  expect((await fail("toml.encode", [{ a: [1, null] }])).code).toBe("value.unsupported");
  expect((await fail("toml.encode", [{ a: new Uint8Array(1) }])).code).toBe("value.unsupported");
  expect((await fail("toml.encode", [[1]])).code).toBe("input.invalid");
});
