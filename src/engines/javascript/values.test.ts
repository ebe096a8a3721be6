import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LlmspellError } from "../../errors.ts";
import {
  hasIntegerKeys,
  markAliases,
  type ScriptFunction,
  type ScriptObject,
  type ScriptValue,
  setKey,
  TextValue,
} from "../../values/script-value.ts";
import { FakeHost } from "./fake-host.ts";
import { createJavascriptEngine } from "./javascript-engine.ts";

const engine = createJavascriptEngine();
const AT_RANDOM = { numRuns: 200 };

/** What a script sends to the host. */
async function sent(code: string, overrides = {}): Promise<ScriptValue> {
  let got: ScriptValue;
  const host = new FakeHost({ t: { take: (value) => ((got = value), null), give: () => null } });
  const vm = engine.open(host.options(overrides));
  await vm.run({ code: `t.take(${code})`, file: "test.js" });
  vm.dispose();
  return got;
}

/** What a script computes from a value of the host. */
async function seen(value: ScriptValue, code: string): Promise<ScriptValue> {
  const host = new FakeHost({ t: { give: () => value } });
  const vm = engine.open(host.options());
  try {
    return await vm.run({ code: `const v = t.give(); return ${code}`, file: "test.js" });
  } finally {
    vm.dispose();
  }
}

const loneSurrogates = fc.string({
  unit: fc.integer({ min: 0xd700, max: 0xe000 }).map((code) => String.fromCharCode(code)),
});
const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), loneSurrogates);
const key = fc.oneof(
  text,
  fc.constantFrom("__proto__", "constructor", "toString", "then", "length", "0", "-1", "4294967295", ""),
);
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).filter((n) => !Number.isSafeInteger(Number(n)));
const value = fc.letrec<{ value: ScriptValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double(),
    fc.constantFrom(-0, NaN, Infinity, -Infinity, 2 ** 31, -(2 ** 31), 2 ** 53 - 1, 5e-324),
    int64,
    text,
    fc.uint8Array(),
    fc.date({ noInvalidDate: true }),
    fc.array(tie("value")),
    fc.array(fc.tuple(key, tie("value"))).map((pairs) => {
      const object: ScriptObject = {};
      for (const [name, member] of pairs) setKey(object, name, member);
      return object;
    }),
  ),
})).value;

