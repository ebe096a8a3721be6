import { LlmspellError } from "../errors.ts";
import { Handle, ScriptFunction, type ScriptValue, TextValue } from "../values/script-value.ts";

/** Stands for what was a secret. */
export const REDACTED = "[redacted]";

export interface Difference {
  /** For people. */
  text: string;
  details: { at: string; recorded: string; called: string };
}

/** Where two values first differ as data; undefined where they do not. What was redacted, functions and handles count as equal. */
export function differenceOf(recorded: ScriptValue, given: ScriptValue, at = ""): Difference | undefined {
  const a = plain(recorded);
  const b = plain(given);
  if (isReference(a) || isReference(b) || a === REDACTED || b === REDACTED) return undefined;
  if (Array.isArray(a) && Array.isArray(b)) return differenceOfLists(a, b, at);
  if (isObject(a) && isObject(b)) return differenceOfObjects(a, b, at);
  return isSame(a, b) ? undefined : difference(at, a, b);
}

function differenceOfLists(a: readonly ScriptValue[], b: readonly ScriptValue[], at: string): Difference | undefined {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const found = differenceOf(a[index], b[index], `${at}[${index}]`);
    if (found) return found;
  }
  return undefined;
}

function differenceOfObjects(
  a: Record<string, ScriptValue>,
  b: Record<string, ScriptValue>,
  at: string,
): Difference | undefined {
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = differenceOf(a[key], b[key], at === "" ? key : `${at}.${key}`);
    if (found) return found;
  }
  return undefined;
}

function plain(value: ScriptValue): ScriptValue {
  if (value === undefined) return null;
  if (value instanceof TextValue) return value.text;
  return LlmspellError.is(value) ? `${value.code}: ${value.message}` : value;
}

function isReference(value: ScriptValue): boolean {
  return value instanceof Handle || value instanceof ScriptFunction || typeof value === "function";
}

function isObject(value: ScriptValue): value is Record<string, ScriptValue> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof Date)
  );
}

function isSame(a: ScriptValue, b: ScriptValue): boolean {
  if (typeof a === "string" && typeof b === "string") return isSameText(a, b);
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime());
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  return Object.is(a, b);
}

/** Whether a text is the recorded one. Redacted parts stand for any text: a replay may print what was taken out of an answer. */
export function isSameText(recorded: string, text: string): boolean {
  return recorded === text || fits(recorded, text) || fits(text, recorded);
}

function fits(redacted: string, text: string): boolean {
  const parts = redacted.split(REDACTED);
  const [first = "", ...others] = parts;
  const last = others.pop();
  if (last === undefined || !text.startsWith(first) || !text.endsWith(last)) return false;
  let from = first.length;
  for (const part of others) {
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return from <= text.length - last.length;
}

function difference(at: string, a: ScriptValue, b: ScriptValue): Difference {
  const texts = typeof a === "string" && typeof b === "string" ? differingTexts(a, b) : undefined;
  const [recorded, called] = texts ?? [show(a), show(b)];
  const where = at === "" ? "" : `${at}: `;
  return { text: `${where}${recorded} was recorded, it is ${called}`, details: { at, recorded, called } };
}

function show(value: ScriptValue): string {
  if (typeof value === "string") return shorten(value);
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isObject(value)) return "an object";
  return value === null ? "nil" : String(value instanceof Date ? value.toISOString() : value);
}

const SHOWN_BEFORE = 20;
const SHOWN = 80;

/** Two texts, in quotes, cut to where they differ. */
export function differingTexts(a: string, b: string): [string, string] {
  let same = 0;
  while (same < a.length && a[same] === b[same]) same += 1;
  const from = same <= SHOWN_BEFORE ? 0 : same - SHOWN_BEFORE;
  const cut = (text: string) => shorten(`${from > 0 ? "..." : ""}${text.slice(from)}`);
  return [cut(a), cut(b)];
}

function shorten(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text);
}
