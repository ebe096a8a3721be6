import { isPlainObject, type ScriptObject, type ScriptValue, TextValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";

/** Bytes up to which a value stays as it is. */
const WHOLE_BYTES = 2048;
const MAX_TEXT = 200;
const MAX_ITEMS = 10;
const MAX_MEMBERS = 20;
const MAX_DEPTH = 3;

/**
 * A value for people to look at, without what is large in it: in its place stands how large. Nothing is cut in two, so that
 * secrets are still found by their values and names.
 */
export function abridge(value: ScriptValue): ScriptValue {
  return sizeOf(value) <= WHOLE_BYTES ? value : shorten(value, 0);
}

function shorten(value: ScriptValue, depth: number): ScriptValue {
  if (typeof value === "string") return shortText(value);
  if (value instanceof Uint8Array) return `<${value.byteLength} bytes>`;
  if (value instanceof TextValue) return new TextValue(shortText(value.text), shortMembers(value.fields, depth));
  if (Array.isArray(value)) {
    if (depth >= MAX_DEPTH || value.length > MAX_ITEMS) return `<${value.length} items>`;
    return value.map((item) => shorten(item, depth + 1));
  }
  if (!isPlainObject(value)) return value;
  const names = Object.keys(value);
  const isLarge = depth >= MAX_DEPTH || names.length > MAX_MEMBERS || names.some((name) => name.length > MAX_TEXT);
  return isLarge ? `<${names.length} members>` : shortMembers(value, depth);
}

function shortText(text: string): string {
  return text.length <= MAX_TEXT ? text : `<${text.length} characters>`;
}

function shortMembers(object: ScriptObject, depth: number): ScriptObject {
  return Object.fromEntries(Object.entries(object).map(([name, item]) => [name, shorten(item, depth + 1)]));
}
