import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LlmspellError } from "../errors.ts";
import {
  aliasesOf,
  Handle,
  hasIntegerKeys,
  markAliases,
  markIntegerKeys,
  type ScriptObject,
  type ScriptValue,
  setKey,
  TextValue,
} from "../values/script-value.ts";
import { decodeEntry, encodeEntry, fromJson, toJson } from "./codec.ts";
import type { JournalEntry } from "./journal.ts";

const key = fc.oneof(
  fc.string(),
  fc.constantFrom("__proto__", "constructor", "toJSON", "$llmspell", "1", "-5", "then"),
);
const objectOf = (entries: readonly (readonly [string, ScriptValue])[]) => {
  const object: ScriptObject = {};
  for (const [name, value] of entries) setKey(object, name, value);
  return object;
};
const { value: anyValue } = fc.letrec<{ value: ScriptValue; object: ScriptObject }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<ScriptValue>(null, true, false, Number.NaN, Infinity, -Infinity, -0, 0, "\ud800", "a\udc00b"),
    fc.double(),
    fc.integer(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.string({ unit: "binary" }),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Uint8Array.from(bytes)),
    fc.date({ noInvalidDate: true }),
    fc.array(tie("value"), { maxLength: 4 }),
    tie("object"),
    tie("object").map((object) => markIntegerKeys(object)),
    tie("object").map((object) => markAliases(object, [["run_id", "runId"]])),
    fc.tuple(fc.string(), tie("object")).map(([text, fields]) => new TextValue(text, fields)),
    fc
      .tuple(fc.string(), fc.string(), tie("object"))
      .map(([code, message, details]) => new LlmspellError(code, message, { details, hint: "h", retryable: true })),
    fc.tuple(fc.string(), fc.integer()).map(([type, id]) => new Handle(type, id, undefined)),
  ),
  object: fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map(objectOf),
}));

/** Everything about a value that a script could see, in one comparable form. */
function seen(value: ScriptValue): unknown {
  if (value === undefined) return null;
  if (Array.isArray(value)) return value.map(seen);
  if (value instanceof TextValue) return ["text", value.text, seen(value.fields)];
  if (LlmspellError.is(value)) return ["error", { ...value.toData(), details: seen(value.details as ScriptObject) }];
  if (value instanceof Handle) return ["handle", value.type, value.id];
  if (value instanceof Uint8Array) return ["bytes", [...value]];
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  const entries = Object.keys(value).map((name) => [name, seen((value as ScriptObject)[name])]);
  return ["object", entries, hasIntegerKeys(value), aliasesOf(value) ?? []];
}

describe("a line", () => {
  test("holds every value that crosses", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const line = encodeEntry({ type: "ended", seq: 1, at: 5, value });
        expect(line).not.toMatch(/[\n\r]/);
        const back = decodeEntry(line) as JournalEntry & { type: "ended" };
        expect(seen(back.value)).toEqual(seen(value));
      }),
      { numRuns: 500 },
    );
  });

  test("is the same again once read and written", () => {
    fc.assert(
      fc.property(fc.array(anyValue, { maxLength: 3 }), (args) => {
        const line = encodeEntry({ type: "started", seq: 2, parent: 1, method: "m.n", args, at: 1 });
        expect(encodeEntry(decodeEntry(line))).toBe(line);
      }),
    );
  });

  test("is also written for an error whose details contain themselves", () => {
    const details: Record<string, unknown> = { fn: () => 1 };
    details.self = details;
    const error = { code: "x", message: "m", retryable: false, details };
    expect(decodeEntry(encodeEntry({ type: "failed", seq: 1, at: 0, error }))).toEqual({
      type: "failed",
      seq: 1,
      at: 0,
      error: { code: "x", message: "m", retryable: false },
    });
  });

  test.each(["", "{}", "null", "[1]", '{"type":"other"}', '{"type":"ended","seq":1', "text"])(
    "that is none is refused: %s",
    (line) => {
      expect(() => decodeEntry(line)).toThrow(expect.objectContaining({ code: "journal.corrupt" }));
    },
  );
});

test("a function that a bridge passes on is a reference", () => {
  const passedOn = Object.assign(() => null, { functionId: 7 }) as never;
  expect(fromJson(JSON.parse(JSON.stringify(toJson([passedOn]))))).toEqual([new Handle("function", 7, undefined)]);
});
