import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { ScriptEngine } from "../../engine/script-engine.ts";
import { LlmspellError } from "../../errors.ts";
import {
  Handle,
  hasIntegerKeys,
  markIntegerKeys,
  type ScriptObject,
  type ScriptValue,
  setKey,
  TextValue,
} from "../../values/script-value.ts";
import { errorOf, openRun, readyEngine, type FakeRunOptions } from "./fake-host.ts";

let engine: ScriptEngine;
beforeAll(async () => {
  engine = await readyEngine();
});

const trip = (value: ScriptValue): ScriptValue => engine.roundTrip(value);
const run = (code: string, options?: FakeRunOptions): Promise<ScriptValue> => openRun(engine, options).run(code);

/** Runs code that sees `v`, and answers what it returns. */
const see = (v: ScriptValue, code: string): Promise<ScriptValue> =>
  run(code, { bridges: { api: { v: () => v }, json: {} } });

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;

/** Integers as they cross: numbers where safe. */
const integer = fc
  .bigInt({ min: MIN, max: MAX })
  .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value));
/** UTF-16 units at random: lone surrogates, pairs, NUL. */
const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.integer({ min: 0xd7f0, max: 0xe010 }),
      fc.integer({ min: 0, max: 127 }),
    ),
    { maxLength: 60 },
  )
  .map((units) => String.fromCharCode(...units));
const bytes = fc.uint8Array({ maxLength: 60 }).map((tail) => Uint8Array.from([...tail, 0xff]));
const scalar: fc.Arbitrary<ScriptValue> = fc.oneof(
  fc.boolean(),
  integer,
  fc.double(),
  anyText,
  bytes,
  fc.date({ noInvalidDate: true }).map((date) => date as ScriptValue),
);
const key = fc.oneof(
  anyText,
  fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "1", "-0", "", "length"),
);
const tree = fc.letrec<{ value: ScriptValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    scalar,
    fc.array(fc.oneof(tie("value"), fc.constant(null)), { maxLength: 8 }),
    fc.array(fc.tuple(key, fc.oneof(tie("value"), fc.constant(null))), { maxLength: 8 }).map((entries) => {
      const object: ScriptObject = {};
      for (const [name, value] of entries) setKey(object, name, value);
      return object;
    }),
  ),
})).value;

/** Reference encoder: UTF-8, lone surrogates in three bytes. */
function wtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code >= 0xd800 && code < 0xe000)
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    else bytes.push(...new TextEncoder().encode(character));
  }
  return Uint8Array.from(bytes);
}

