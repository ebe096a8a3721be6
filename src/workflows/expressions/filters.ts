import { isPlainObject, type ScriptValue, TextValue } from "../../values/script-value.ts";
import { isNumber, isSame, showValue, toJsonText } from "./show.ts";

/** Gets the value and the arguments behind the colon. Throws a TypeError for what it cannot take. */
type Filter = (value: ScriptValue, ...args: ScriptValue[]) => ScriptValue;

/** Longest text that a filter makes. */
const MAX_TEXT = 10_000_000;

/** What `{{ value | name: argument }}` may name. All are pure. */
export const FILTERS: Readonly<Record<string, Filter>> = {
  default: (value, fallback) => (isEmpty(value) ? fallback : value),
  upper: (value) => showValue(value).toUpperCase(),
  lower: (value) => showValue(value).toLowerCase(),
  capitalize: (value) => showValue(value).replace(/^./su, (first) => first.toUpperCase()),
  trim: (value) => showValue(value).trim(),
  truncate: (value, length = 100, end = "...") => truncate(showValue(value), numberOf(length), showValue(end)),
  replace: (value, from, to = "") => replaceAll(showValue(value), showValue(from), showValue(to)),
  split: (value, separator = ",") => showValue(value).split(showValue(separator)),
  lines: (value) => showValue(value).split(/\r?\n/),
  join: (value, separator = ", ") => bounded(listOf(value).map(showValue).join(showValue(separator))),
  json: (value, indent = 0) => toJsonText(value, Math.min(10, numberOf(indent))),
  parse_json: (value) => JSON.parse(showValue(value)) as ScriptValue,
  string: (value) => showValue(value),
  number: (value) => numberOf(value),
  round: (value, digits = 0) => Number(numberOf(value).toFixed(Math.min(20, Math.max(0, numberOf(digits))))),
  size: (value) => sizeOf(value),
  length: (value) => sizeOf(value),
  first: (value) => partsOf(value)[0] ?? null,
  last: (value) => partsOf(value).at(-1) ?? null,
  slice: (value, from = 0, to) => {
    const end = to === undefined || to === null ? undefined : numberOf(to);
    return Array.isArray(value) ? value.slice(numberOf(from), end) : showValue(value).slice(numberOf(from), end);
  },
  reverse: (value) => listOf(value).toReversed(),
  sort: (value, key) => listOf(value).toSorted((a, b) => compare(memberOf(a, key), memberOf(b, key))),
  unique: (value) => unique(listOf(value)),
  map: (value, key) => listOf(value).map((item) => memberOf(item, key)),
  where: (value, key, wanted = true) => listOf(value).filter((item) => isSame(memberOf(item, key), wanted)),
  sum: (value) => listOf(value).reduce<number>((sum, item) => sum + numberOf(item), 0),
  keys: (value) => Object.keys(objectOf(value)),
  values: (value) => Object.values(objectOf(value)),
};

/** Nil, or a text, list or object without anything in it. */
function isEmpty(value: ScriptValue): boolean {
  if (value === null || value === undefined || value === "") return true;
  if (value instanceof TextValue) return value.text === "";
  if (Array.isArray(value)) return value.length === 0;
  return isPlainObject(value) && Object.keys(value).length === 0;
}

/** Orders numbers, texts and times; what differs in kind by its text. */
export function compare(a: ScriptValue, b: ScriptValue): number {
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : 0;
  const [left, right] = [showValue(a), showValue(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A number, or a text that is one. Throws a TypeError for all else. */
export function numberOf(value: ScriptValue): number {
  if (isNumber(value)) return Number(value);
  const text = typeof value === "string" || value instanceof TextValue ? showValue(value).trim() : "";
  const number = Number(text);
  if (text === "" || Number.isNaN(number)) throw new TypeError(`${nameOf(value)} is no number`);
  return number;
}

function nameOf(value: ScriptValue): string {
  if (value === null || value === undefined) return "nil";
  if (typeof value === "string" || value instanceof TextValue) return JSON.stringify(truncate(showValue(value), 40));
  return Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : String(value);
}

function truncate(text: string, length: number, end = "..."): string {
  const most = Math.max(0, Math.trunc(length));
  if (text.length <= most) return text;
  return text.slice(0, Math.max(0, most - end.length)).replace(/[\uD800-\uDBFF]$/, "") + end.slice(0, most);
}

function replaceAll(text: string, from: string, to: string): string {
  if (from === "") return text;
  const parts = text.split(from);
  if (text.length + parts.length * to.length > MAX_TEXT) throw new TypeError("the text would be too long");
  return parts.join(to);
}

function bounded(text: string): string {
  if (text.length > MAX_TEXT) throw new TypeError("the text would be too long");
  return text;
}

function listOf(value: ScriptValue): ScriptValue[] {
  if (Array.isArray(value)) return value;
  // An empty Lua table is both.
  if (isPlainObject(value) && Object.keys(value).length === 0) return [];
  throw new TypeError(`${nameOf(value)} is no list`);
}

function partsOf(value: ScriptValue): ScriptValue[] {
  return typeof value === "string" || value instanceof TextValue ? [...showValue(value)] : listOf(value);
}

function objectOf(value: ScriptValue): { [key: string]: ScriptValue } {
  if (isPlainObject(value)) return value;
  throw new TypeError(`${nameOf(value)} is no object`);
}

function sizeOf(value: ScriptValue): number {
  if (value === null || value === undefined) return 0;
  if (Array.isArray(value)) return value.length;
  return isPlainObject(value) ? Object.keys(value).length : showValue(value).length;
}

function memberOf(value: ScriptValue, key: ScriptValue): ScriptValue {
  if (key === undefined || key === null) return value;
  const name = showValue(key);
  return isPlainObject(value) && Object.hasOwn(value, name) ? value[name] : null;
}

function unique(list: readonly ScriptValue[]): ScriptValue[] {
  const seen = new Set<string>();
  return list.filter((item) => {
    const key = toJsonText(item);
    return !seen.has(key) && seen.add(key);
  });
}
