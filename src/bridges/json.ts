import { z } from "zod";
import { defineBridge } from "../bridge/define-bridge.ts";
import { anyValue } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { DEFAULT_VALUE_LIMITS, isPlainObject } from "../values/script-value.ts";
import { findJsonError } from "../documents/find-json-error.ts";
import type { PlainRules } from "./plain-data.ts";
import { refuseBytes, toPlain, where } from "./plain-data.ts";
import { parseError, positionAt, pure } from "./pure-method.ts";

declare global {
  interface JSON {
    rawJSON(text: string): unknown;
  }
}

const encodeOptions = z
  .strictObject({
    indent: z
      .union([z.int().min(0).max(10), z.string().max(10)])
      .optional()
      .describe("Spaces, or the text, of each level. Default: one line."),
    sortKeys: z.boolean().optional().describe("Keys in code unit order instead of insertion order."),
    bytes: z.enum(["base64", "hex"]).optional().describe("How bytes are written. Default: they fail."),
    nonFinite: z
      .enum(["null", "string"])
      .optional()
      .describe("How NaN and infinities are written. Default: they fail."),
  })
  .optional();

type EncodeOptions = z.output<typeof encodeOptions>;

const decodeOptions = z
  .strictObject({ fallback: anyValue.optional().describe("The answer when the text is no JSON, instead of an error.") })
  .optional();

/** JSON with exact 64-bit integers and positions in errors. */
export const jsonBridge = defineBridge({
  name: "json",
  summary: "JSON text.",
  constants: { null: null },
  methods: {
    encode: pure({
      summary:
        "Writes a value as JSON. Integers keep all digits; times become ISO 8601 text, errors objects. NaN, infinities and bytes " +
        "fail with `value.unsupported` unless an option says how to write them; functions and handles always do.",
      input: { value: anyValue, options: encodeOptions },
      output: z.string(),
      run: ({ value, options }) => encode("json.encode", value, options),
    }),
    pretty: pure({
      summary: "Writes a value as JSON with two spaces a level.",
      input: { value: anyValue, options: encodeOptions },
      output: z.string(),
      run: ({ value, options }) => encode("json.pretty", value, { indent: 2, ...options }),
    }),
    decode: pure({
      summary:
        "Reads JSON. Integers of 64 bits stay exact, longer ones become floats. Fails with `parse.invalid`, whose details hold `offset`, `line` and `column`.",
      input: { text: z.string(), options: decodeOptions },
      output: anyValue,
      run: ({ text, options }) => {
        try {
          return decode("json.decode", text);
        } catch (error) {
          if (options?.fallback !== undefined && LlmspellError.is(error) && error.code === "parse.invalid")
            return options.fallback;
          throw error;
        }
      },
    }),
    valid: pure({
      summary: "Whether a text is JSON.",
      input: { text: z.string() },
      output: z.boolean(),
      run: ({ text }) => {
        try {
          JSON.parse(text);
          return true;
        } catch {
          return false;
        }
      },
    }),
    encodeLines: pure({
      summary: "Writes JSON Lines: one value a line, each line ended.",
      input: { values: z.array(anyValue), options: encodeOptions },
      output: z.string(),
      run: ({ values, options }) => {
        if (options?.indent) throw new LlmspellError("input.invalid", "json.encodeLines: lines cannot be indented");
        return values.map((value) => `${encode("json.encodeLines", value, options)}\n`).join("");
      },
    }),
    decodeLines: pure({
      summary: "Reads JSON Lines (NDJSON); empty lines are skipped. Fails with `parse.invalid` and the line's number.",
      input: { text: z.string() },
      output: z.array(anyValue),
      run: ({ text }) => decodeLines(text),
    }),
  },
});

function encode(method: string, value: ScriptValue, options: EncodeOptions): string {
  if (!options?.sortKeys && isJsonData(value, DEFAULT_VALUE_LIMITS.depth))
    return JSON.stringify(value ?? null, null, options?.indent);
  const rules: PlainRules = {
    method,
    sortKeys: options?.sortKeys,
    bigint: (integer) => JSON.rawJSON(String(integer)),
    bytes: options?.bytes === undefined ? refuseBytes(method) : (bytes) => Buffer.from(bytes).toString(options.bytes),
    nonFinite: (number, path) => {
      if (options?.nonFinite === "null") return null;
      if (options?.nonFinite === "string") return String(number);
      throw new LlmspellError("value.unsupported", `${method}: JSON has no ${number}${where(path)}`, {
        hint: 'Pass nonFinite: "null" or "string" to write it.',
      });
    },
  };
  return JSON.stringify(toPlain(value ?? null, rules), null, options?.indent);
}

/** Whether a value can be written as it is, the common case. */
function isJsonData(value: ScriptValue, depth: number): boolean {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value);
    case "bigint":
      return false;
    case "object":
      break;
    default:
      return true;
  }
  if (value === null) return true;
  if (depth <= 0) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (!isJsonData(item, depth - 1)) return false;
    return true;
  }
  if (!isPlainObject(value)) return false;
  for (const key in value) if (!isJsonData(value[key], depth - 1)) return false;
  return true;
}

/** A digit sequence that may need more than a double. */
const LONG_NUMBER = /\d{16}/;

function decode(method: string, text: string): ScriptValue {
  let value: ScriptValue;
  try {
    value = (LONG_NUMBER.test(text) ? JSON.parse(text, exactIntegers) : JSON.parse(text)) as ScriptValue;
  } catch (cause) {
    if (cause instanceof RangeError) throw tooDeep(method);
    const { offset, problem } = findJsonError(text);
    throw parseError(method, problem, positionAt(text, offset), cause);
  }
  checkDepth(method, value, DEFAULT_VALUE_LIMITS.depth);
  return value;
}

function exactIntegers(this: unknown, _: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? "";
  if (!/^-?\d{1,19}$/.test(source)) return value;
  const exact = BigInt(source);
  return BigInt.asIntN(64, exact) === exact ? exact : value;
}

function checkDepth(method: string, value: ScriptValue, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  if (depth <= 0) throw tooDeep(method);
  if (Array.isArray(value)) for (const item of value) checkDepth(method, item, depth - 1);
  else for (const key in value) checkDepth(method, (value as Record<string, ScriptValue>)[key], depth - 1);
}

function tooDeep(method: string): LlmspellError {
  return new LlmspellError("value.too_deep", `${method}: the text is nested too deeply`);
}

function decodeLines(text: string): ScriptValue[] {
  const values: ScriptValue[] = [];
  let offset = 0;
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() !== "") {
      try {
        values.push(decode("json.decodeLines", line));
      } catch (error) {
        if (!LlmspellError.is(error) || error.code !== "parse.invalid") throw error;
        const { offset: inLine, column } = error.details as { offset: number; column: number };
        const problem = error.message.replace(/^[^:]*: /, "").replace(/ \(line \d+, column \d+\)$/, "");
        throw parseError(
          "json.decodeLines",
          problem,
          { offset: offset + inLine, line: index + 1, column },
          error.cause,
        );
      }
    }
    offset += line.length + 1;
  }
  return values;
}
