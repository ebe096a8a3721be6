import { TomlDate, TomlError, parse, stringify } from "smol-toml";
import type { TomlValue } from "smol-toml";
import { z } from "zod";
import { defineBridge } from "../bridge/define-bridge.ts";
import { anyObject } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { DEFAULT_VALUE_LIMITS, isPlainObject, setKey } from "../values/script-value.ts";
import { refuseBytes, toPlain } from "./plain-data.ts";
import { parseError, positionAt, pure } from "./pure-method.ts";

/** TOML 1.0: exact 64-bit integers, local dates and times as text. */
export const tomlBridge = defineBridge({
  name: "toml",
  summary: "TOML 1.0 text.",
  methods: {
    encode: pure({
      summary:
        "Writes an object as TOML. Nil members are left out; nil in an array, bytes, functions and handles fail with " +
        "`value.unsupported`; times become offset date-times.",
      input: { value: anyObject, options: z.strictObject({ sortKeys: z.boolean().optional() }).optional() },
      output: z.string(),
      run: ({ value, options }) => encode(value, options?.sortKeys),
    }),
    decode: pure({
      summary:
        "Reads TOML. Offset date-times become times, local dates and times stay text; integers of 64 bits stay exact. " +
        "Fails with `parse.invalid`, whose details hold line and column.",
      input: { text: z.string() },
      output: anyObject,
      run: ({ text }) => decode(text),
    }),
  },
});

function encode(value: ScriptObject, sortKeys: boolean | undefined): string {
  const method = "toml.encode";
  const plain = toPlain(value, { method, bytes: refuseBytes(method), date: (date) => date, sortKeys });
  return stringify(withoutNil(plain as ScriptValue, method), { maxDepth: DEFAULT_VALUE_LIMITS.depth + 1 });
}

function withoutNil(value: ScriptValue, method: string): ScriptValue {
  if (Array.isArray(value)) {
    return value.map((item) => {
      if (item === null || item === undefined)
        throw new LlmspellError("value.unsupported", `${method}: TOML has no nil in arrays`);
      return withoutNil(item, method);
    });
  }
  if (typeof value === "bigint" && BigInt.asIntN(64, value) !== value) {
    throw new LlmspellError("value.unsupported", `${method}: an integer is longer than 64 bits`);
  }
  if (!isPlainObject(value)) return value;
  const copy: ScriptObject = {};
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item !== null && item !== undefined) setKey(copy, key, withoutNil(item, method));
  }
  return copy;
}

function decode(text: string): ScriptObject {
  try {
    return fromToml(
      parse(text, { integersAsBigInt: "asNeeded", maxDepth: DEFAULT_VALUE_LIMITS.depth }),
    ) as ScriptObject;
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new LlmspellError("value.too_deep", "toml.decode: the text is nested too deeply", { cause });
    if (!(cause instanceof TomlError)) throw cause;
    const problem = cause.message.split("\n")[0]?.replace(/^Invalid TOML document: /, "") ?? "invalid";
    throw parseError(
      "toml.decode",
      problem,
      { ...positionAt(text, 0), offset: offsetOf(text, cause), line: cause.line, column: cause.column },
      cause,
    );
  }
}

function offsetOf(text: string, { line, column }: TomlError): number {
  let start = 0;
  for (let at = 1; at < line; at++) start = text.indexOf("\n", start) + 1;
  return start + column - 1;
}

function fromToml(value: TomlValue): ScriptValue {
  if (typeof value !== "object") return value;
  if (value instanceof TomlDate)
    return value.isDateTime() && !value.isLocal() ? new Date(value.getTime()) : value.toISOString();
  if (Array.isArray(value)) return value.map(fromToml);
  const object: ScriptObject = {};
  for (const [key, item] of Object.entries(value as Record<string, TomlValue>)) setKey(object, key, fromToml(item));
  return object;
}
