import { LlmspellError } from "../../errors.ts";
import { Handle, isPlainObject, ScriptFunction, type ScriptValue, TextValue } from "../../values/script-value.ts";

/** A value as a template writes it into text: lists and objects as JSON, nil as nothing. */
export function showValue(value: ScriptValue): string {
  if (value === null || value === undefined) return "";
  if (value instanceof TextValue) return value.text;
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? toJsonText(value) : String(value);
}

/** JSON text of a value. Times are ISO 8601 text; bytes, functions and handles have no such text. */
export function toJsonText(value: ScriptValue, indent?: number): string {
  return JSON.stringify(value ?? null, replace, indent);
}

/** Sees the value itself: `JSON.stringify` asks `toJSON` before. */
function replace(this: unknown, key: string, text: unknown): unknown {
  const value = (this as Record<string, unknown>)[key];
  if (value instanceof TextValue) return value.text;
  if (value instanceof Uint8Array) throw new TypeError("bytes have no text; decode them in a step");
  if (value instanceof ScriptFunction || typeof value === "function") throw new TypeError("a function has no text");
  if (value instanceof Handle) throw new TypeError(`a ${value.type} has no text`);
  if (LlmspellError.is(value)) return { code: value.code, message: value.message };
  return typeof value === "bigint" ? value.toString() : text;
}

/** What counts as no: nil, false, 0, an empty text, list or object, and the text "false". */
export function isTruthy(value: ScriptValue): boolean {
  if (value === null || value === undefined || value === false || value === 0 || value === 0n) return false;
  if (typeof value === "string" || value instanceof TextValue) {
    const text = showValue(value).trim();
    return text !== "" && text.toLowerCase() !== "false";
  }
  if (Array.isArray(value)) return value.length > 0;
  return !isPlainObject(value) || Object.keys(value).length > 0;
}

/** Same data. Numbers of both kinds compare by value, a text with fields by its text. */
export function isSame(a: ScriptValue, b: ScriptValue): boolean {
  if (a instanceof TextValue) return isSame(a.text, b);
  if (b instanceof TextValue) return isSame(a, b.text);
  if ((a ?? null) === null || (b ?? null) === null) return (a ?? null) === (b ?? null);
  if (a instanceof Date || b instanceof Date) return showValue(a) === showValue(b);
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  if (isPlainObject(a) && isPlainObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
    );
  }
  if (typeof a === "bigint" || typeof b === "bigint") return isNumber(a) && isNumber(b) && String(a) === String(b);
  return a === b;
}

export function isNumber(value: ScriptValue): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}
