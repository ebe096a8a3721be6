import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LlmspellError } from "../errors.ts";
import { createBridgeHarness } from "../testing/bridge-harness.ts";
import { TextValue } from "../values/script-value.ts";
import { jsonBridge } from "./json.ts";

const { call, fail } = createBridgeHarness([jsonBridge]);

describe("encode", () => {
  test("writes every plain kind, with options for layout", () => {
    const value = { b: [1, "x", null, true], a: -0.5 };
    expect(call("json.encode", [value])).toBe('{"b":[1,"x",null,true],"a":-0.5}');
    expect(call("json.encode", [value, { sort_keys: true }])).toBe('{"a":-0.5,"b":[1,"x",null,true]}');
    expect(call("json.pretty", [{ a: 1 }])).toBe('{\n  "a": 1\n}');
    expect(call("json.encode", [{ a: 1 }, { indent: "\t" }])).toBe('{\n\t"a": 1\n}');
    expect(call("json.encode", [null])).toBe("null");
  });

  test("keeps all digits of integers, and writes texts, times and errors", () => {
    expect(call("json.encode", [[2n ** 62n, -(2n ** 63n)]])).toBe("[4611686018427387904,-9223372036854775808]");
    expect(call("json.encode", [{ at: new Date(0), text: new TextValue("hi", { usage: 1 }) }])).toBe(
      '{"at":"1970-01-01T00:00:00.000Z","text":"hi"}',
    );
    expect(call("json.encode", [new LlmspellError("http.timeout", "late")])).toBe(
      '{"code":"http.timeout","message":"late","retryable":true}',
    );
  });

  test("names the place of what JSON cannot hold, unless an option says how", async () => {
    expect((await fail("json.encode", [{ a: [1, NaN] }])).message).toBe("json.encode: JSON has no NaN at a.1");
    expect(call("json.encode", [[NaN, Infinity], { nonFinite: "null" }])).toBe("[null,null]");
    expect(call("json.encode", [[NaN, -Infinity], { nonFinite: "string" }])).toBe('["NaN","-Infinity"]');
    expect(await fail("json.encode", [{ b: new Uint8Array(2) }])).toMatchObject({
      code: "value.unsupported",
      hint: expect.stringContaining("base64") as string,
    });
    expect(call("json.encode", [new Uint8Array([255, 0]), { bytes: "base64" }])).toBe('"/wA="');
    expect((await fail("json.encode", [{ f: () => 1 }])).message).toContain("a function cannot be written at f");
    expect((await fail("json.encode", [new Date(NaN)])).code).toBe("value.unsupported");
  });

  test("a typo in an option names the option", async () => {
    expect((await fail("json.encode", [1, { indnet: 2 }])).message).toContain('did you mean "indent"');
  });

  test("too deep a value fails instead of overflowing the stack", async () => {
    let deep: unknown[] = [];
    for (let level = 0; level < 1000; level++) deep = [deep];
    expect((await fail("json.encode", [deep as never])).code).toBe("value.too_deep");
  });
});

describe("decode", () => {
  test("reads back what encode wrote", () => {
    const json = fc
      .jsonValue({ maxDepth: 6 })
      .map((value) => JSON.parse(JSON.stringify(value)) as never)
      .filter((value) => !/\d{16}/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(json, (value) => {
        expect(call("json.decode", [call("json.encode", [value])])).toEqual(value);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (integer) => {
        const back = call("json.decode", [call("json.encode", [integer])]) as bigint;
        expect(BigInt(back)).toBe(integer);
        expect(typeof back).toBe(Number.isSafeInteger(Number(integer)) ? "number" : "bigint");
      }),
    );
  });

  test("keeps 64-bit integers exact, longer ones and fractions become floats", () => {
    expect(
      call("json.decode", ["[9007199254740993, 123456789012345678901234567890, 1.2345678901234567890, -0]"]),
    ).toEqual([9007199254740993n, 1.2345678901234568e29, 1.2345678901234567, -0]);
  });

  test("__proto__ is a key like others", () => {
    const value = call("json.decode", ['{"__proto__": {"x": 1}, "n": 12345678901234567}']) as object;
    expect(Object.keys(value)).toEqual(["__proto__", "n"]);
    expect(call("json.encode", [value])).toBe('{"__proto__":{"x":1},"n":12345678901234567}');
  });

  test.each([
    ["", "expected a value, the text ends", 1, 1],
    ['{\n  "a": 1,\n}', "expected a key in double quotes", 3, 1],
    ['{"a" 1}', 'expected ":"', 1, 6],
    ["[1 2]", 'expected "," or "]"', 1, 4],
    ['{"a": nope}', "expected a value", 1, 7],
    ["[1] x", "expected the end", 1, 5],
    ['["a\\x"]', "a string has a wrong escape", 1, 4],
    ['["a\nb"]', "control character", 1, 4],
    ['["abc', "a string does not end", 1, 6],
    ["[01]", 'expected "," or "]"', 1, 3],
    ['[1, [{}, [], {"a": [}]]', "expected a value", 1, 21],
    ["{]", "expected a key", 1, 2],
  ])("says what is wrong with %j and where", async (text, problem, line, column) => {
    const error = await fail("json.decode", [text]);
    expect(error.code).toBe("parse.invalid");
    expect(error.message).toContain(problem);
    expect(error.details).toMatchObject({ line, column });
  });

  test("finds a place for every text that is no JSON", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.json(),
        fc.nat(),
        fc.constantFrom("", "}", "]", ",", '"', "\\", "x", "\n", "-"),
        async (json, at, noise) => {
          const offset = at % (json.length + 1);
          const text = json.slice(0, offset) + noise + json.slice(offset + 1);
          if (call("json.valid", [text])) return;
          const { offset: found } = (await fail("json.decode", [text])).details as { offset: number };
          expect(found).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });

  test("answers the fallback for bad text only", () => {
    expect(call("json.decode", ["{", { fallback: [] }])).toEqual([]);
    expect(call("json.decode", ["{}", { fallback: [] }])).toEqual({});
  });

  test("too deep a text fails", async () => {
    expect((await fail("json.decode", ["[".repeat(100_000) + "]".repeat(100_000)])).code).toBe("value.too_deep");
    expect((await fail("json.decode", [`${"[".repeat(50_000)}12345678901234567${"]".repeat(50_000)}`])).code).toBe(
      "value.too_deep",
    );
    expect((await fail("json.decode", ["[".repeat(100_000)])).code).toBe("parse.invalid");
  });
});

test("valid tells JSON from other text", () => {
  expect(call("json.valid", ["[1]"])).toBe(true);
  expect(call("json.valid", ["[1"])).toBe(false);
});

test("lines go both ways and errors name their line", async () => {
  const text = call("json.encodeLines", [[{ a: 1 }, "x\ny", null]]);
  expect(text).toBe('{"a":1}\n"x\\ny"\nnull\n');
  expect(call("json.decodeLines", [`\n${text as string}\r\n`])).toEqual([{ a: 1 }, "x\ny", null]);
  expect((await fail("json.decodeLines", ["1\n2\n[3"])).message).toBe(
    'json.decodeLines: expected "," or "]", the text ends (line 3, column 3)',
  );
  expect((await fail("json.encodeLines", [[1], { indent: 2 }])).code).toBe("input.invalid");
});
