import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LlmspellError } from "../errors.ts";
import { fromNative, toNative } from "./native.ts";
import { hasIntegerKeys, markIntegerKeys, type ScriptValue, TextValue } from "./script-value.ts";
import { pack, unpack } from "./transport.ts";

const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    return (error as LlmspellError).code;
  }
  return "none";
};

describe("native values", () => {
  it("keeps data as it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(toNative(fromNative(value))).toEqual(value);
      }),
    );
  });

  it("turns what a program holds into what a script knows", () => {
    class Point {
      x = 1;
      y = undefined;
    }
    expect(
      fromNative(
        new Map<unknown, unknown>([
          ["a", 1],
          [2, "b"],
        ]),
      ),
    ).toEqual({ a: 1, "2": "b" });
    expect(fromNative(new Set([1, 2]))).toEqual([1, 2]);
    expect(fromNative(new Point())).toEqual({ x: 1 });
    expect(fromNative(new Float32Array(1))).toEqual(new Uint8Array(4));
    expect(fromNative(5n)).toBe(5);
    expect(fromNative(2n ** 60n)).toBe(2n ** 60n);
    const holed = [1, 2, 3];
    delete holed[1];
    expect(fromNative(holed)).toEqual([1, null, 3]);
  });

  it("names what cannot be passed", () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    let deep: unknown = 1;
    for (let level = 0; level < 200; level++) deep = [deep];
    expect(codeOf(() => fromNative(cycle))).toBe("value.cycle");
    expect(codeOf(() => fromNative(deep))).toBe("value.too_deep");
    expect(codeOf(() => fromNative("x".repeat(20_000_000)))).toBe("value.too_large");
    expect(codeOf(() => fromNative(() => 1))).toBe("value.unsupported");
    expect(codeOf(() => fromNative(2n ** 64n))).toBe("value.unsupported");
    expect(codeOf(() => fromNative(new Date("never")))).toBe("value.unsupported");
    expect(codeOf(() => fromNative(new Map([[{}, 1]])))).toBe("value.key");
    expect(
      codeOf(() =>
        fromNative(
          new Map<unknown, number>([
            [1, 1],
            ["1", 2],
          ]),
        ),
      ),
    ).toBe("value.key");
  });

  it("lets a shared object stand twice", () => {
    const shared = { a: 1 };
    expect(fromNative([shared, shared])).toEqual([{ a: 1 }, { a: 1 }]);
  });

  it("makes __proto__ a key and no prototype", () => {
    const read = fromNative(JSON.parse('{"__proto__": {"polluted": 1}}')) as object;
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(Object.keys(read)).toEqual(["__proto__"]);
  });
});

describe("values between threads", () => {
  const across = (value: ScriptValue): ScriptValue => unpack(structuredClone(pack(value)));

  it("survive structured clone with their classes", () => {
    const text = across(new TextValue("hello", { usage: { totalTokens: 3 } })) as TextValue;
    expect(text).toBeInstanceOf(TextValue);
    expect([text.text, text.fields]).toEqual(["hello", { usage: { totalTokens: 3 } }]);
    const error = across([new LlmspellError("demo.failed", "no", { retryable: true })]) as LlmspellError[];
    expect(error[0]?.toData()).toEqual({ code: "demo.failed", message: "no", retryable: true });
    expect(hasIntegerKeys((across({ sparse: markIntegerKeys({ "7": 1 }) }) as { sparse: object }).sparse)).toBe(true);
  });

  it("keep data that looks like a wrapper, and __proto__ keys", () => {
    const tricky = JSON.parse(
      '{"$llmspell": "text", "inner": {"__proto__": [1, {"$llmspell": "error"}]}}',
    ) as ScriptValue;
    expect(across(tricky)).toEqual(tricky);
  });

  it("keep any data", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(across(value as ScriptValue)).toEqual(value);
      }),
    );
  });
});
