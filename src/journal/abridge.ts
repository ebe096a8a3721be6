import { isPlainObject, type ScriptObject, type ScriptValue, TextValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";

/** Bytes up to which a value stays as it is. */
const WHOLE_BYTES = 2048;
const MAX_TEXT = 200;
const MAX_ITEMS = 10;
const MAX_DEPTH = 3;

/**
 * A value for people to look at, of a few kilobytes at most: long texts and lists are cut, with what is missing said, as are
 * bytes and what is deep inside.
 */
export function abridge(value: ScriptValue): ScriptValue {
  return sizeOf(value) <= WHOLE_BYTES ? value : shorten(value, 0);
}

function shorten(value: ScriptValue, depth: number): ScriptValue {
  if (typeof value === "string") return shortText(value);
  if (value instanceof Uint8Array) return `<${value.byteLength} bytes>`;
  if (value instanceof TextValue) return new TextValue(shortText(value.text), shortObject(value.fields, depth));
  if (Array.isArray(value)) return depth >= MAX_DEPTH ? `<${value.length} items>` : shortList(value, depth);
  if (!isPlainObject(value)) return value;
  return depth >= MAX_DEPTH ? `<${Object.keys(value).length} members>` : shortObject(value, depth);
}

function shortText(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  return `${text.slice(0, MAX_TEXT)}... <${text.length - MAX_TEXT} more characters>`;
}

function shortList(list: readonly ScriptValue[], depth: number): ScriptValue[] {
  const shown = list.slice(0, MAX_ITEMS).map((item) => shorten(item, depth + 1));
  return list.length > MAX_ITEMS ? [...shown, `<${list.length - MAX_ITEMS} more items>`] : shown;
}

function shortObject(object: ScriptObject, depth: number): ScriptObject {
  const keys = Object.keys(object);
  const short: ScriptObject = Object.fromEntries(
    keys.slice(0, MAX_ITEMS * 2).map((key) => [shortText(key), shorten(object[key] as ScriptValue, depth + 1)]),
  );
  if (keys.length > MAX_ITEMS * 2) short["..."] = `<${keys.length - MAX_ITEMS * 2} more members>`;
  return short;
}