describe("values survive the way into Lua and back", () => {
  it("whatever their shape", () => {
    fc.assert(
      fc.property(tree, (value) => void expect(trip(value)).toEqual(value)),
      { numRuns: 200 },
    );
  });

  it("for every 64-bit integer", () => {
    fc.assert(fc.property(integer, (value) => void expect(trip(value)).toBe(value)));
    for (const value of [
      MIN,
      MAX,
      2 ** 53 - 1,
      -(2 ** 53 - 1),
      2n ** 53n,
      -(2n ** 53n),
      2 ** 31,
      -(2 ** 31),
      -(2 ** 31) - 1,
      0xffff_ffff,
    ]) {
      expect(trip(value)).toBe(value);
    }
  });

  it("for special floats", () => {
    for (const value of [NaN, Infinity, -Infinity, -0, 5e-324, 1.7976931348623157e308, 1e300, 2 ** 53, 0.1]) {
      expect(Object.is(trip(value), value)).toBe(true);
    }
  });

  it("for strings of any units and length", () => {
    fc.assert(
      fc.property(anyText, (text) => void expect(trip(text)).toBe(text)),
      { numRuns: 200 },
    );
    for (const length of [0, 39, 40, 41, 127, 128, 5000]) {
      for (const unit of ["a", "é", "€", "😀", "\ud800", "\udc00", "\0"])
        expect(trip(unit.repeat(length))).toBe(unit.repeat(length));
    }
  });

  it("for byte strings, except that UTF-8 leaves as text", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (value) => {
        const back = trip(value);
        // Text comes back as the bytes that it came from: of a pair of lone surrogates no text is ever made.
        expect(typeof back === "string" ? wtf8(back) : back).toEqual(value);
      }),
    );
    expect(trip(Uint8Array.of(0xc3, 0xa9))).toBe("é");
    expect(trip(Uint8Array.of(0xed, 0xa0, 0x80))).toBe("\ud800");
    // A pair of surrogates in three-byte form is no WTF-8, nor are overlong forms.
    expect(trip(Uint8Array.of(0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80))).toEqual(
      Uint8Array.of(0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80),
    );
    expect(trip(Uint8Array.of(0xc0, 0x80))).toEqual(Uint8Array.of(0xc0, 0x80));
    expect(trip(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41))).toBe("\uFEFFA");
  });

  it("for strings of 9 MB, of every width", () => {
    for (const unit of ["x", "é", "\ud800y"]) {
      const text = unit.repeat(9_000_000 / unit.length);
      expect(trip(text) === text).toBe(true);
    }
  });

  it("for sparse and mixed tables, keeping integer keys", () => {
    const sparse = markIntegerKeys({ "1": "a", "3": "c", "-5": "n", name: "x" });
    const back = trip(sparse) as ScriptObject;
    expect(back).toEqual(sparse);
    expect(hasIntegerKeys(back)).toBe(true);
    expect(hasIntegerKeys(trip({ "1": "a", "3": "c" }) as ScriptObject)).toBe(false);
    expect(trip(markIntegerKeys({ "1": "a", "2": "b" }))).toEqual(["a", "b"]);
    const far = markIntegerKeys({ "9223372036854775807": 1, "-9223372036854775808": 2 });
    expect(trip(far)).toEqual(far);
  });

  it("for empty arrays and objects", () => {
    expect(trip([])).toEqual([]);
    expect(Array.isArray(trip([]))).toBe(true);
    expect(trip({ a: [], b: {} })).toEqual({ a: [], b: {} });
  });

  it("for prototype-named keys", () => {
    const object: ScriptObject = {};
    setKey(object, "__proto__", { polluted: true });
    const back = trip(object) as ScriptObject;
    expect(Object.keys(back)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("for errors", () => {
    const back = trip(
      new LlmspellError("my.code", "why", { details: { a: 1 }, hint: "do", retryable: true }),
    ) as LlmspellError;
    expect(LlmspellError.is(back)).toBe(true);
    expect(back.toData()).toEqual({ code: "my.code", message: "why", details: { a: 1 }, hint: "do", retryable: true });
  });

  it("for text values", () => {
    const back = trip(new TextValue("héllo", { usage: { total: 3 } })) as TextValue;
    expect(back).toBeInstanceOf(TextValue);
    expect(back.text).toBe("héllo");
    expect(back.fields).toEqual({ usage: { total: 3 } });
  });
});

describe("what cannot cross is refused", () => {
  const nested = (depth: number): ScriptValue => (depth === 0 ? 1 : [nested(depth - 1)]);
  const cyclic: ScriptObject = {};
  cyclic["self"] = { inner: cyclic };

  it.each<[string, ScriptValue, string]>([
    ["a cycle", cyclic, "value.cycle"],
    ["nesting above the limit", nested(129), "value.too_deep"],
    ["a long string", "x".repeat(11_000_000), "value.too_large"],
    ["a long array", Array.from({ length: 3_000_000 }, () => 1), "value.too_large"],
    ["an array of a huge length", Object.assign([], { length: 4_000_000_000 }), "value.too_large"],
    ["a wide integer", 2n ** 63n, "value.unsupported"],
    ["a Map", new Map() as unknown as ScriptValue, "value.unsupported"],
    ["a symbol", Symbol("s") as unknown as ScriptValue, "value.unsupported"],
  ])("on the way in: %s", (_name, value, code) => {
    expect(() => trip(value)).toThrow(expect.objectContaining({ code }));
  });

  it("but nesting up to the limit and repeated parts are not", () => {
    expect(trip(nested(128))).toEqual(nested(128));
    const part = { a: 1 };
    expect(trip([part, part])).toEqual([part, part]);
  });

  it.each([
    ["a cycle", "local t = {} t.t = {t} return t", "value.cycle"],
    ["nesting above the limit", "local t = 1 for i = 1, 129 do t = {t} end return t", "value.too_deep"],
    ["a long string", "return ('x'):rep(11000000)", "value.too_large"],
    ["a long array", "local t = {} for i = 1, 1400000 do t[i] = i end return t", "value.too_large"],
    [
      "a shared part that grows without end",
      "local t = ('x'):rep(1000000) for i = 1, 20 do t = {t, t} end return t",
      "value.too_large",
    ],
    ["a coroutine", "return {coroutine.create(print)}", "value.unsupported"],
    ["a task", "return {async.spawn(print)}", "value.unsupported"],
    ["a table as key", "return {[{}] = 1}", "value.key"],
    ["a boolean as key", "return {[true] = 1}", "value.key"],
    ["a fraction as key", "return {[1.5] = 1}", "value.key"],
    ["bytes as key", "return {['\\xff'] = 1}", "value.key"],
    ["keys that collide", "return {[5] = 1, ['5'] = 2}", "value.key"],
  ])("on the way out: %s", async (_name, code, expected) => {
    expect((await errorOf(run(code, { memoryBytes: 2 ** 28 }))).code).toBe(expected);
  });

  it("catchably, as an argument", async () => {
    const code = "local t = {} t.t = t local ok, e = pcall(api.v, t) return {ok, e.code}";
    expect(await see(null, code)).toEqual([false, "value.cycle"]);
  });
});

describe("Lua tables as host values", () => {
  it.each<[string, ScriptValue]>([
    ["{1, 2, 3}", [1, 2, 3]],
    ["{}", {}],
    ["{[1] = 'a', [2] = 'b'}", ["a", "b"]],
    ["{[2] = 'b', [1] = 'a'}", ["a", "b"]],
    [
      "(function() local t = {} for i = 1, 100 do t[i] = i end for i = 100, 6, -1 do t[i] = nil end return t end)()",
      [1, 2, 3, 4, 5],
    ],
    ["(function() local t = {} for i = 10, 1, -1 do t[i] = i end return t end)()", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
    ["(function() local t = {1, 2, 3, 4} table.remove(t, 1) return t end)()", [2, 3, 4]],
    ["{1, nil, 3}", { "1": 1, "3": 3 }],
    ["{1, 2, n = 2}", { "1": 1, "2": 2, n: 2 }],
    ["{[0] = 'z', 'a'}", { "0": "z", "1": "a" }],
    ["{a = 1, b = {c = {}}}", { a: 1, b: { c: {} } }],
    ["{1.0, 2^53, 1e100}", [1, 2 ** 53, 1e100]],
  ])("%s", async (expression, expected) => {
    expect(await run(`return ${expression}`)).toEqual(expected);
  });

  it("follow tables through growth and shrinking", () => {
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: -3, max: 40 }), fc.boolean()), { maxLength: 80 }),
        async (operations) => {
          const model = new Map<number, number>();
          let code = "local t = {}\n";
          operations.forEach(([index, set], step) => {
            code += `t[${index}] = ${set ? step : "nil"}\nlocal _ = #t\n`.replace("local _", "_");
            if (set) model.set(index, step);
            else model.delete(index);
          });
          const value = (await run(`${code} _ = nil return t`)) as ScriptObject;
          const entries = Array.isArray(value)
            ? value.map((item, i) => [i + 1, item])
            : Object.entries(value).map(([k, v]) => [Number(k), v]);
          expect(new Map(entries as [number, number][])).toEqual(model);
          const isSequence = model.size > 0 && [...model.keys()].every((k) => k >= 1 && k <= model.size);
          expect(Array.isArray(value)).toBe(isSequence);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("nil and null", () => {
  it("are one value at the top, and a sentinel inside of data", async () => {
    expect(await see(null, "return api.v() == nil")).toBe(true);
    expect(
      await see(
        { a: null, b: [1, null, 3] },
        "local v = api.v() return {v.a == json.null, #v.b, v.b[2] == json.null, tostring(v.a)}",
      ),
    ).toEqual([true, 3, true, "null"]);
    expect(await see({ a: null, b: [1, null] }, "return api.v()")).toEqual({ a: null, b: [1, null] });
    expect(await see(null, "return {json.null, x = json.null}")).toEqual(markIntegerKeys({ "1": null, x: null }));
    expect(await see({ gone: undefined, here: 1 }, "return api.v().gone == nil")).toBe(true);
  });
});

describe("time values", () => {
  const date = new Date("2024-02-29T12:34:56.789Z");
  it("have fields, methods, order and text", async () => {
    const code = `
      local t = api.v()
      return {t.year, t.month, t.day, t.hour, t.min, t.sec, t.ms, t.wday, t:unix(), t.iso(), tostring(t), t == api.v(), t < api.v(), t <= api.v(), t - api.v(), "at " .. t}`;
    expect(await see(date, code)).toEqual([
      2024,
      2,
      29,
      12,
      34,
      56,
      789,
      5,
      1709210096.789,
      date.toISOString(),
      date.toISOString(),
      true,
      false,
      true,
      0,
      `at ${date.toISOString()}`,
    ]);
  });

  it("agree with JavaScript for any date", async () => {
    const dates = fc.sample(fc.date({ noInvalidDate: true }), 100);
    const { run: runScript } = openRun(engine, { bridges: { api: { dates: () => dates } } });
    const texts = (await runScript(
      "local r = {} for i, t in ipairs(api.dates()) do r[i] = t:iso() end return r",
    )) as string[];
    expect(texts).toEqual(dates.map((d) => d.toISOString()));
  });

  it("may be invalid", async () => {
    expect(await see(new Date(NaN), "return tostring(api.v())")).toBe("invalid time");
  });
});

describe("errors", () => {
  it("are tables with text", async () => {
    const error = new LlmspellError("http.network", "no route", { details: { host: "x" } });
    const code = "local e = api.v() return {tostring(e), 'failed: ' .. e, e.code, e.retryable, e.details.host}";
    expect(await see(error, code)).toEqual(["no route", "failed: no route", "http.network", true, "x"]);
  });
});

describe("text values", () => {
  it("behave as their text, with fields", async () => {
    const code = `
      local r = api.v()
      return {r:sub(1, 5), "a" .. r, r .. "b", #r, tostring(r), r.usage.total, string.sub(r, 1, 2), string.upper(r), r:upper(),
        string.format("%s!", r), table.concat({"x", r}, ","), (r:gsub("o", "0")), (string.gsub(r, "%w+", function(w) return w:upper() end)),
        r == api.v(), r:find("world"), string.len(r), (r:rep(2, "-"))}`;
    expect(await see(new TextValue("hello world", { usage: { total: 7 } }), code)).toEqual([
      "hello",
      "ahello world",
      "hello worldb",
      11,
      "hello world",
      7,
      "he",
      "HELLO WORLD",
      "HELLO WORLD",
      "hello world!",
      "x,hello world",
      "hell0 w0rld",
      "HELLO WORLD",
      true,
      7,
      11,
      "hello world-hello world",
    ]);
  });

  it("are printed and written", async () => {
    const { host, run: runScript } = openRun(engine, { bridges: { api: { v: () => new TextValue("hi", {}) } } });
    await runScript("local r = api.v() print(r, 1) io.write(r)");
    expect(host.output).toBe("hi\t1\nhi");
  });
});

describe("handles", () => {
  const options: FakeRunOptions = {
    handles: [
      {
        type: "channel",
        iterator: "next",
        methods: {
          sendAll: (handle, value) => `${(handle as Handle).id}:${String(value)}`,
          next: (handle) => {
            const state = (handle as Handle).fields!;
            const left = Number(state["left"]);
            state["left"] = left - 1;
            return left > 0 ? Promise.resolve(left) : null;
          },
        },
      },
    ],
  };

  async function withHandle(code: string): Promise<ScriptValue> {
    const opened: { make?: () => Handle } = {};
    const run = openRun(engine, {
      ...options,
      bridges: { api: { make: () => opened.make!(), echo: (v) => v ?? null } },
    });
    opened.make = () => run.host.handle("channel", 5, { left: 3, size: 9 });
    return run.run(code);
  }

  it("have methods in both spellings and both call forms, fields, text and identity", async () => {
    const code = `
      local h = api.make()
      return {h:send_all("a"), h.send_all("b"), h:sendAll("c"), h.size, tostring(h), h == api.make(), rawequal(h, api.make()), h.nothing == nil}`;
    expect(await withHandle(code)).toEqual(["5:a", "5:b", "5:c", 9, "[channel 5]", true, true, true]);
  });

  it("iterate", async () => {
    expect(await withHandle("local s = 0 for v in api.make() do s = s * 10 + v end return s")).toBe(321);
  });

  it("cross back as the same handle", async () => {
    expect(await withHandle("return api.echo(api.make())")).toBeInstanceOf(Handle);
  });
});

describe("lenient methods", () => {
  it("show what cannot cross as text", async () => {
    const seen: ScriptValue[] = [];
    const bridges = { log: { "info?": (...args: ScriptValue[]) => void seen.push(...args) as unknown as null } };
    await run("local t = {} t.t = t t.f = print t[{}] = 1 log.info(t, print, coroutine.create(print), 1, 'x')", {
      bridges,
    });
    expect(seen[0]).toMatchObject({
      t: expect.stringMatching(/^table: 0x/),
      f: expect.stringMatching(/^function: 0x/),
    });
    expect(seen.slice(1)).toEqual([
      expect.stringMatching(/^function: 0x/),
      expect.stringMatching(/^thread: 0x/),
      1,
      "x",
    ]);
  });
});
