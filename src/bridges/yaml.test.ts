import fc from "fast-check";
import { expect, test } from "vitest";
import { createBridgeHarness } from "../testing/bridge-harness.ts";
import { yamlBridge } from "./yaml.ts";

const { call, fail } = createBridgeHarness([yamlBridge]);

test("writes values for people", () => {
  expect(call("yaml.encode", [{ b: [1, "x"], a: { c: null } }])).toBe("b:\n  - 1\n  - x\na:\n  c: null\n");
  expect(
    call("yaml.encode", [
      { b: 1, a: [2] },
      { sortKeys: true, flow: true },
    ]),
  ).toBe("{ a: [ 2 ], b: 1 }\n");
  expect(call("yaml.encode", [{ a: [{ b: 1 }] }, { indent: 4 }])).toBe("a:\n    - b: 1\n");
});

test("reads back what it wrote: any JSON, 64-bit integers, special floats, bytes", () => {
  const value = fc
    .jsonValue({ maxDepth: 5 })
    .map((json) => JSON.parse(JSON.stringify(json)) as never)
    .filter((json) => !/\d{16}/.test(JSON.stringify(json)));
  fc.assert(
    fc.property(value, (json) => {
      expect(call("yaml.decode", [call("yaml.encode", [json])])).toEqual(json);
    }),
  );
  const text = fc.string({ unit: "grapheme", maxLength: 60 });
  fc.assert(
    fc.property(fc.dictionary(text, text), (object) => {
      expect(call("yaml.decode", [call("yaml.encode", [{ ...object }])])).toEqual({ ...object });
    }),
  );
  for (const scalar of [
    2n ** 62n,
    -(2n ** 63n),
    NaN,
    -Infinity,
    1.5,
    "1.5",
    "true",
    "null",
    "~",
    "- x",
    "2026-01-01",
    "0x10",
    "",
    " ",
  ]) {
    expect(call("yaml.decode", [call("yaml.encode", [[scalar]])])).toEqual([scalar]);
  }
  expect(call("yaml.decode", [call("yaml.encode", [{ b: new Uint8Array([0, 255, 10]) }])])).toEqual({
    b: new Uint8Array([0, 255, 10]),
  });
});

test("reads anchors, block texts and YAML 1.2 scalars", () => {
  const text =
    "base: &b {x: 1}\ncopy: *b\ntext: |\n  one\n  two\nno: no\ndate: 2026-01-01\nbig: 9007199254740993\nhex: 0x1F\n1: one\n";
  expect(call("yaml.decode", [text])).toEqual({
    base: { x: 1 },
    copy: { x: 1 },
    text: "one\ntwo\n",
    no: "no",
    date: "2026-01-01",
    big: 9007199254740993n,
    hex: 31,
    "1": "one",
  });
  expect(call("yaml.decode", [""])).toBeNull();
});

test("a key named __proto__ stays a key", () => {
  const value = call("yaml.decode", ["__proto__:\n  polluted: 1\n"]) as object;
  expect(Object.keys(value)).toEqual(["__proto__"]);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

test("several documents", async () => {
  const text = call("yaml.encodeAll", [[{ a: 1 }, [2], "x"]]) as string;
  expect(call("yaml.decodeAll", [text])).toEqual([{ a: 1 }, [2], "x"]);
  expect((await fail("yaml.decode", [text])).message).toContain("more than one document");
  expect(call("yaml.decodeAll", [""])).toEqual([]);
});

test.each([
  ["a: 1\nb: [1, 2\nc: 3\n", 3],
  ["a: b: c\n", 1],
  ["x: 1\ny: 2\nx: 3\n", 3],
  ["k: !unknown 1\n", 1],
  ["a: 1\n? [b]\n: 2\n", 2],
])("refuses %j", async (text, line) => {
  const error = await fail("yaml.decode", [text]);
  expect(error.code).toBe("parse.invalid");
  expect(error.details).toMatchObject({ line });
});

test("refuses a list that contains itself", async () => {
  expect((await fail("yaml.decode", ["&a [*a]"])).code).toBe("value.cycle");
});

test("refuses an alias without an anchor", async () => {
  expect((await fail("yaml.decode", ["a: *nowhere\n"])).code).toBe("parse.invalid");
});

test("refuses aliases that multiply, and text nested too deeply", async () => {
  const bomb = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"];
  for (let level = 1; level < 10; level++)
    bomb.push(
      `a${level}: &a${level} [${Array<string>(9)
        .fill(`*a${level - 1}`)
        .join(",")}]`,
    );
  expect((await fail("yaml.decode", [bomb.join("\n")])).message).toMatch(/alias/i);
  expect((await fail("yaml.decode", ["- ".repeat(20_000)])).code).toBe("value.too_deep");
  for (const open of ["[", "{a: ", "- ["])
    expect((await fail("yaml.decode", [open.repeat(2_000)])).code).toBe("value.too_deep");
  const text = `note: "${"[".repeat(5_000)}"\n# ${"{".repeat(5_000)}\nlist: ${"[".repeat(450)}${"]".repeat(450)}`;
  expect(call("yaml.decode", [text])).toMatchObject({ note: "[".repeat(5_000) });
});

test("many keys and lines take linear time", () => {
  const text = Array.from({ length: 20_000 }, (_, index) => `key${index}: value\n`).join("");
  const started = performance.now();
  expect(Object.keys(call("yaml.decode", [text]) as object)).toHaveLength(20_000);
  expect(performance.now() - started).toBeLessThan(5000);
});

test("refuses what YAML cannot hold", async () => {
  expect((await fail("yaml.encode", [{ f: () => 1 }])).code).toBe("value.unsupported");
  expect((await fail("yaml.encodeAll", [5])).code).toBe("input.invalid");
  expect((await fail("yaml.decodeAll", [5])).code).toBe("input.invalid");
});
