import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { createRuntime } from "../../src/runtime/create-runtime.ts";
import { type ScriptObject, type ScriptValue, setKey } from "../../src/values/script-value.ts";

/** By engine: a script that answers what it was given, as it stands and by way of a function of its own. */
const SCRIPTS = {
  lua: "return { params.values, data.map(params.values, function(x) return x end) }",
  javascript: "return [params.values, data.map(params.values, (x) => x)];",
  tengo: "export [params.values, data.map(params.values, func(x) { return x })]",
};
type Engine = keyof typeof SCRIPTS;
const engines = Object.keys(SCRIPTS) as Engine[];
const pairs = engines.flatMap((first) => engines.map((second) => [first, second] as const));

const runtime = createRuntime({ workers: 1, models: { model: "offline" } });
afterAll(() => runtime.shutdown());

async function through(engine: Engine, values: readonly ScriptValue[]): Promise<[ScriptValue[], ScriptValue[]]> {
  const result = await runtime.exec(SCRIPTS[engine], { engine, params: { values: [...values] } });
  if (!result.ok) throw result.error;
  return result.value as [ScriptValue[], ScriptValue[]];
}

const units = fc.oneof(
  fc.integer({ min: 0, max: 0xffff }),
  fc.integer({ min: 0xd7f0, max: 0xe010 }),
  fc.integer({ min: 0, max: 127 }),
);
const text = fc.array(units, { maxLength: 20 }).map((codes) => String.fromCharCode(...codes));
const integer = fc
  .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value));
const key = fc.oneof(
  text,
  fc.constantFrom("__proto__", "constructor", "toString", "then", "length", "1", "-0", "value", ""),
);
const object = (member: fc.Arbitrary<ScriptValue>) =>
  fc.array(fc.tuple(key, member), { maxLength: 6 }).map((entries) => {
    const made: ScriptObject = {};
    for (const [name, value] of entries) setKey(made, name, value);
    return made;
  });
const anyValue = fc.letrec<{ value: ScriptValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<ScriptValue>(null, true, false, -0, NaN, Infinity, -Infinity, 2 ** 53 - 1, 5e-324),
    integer,
    fc.double(),
    text,
    // 0xed begins a lone surrogate, which the engines take for text and TextDecoder does not.
    fc.uint8Array({ maxLength: 20 }).map((bytes) => bytes.map((byte) => (byte === 0xed ? 0xee : byte))),
    fc.date({ noInvalidDate: true }).map((date) => date as ScriptValue),
    fc.array(tie("value"), { maxLength: 6 }),
    object(tie("value")),
  ),
})).value;

/** The one loss: byte strings of Lua's VM, which Tengo runs in too, leave as text where they are UTF-8. */
function withTextForBytes(value: ScriptValue): ScriptValue {
  if (value instanceof Uint8Array) return textOf(value) ?? value;
  if (Array.isArray(value)) return value.map(withTextForBytes);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const made: ScriptObject = {};
  for (const [name, member] of Object.entries(value as ScriptObject)) setKey(made, name, withTextForBytes(member));
  return made;
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

describe("a value that went through two languages is what it was", () => {
  test.each(pairs)("%s, then %s", async (first, second) => {
    const keepsBytes = first === "javascript" && second === "javascript";
    await fc.assert(
      fc.asyncProperty(fc.array(anyValue, { minLength: 1, maxLength: 12 }), async (values) => {
        const [given, handed] = await through(first, values);
        const [back] = await through(second, given);
        const [, backByHand] = await through(second, handed);
        const expected = keepsBytes ? values : values.map(withTextForBytes);
        expect(back).toEqual(expected);
        expect(backByHand).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });
});

test("the bytes that are text are lost to the script languages of Lua's VM alone", async () => {
  const bytes = Uint8Array.of(0xc3, 0xa9);
  expect((await through("javascript", [bytes]))[0]).toEqual([bytes]);
  expect((await through("lua", [bytes]))[0]).toEqual(["é"]);
  expect((await through("tengo", [bytes]))[0]).toEqual(["é"]);
});

test("what only Tengo has becomes what the others know", async () => {
  const script = `times := import("times")
export {char: 'ä', time: times.date(2026, 1, 2, 3, 4, 5, 678000000), whole: 2.0, bytes: bytes("\\xff\\x00"),
  frozen: immutable([1, immutable({a: 1})]), nothing: undefined}`;
  const result = await runtime.exec(script, { engine: "tengo" });
  expect(result).toMatchObject({
    ok: true,
    value: {
      char: 0xe4,
      time: new Date("2026-01-02T03:04:05.678Z"),
      whole: 2,
      bytes: Uint8Array.of(0xff, 0),
      frozen: [1, { a: 1 }],
      nothing: null,
    },
  });
});