describe("values", () => {
  test("come back as they were", () => {
    fc.assert(
      fc.property(value, (v) => {
        expect(engine.roundTrip(v)).toEqual(v);
      }),
      AT_RANDOM,
    );
  });

  test("keep -0, NaN and the exact bits of doubles", () => {
    fc.assert(
      fc.property(fc.double(), (v) => {
        expect(engine.roundTrip(v)).toBe(v);
      }),
      AT_RANDOM,
    );
  });

  test("keep a member named __proto__ a member", async () => {
    const object = setProto({ evil: true });
    const back = engine.roundTrip(object) as ScriptObject;
    expect(Object.keys(back)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    expect(await seen(object, "[Object.keys(v), v.evil, Object.getPrototypeOf(v) === Object.prototype]")).toEqual([
      ["__proto__"],
      null,
      true,
    ]);
    expect(Object.keys((await sent(`JSON.parse('{"__proto__": 1}')`)) as ScriptObject)).toEqual(["__proto__"]);
  });

  test("carry 10 MB strings", () => {
    for (const unit of ["a", "é", "€", "\u{1f600}", "\ud800"]) {
      const long = unit.repeat(10_000_000 / unit.length);
      expect(engine.roundTrip(long) === long).toBe(true);
    }
  });

  test("refuse what is larger than the limit, either way", async () => {
    const values = { bytes: 1000, depth: 128 };
    await expect(sent(`"x".repeat(1001)`, { values })).rejects.toMatchObject({ code: "value.too_large" });
    await expect(sent(`new Uint8Array(1001)`, { values })).rejects.toMatchObject({ code: "value.too_large" });
    await expect(sent(`Array(200).fill(1)`, { values })).rejects.toMatchObject({ code: "value.too_large" });
    expect(await sent(`"x".repeat(1000)`, { values })).toHaveLength(1000);
    expect(() => engine.roundTrip("x".repeat(11 * 1024 * 1024))).toThrow(
      expect.objectContaining({ code: "value.too_large" }),
    );
  });

  test("may be nested 128 deep and no deeper, either way", async () => {
    const nested = (depth: number): ScriptValue =>
      Array.from({ length: depth }).reduce<ScriptValue>((inner) => [inner], 1);
    const inside = (depth: number): string =>
      `(() => { let v = 1; for (let i = 0; i < ${depth}; i++) v = { v }; return v; })()`;
    expect(engine.roundTrip(nested(128))).toEqual(nested(128));
    expect(() => engine.roundTrip(nested(129))).toThrow(expect.objectContaining({ code: "value.too_deep" }));
    await expect(sent(inside(128))).resolves.toBeTypeOf("object");
    await expect(sent(inside(129))).rejects.toMatchObject({ code: "value.too_deep" });
    await expect(sent(inside(100_000))).rejects.toMatchObject({ code: "value.too_deep" });
  });

  test("refuse cycles, and accept the same object twice", async () => {
    await expect(sent("(() => { const a = { b: [] }; a.b.push(a); return a; })()")).rejects.toMatchObject({
      code: "value.cycle",
      message: expect.stringContaining("b[0]") as string,
    });
    expect(await sent("(() => { const a = [1]; return [a, a]; })()")).toEqual([[1], [1]]);
    const cyclic: ScriptObject = {};
    cyclic["self"] = cyclic;
    expect(() => engine.roundTrip(cyclic)).toThrow(expect.objectContaining({ code: "value.cycle" }));
  });
});

describe("a script's values leave", () => {
  test.each<[string, ScriptValue]>([
    ["[1, , 3]", [1, null, 3]],
    ["[undefined, null]", [null, null]],
    ["({ a: undefined, b: null })", { b: null }],
    ["12n", 12],
    ["2n ** 53n", 2n ** 53n],
    ["-(2n ** 63n)", -(2n ** 63n)],
    ["new Date(86400000)", new Date(86_400_000)],
    ["new Set([1, 'a'])", [1, "a"]],
    ["new Map([['a', 1]])", { a: 1 }],
    ["new String('boxed')", "boxed"],
    ["Object(7)", 7],
    ["Object(true)", true],
    ["new Uint16Array([1, 256])", new Uint8Array([1, 0, 0, 1])],
    ["new Uint8Array([1, 2, 3, 4]).subarray(1, 3)", new Uint8Array([2, 3])],
    ["new Uint8Array([1, 2]).buffer", new Uint8Array([1, 2])],
    ["new DataView(new Uint8Array([1, 2, 3]).buffer, 1)", new Uint8Array([2, 3])],
    ["new Uint8Array()", new Uint8Array()],
    ["new (class Point { x = 1; #y = 2; get z() { return 3; } })()", { x: 1 }],
    ["Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true }, hidden: { value: 3 } })", { own: 2 }],
    ["({ toJSON() { return 1; }, a: 1 }).a", 1],
    ["(function () { return arguments; })(1, 2)", [1, 2]],
    ["new Proxy({ a: 1 }, {})", { a: 1 }],
    ["'\\ud800'", "\ud800"],
  ])("%s", async (code, expected) => {
    expect(await sent(code)).toEqual(expected);
  });

  test("with a Map's integer keys marked as integers", async () => {
    const object = (await sent("new Map([[1, 'a'], ['b', 2]])")) as ScriptObject;
    expect(object).toEqual({ 1: "a", b: 2 });
    expect(hasIntegerKeys(object)).toBe(true);
    expect(hasIntegerKeys((await sent("new Map([['1', 2]])")) as ScriptObject)).toBe(false);
    await expect(sent("new Map([[1, 'a'], ['1', 2]])")).rejects.toMatchObject({ code: "value.key" });
    await expect(sent("new Map([[{}, 'a']])")).rejects.toMatchObject({ code: "value.key" });
  });

  test.each([
    "Symbol()",
    "new WeakMap()",
    "new Date(NaN)",
    "2n ** 64n",
    "2n ** 63n",
    "Promise.resolve()",
    "/x/",
    "({ a: [Symbol()] })",
  ])("not: %s", async (code) => {
    await expect(sent(code)).rejects.toMatchObject({ code: "value.unsupported" });
  });

  test("unless a getter or a proxy throws: then with that error", async () => {
    await expect(sent("({ get a() { throw new TypeError('no'); } })")).rejects.toMatchObject({
      message: "TypeError: no",
    });
    await expect(sent("new Proxy({}, { ownKeys() { throw new Error('trap'); } })")).rejects.toMatchObject({
      message: "trap",
    });
  });

  test("errors with code, message, details and frames", async () => {
    const error = (await sent(
      "Object.assign(new Error('bad'), { code: 'my.code', details: { n: 1 }, retryable: true })",
    )) as LlmspellError;
    expect(LlmspellError.is(error)).toBe(true);
    expect(error).toMatchObject({
      code: "my.code",
      message: "bad",
      details: { n: 1 },
      retryable: true,
      frames: [{ file: "test.js", line: 1 }],
    });
    expect(await sent("new Error('outer', { cause: new TypeError('inner') })")).toMatchObject({
      details: { cause: "TypeError: inner" },
    });
  });
});

describe("the host's values enter", () => {
  test("texts that behave as strings with fields", async () => {
    const usage = markAliases({ totalTokens: 7 }, [["total_tokens", "totalTokens"]]);
    const answer = new TextValue("tides", { usage });
    const code =
      "[`${v}!`, v + '?', v.length, v.slice(0, 2), v.usage.totalTokens, v.usage.total_tokens, v instanceof String, JSON.stringify(v)]";
    expect(await seen(answer, code)).toEqual(["tides!", "tides?", 5, "ti", 7, 7, true, '"tides"']);
    expect(await seen(answer, "v")).toEqual(new TextValue("tides", { usage: { totalTokens: 7 } }));
    expect(await seen(answer, "[Object.keys(v.usage), 'total_tokens' in v.usage]")).toEqual([["totalTokens"], true]);
  });

  test("errors as instances of Error", async () => {
    const error = new LlmspellError("http.timeout", "too slow", { details: { ms: 5 }, hint: "Wait." });
    expect(
      await seen(
        error,
        "[v instanceof Error, v.name, v.code, v.message, v.retryable, v.details.ms, v.hint, String(v)]",
      ),
    ).toEqual([true, "LlmspellError", "http.timeout", "too slow", true, 5, "Wait.", "LlmspellError: too slow"]);
    expect(await seen(error, "v")).toMatchObject({
      code: "http.timeout",
      message: "too slow",
      retryable: true,
      details: { ms: 5 },
      hint: "Wait.",
    });
  });

  test("dates, bytes, big integers and nil", async () => {
    expect(await seen(new Date(5), "v instanceof Date && v.getTime()")).toBe(5);
    expect(await seen(new Uint8Array([1, 2]), "v instanceof Uint8Array && v[1]")).toBe(2);
    expect(await seen(2n ** 60n, "typeof v + v")).toBe("bigint1152921504606846976");
    expect(await seen(5n, "typeof v")).toBe("number");
    expect(await seen(null, "v")).toBe(null);
    expect(await seen(undefined, "typeof v")).toBe("undefined");
    expect(() => engine.roundTrip(new Date(NaN))).toThrow(expect.objectContaining({ code: "value.unsupported" }));
    expect(() => engine.roundTrip(2n ** 63n)).toThrow(expect.objectContaining({ code: "value.unsupported" }));
    expect(() => engine.roundTrip(new Map() as never)).toThrow(expect.objectContaining({ code: "value.unsupported" }));
  });
});

describe("functions", () => {
  test("keep their identity and die when they are released", async () => {
    const taken: ScriptFunction[] = [];
    const host = new FakeHost({ t: { take: (fn) => (taken.push(fn as ScriptFunction), null), first: () => taken[0] } });
    const vm = engine.open(host.options());
    await vm.run({
      code: "const f = function double(x) { return 2 * x; }; t.take(f); t.take(f); t.take((x) => x); if (t.first() !== f) throw 1;",
      file: "a.js",
    });
    const [first, second, third] = taken as [ScriptFunction, ScriptFunction, ScriptFunction];
    expect(first).toBe(second);
    expect(first.name).toBe("double");
    expect(third.id).not.toBe(first.id);
    expect(third.name).toBe("anonymous");
    first.release();
    expect(first.invoke([21])).toBe(42);
    first.retain();
    first.release();
    first.release();
    expect(() => first.invoke([1])).toThrow(expect.objectContaining({ code: "value.released" }));
    expect(third.invoke(["still"])).toBe("still");
    vm.dispose();
    expect(() => third.invoke([1])).toThrow(expect.objectContaining({ code: "value.released" }));
  });

  test("of another VM can be called", async () => {
    const giver = new FakeHost();
    const there = engine.open(giver.options());
    const fn = (await there.run({ code: "return (a, b) => a + b", file: "a.js" })) as ScriptFunction;
    expect(await seen(fn, "v(1, 2)")).toBe(3);
    expect(fn.invoke([2, 2])).toBe(4);
    there.dispose();
  });
});

describe("lenient methods", () => {
  test("show what cannot cross as text", async () => {
    let got: ScriptValue[] = [];
    const host = new FakeHost({ console: { log: { run: (...args) => ((got = args), null), lenient: true } } });
    const vm = engine.open(host.options());
    const code = `const cycle = { name: "c" }; cycle.self = cycle;
      console.log(cycle, function f() {}, class A {}, Symbol("s"), 10n ** 30n, new Date(NaN), Promise.resolve(), new WeakMap(), { get x() { throw new Error("no"); } }, /re/g);`;
    await vm.run({ code, file: "a.js" });
    expect(got).toEqual([
      { name: "c", self: "[Circular]" },
      "[Function: f]",
      "[class A]",
      "Symbol(s)",
      `${10n ** 30n}n`,
      "Invalid Date",
      "[Promise]",
      "[WeakMap]",
      { x: "[Error: no]" },
      "/re/g",
    ]);
    vm.dispose();
  });
});

function setProto(value: ScriptValue): ScriptObject {
  const object: ScriptObject = {};
  setKey(object, "__proto__", value);
  return object;
}
