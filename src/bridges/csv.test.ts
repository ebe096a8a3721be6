import fc from "fast-check";
import { expect, test } from "vitest";
import { createBridgeHarness } from "../testing/bridge-harness.ts";
import { csvBridge } from "./csv.ts";

const { call, fail } = createBridgeHarness([csvBridge]);

test("reads rows as objects by header, or as arrays", () => {
  const text = '\ufeffname,note\r\nAda,"said ""hi"", then\nleft"\r\n\r\nBob,\r\n';
  expect(call("csv.decode", [text])).toEqual([
    { name: "Ada", note: 'said "hi", then\nleft' },
    { name: "Bob", note: "" },
  ]);
  expect(call("csv.decode", ["1;2\n3;4", { header: false, delimiter: ";" }])).toEqual([
    ["1", "2"],
    ["3", "4"],
  ]);
  expect(call("csv.decode", ["1,2\n", { columns: ["a", "b"] }])).toEqual([{ a: "1", b: "2" }]);
  expect(call("csv.decode", ["# note\n a , b \n1,2\n", { comment: "#", trim: true }])).toEqual([{ a: "1", b: "2" }]);
  expect(call("csv.decode", [""])).toEqual([]);
  expect(call("csv.decode", ["a,b\n"])).toEqual([]);
});

test("converts fields by type", async () => {
  const text = "n,code,ok,big,x\n1.5,007,true,9007199254740993,\n";
  expect(call("csv.decode", [text, { types: "auto" }])).toEqual([
    { n: 1.5, code: "007", ok: true, big: 9007199254740993n, x: null },
  ]);
  expect(call("csv.decode", [text, { types: { n: "number", ok: "boolean" } }])).toEqual([
    { n: 1.5, code: "007", ok: true, big: "9007199254740993", x: "" },
  ]);
  expect(call("csv.decode", ["5,yes\n", { header: false, types: { "0": "integer", "1": "boolean" } }])).toEqual([
    [5, true],
  ]);
  const error = await fail("csv.decode", ["n\n1\nx\n", { types: { n: "integer" } }]);
  expect(error).toMatchObject({ code: "parse.invalid", details: { line: 3 } });
});

test("rows of other lengths fail, unless they may be ragged", async () => {
  expect(await fail("csv.decode", ["a,b\n1,2\n3\n"])).toMatchObject({ code: "parse.invalid", details: { line: 3 } });
  expect(call("csv.decode", ["a,b\n1\n1,2,3\n", { ragged: true }])).toEqual([
    { a: "1", b: null },
    { a: "1", b: "2" },
  ]);
});

test("bad text fails with its line", async () => {
  expect((await fail("csv.decode", ["a", { delimiter: '"' }])).message).toContain("must differ");
  expect(await fail("csv.decode", ['a,b\n1,"2\n'])).toMatchObject({
    code: "parse.invalid",
    message: expect.stringContaining("Quote") as string,
  });
  expect((await fail("csv.decode", ["a,a\n1,2\n"])).message).toContain('two columns are named "a"');
  expect((await fail("csv.decode", ["a", { delimeter: ";" }])).message).toContain('did you mean "delimiter"');
});

test("a column named __proto__ stays a column", () => {
  const [row] = call("csv.decode", ["__proto__,b\n1,2\n"]) as object[];
  expect(Object.keys(row ?? {})).toEqual(["__proto__", "b"]);
  expect(call("csv.encode", [[row as never]])).toBe("__proto__,b\n1,2\n");
});

test("writes objects and arrays, and only quotes what needs it", () => {
  expect(
    call("csv.encode", [
      [
        { a: 1, b: "x,y" },
        { a: null, c: true },
      ],
    ]),
  ).toBe('a,b,c\n1,"x,y",\n,,true\n');
  expect(
    call("csv.encode", [
      [
        [1, 'a"b'],
        [2n ** 62n, [1]],
      ],
    ]),
  ).toBe('1,"a""b"\n4611686018427387904,[1]\n');
  expect(call("csv.encode", [[{ a: 1, b: 2 }], { columns: ["b"], header: false, newline: "\r\n" }])).toBe("2\r\n");
  expect(call("csv.encode", [[]])).toBe("");
  expect(call("csv.encode", [[], { columns: ["a"] }])).toBe("a\n");
});

test("escapes formulas on request, numbers left alone", () => {
  expect(call("csv.encode", [[["=1+1", "-x", -5, "@a"]], { formulas: "escape" }])).toBe("'=1+1,'-x,-5,'@a\n");
});

test("reads back what it wrote", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", "é", '"', ",", "\n", "\r", " ", ";", "\t", "'", "\ufeff", "0") });
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width })));
  fc.assert(
    fc.property(table, fc.constantFrom(",", ";", "\t", "||"), (rows, delimiter) => {
      const text = call("csv.encode", [rows, { delimiter }]);
      expect(call("csv.decode", [text, { delimiter, header: false }])).toEqual(rows);
    }),
  );
});

test("refuses mixed rows and what no field can hold", async () => {
  expect((await fail("csv.encode", [[["a"]], { delimiter: '"' }])).message).toContain("must differ");
  expect((await fail("csv.encode", [[{ a: 1 }, [1]]])).message).toBe(
    "csv.encode: row 2 is not an object like the first",
  );
  expect((await fail("csv.encode", [[5]])).message).toBe("csv.encode: row 1 is not an object or an array");
  expect((await fail("csv.encode", [[[new Uint8Array(1)]]])).code).toBe("value.unsupported");
});
