import { LlmspellError } from "../errors.ts";
import {
  DEFAULT_VALUE_LIMITS,
  Handle,
  ScriptFunction,
  type ScriptObject,
  type ScriptValue,
  setKey,
  TextValue,
} from "../values/script-value.ts";

/** How the kinds that a text format lacks are written. */
export interface PlainRules {
  /** The method, for messages. */
  method: string;
  /** A scalar of the format instead of a Date; default its ISO 8601 text. */
  date?(value: Date): unknown;
  bytes(value: Uint8Array, path: readonly string[]): unknown;
  bigint?(value: bigint): unknown;
  /** NaN and infinities. */
  nonFinite?(value: number, path: readonly string[]): unknown;
  sortKeys?: boolean | undefined;
  /** Levels of nesting, default those that may cross. */
  depth?: number;
}

/**
 * A value as plain data: texts become strings, errors objects, functions and handles fail with `value.unsupported`.
 * What needs no change is returned as it is. Throws `value.too_deep`.
 */
export function toPlain(value: ScriptValue, rules: PlainRules): unknown {
  return plain(value, rules, [], rules.depth ?? DEFAULT_VALUE_LIMITS.depth);
}

function plain(value: ScriptValue, rules: PlainRules, path: string[], depth: number): unknown {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) || !rules.nonFinite ? value : rules.nonFinite(value, path);
    case "bigint":
      return rules.bigint ? rules.bigint(value) : value;
    case "object":
      break;
    default:
      return value;
  }
  if (value === null) return null;
  if (depth <= 0) throw new LlmspellError("value.too_deep", `${rules.method}: the value is nested too deeply`);
  if (Array.isArray(value)) return plainArray(value, rules, path, depth);
  if (value instanceof TextValue) return value.text;
  if (value instanceof Uint8Array) return rules.bytes(value, path);
  if (value instanceof Date) return rules.date ? rules.date(value) : isoText(value, rules, path);
  if (LlmspellError.is(value)) return plainObject(value.toData() as unknown as ScriptObject, rules, path, depth);
  if (value instanceof ScriptFunction || value instanceof Handle) {
    const kind = value instanceof Handle ? `a ${value.type}` : "a function";
    throw new LlmspellError("value.unsupported", `${rules.method}: ${kind} cannot be written${where(path)}`);
  }
  return plainObject(value, rules, path, depth);
}

function plainArray(list: readonly ScriptValue[], rules: PlainRules, path: string[], depth: number): unknown {
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    path.push(String(index));
    const item = plain(list[index], rules, path, depth - 1);
    path.pop();
    if (item !== list[index]) copy ??= list.slice(0, index);
    copy?.push(item);
  }
  return copy ?? list;
}

function plainObject(object: ScriptObject, rules: PlainRules, path: string[], depth: number): unknown {
  const keys = Object.keys(object);
  if (rules.sortKeys) keys.sort();
  let copy: ScriptObject | undefined = rules.sortKeys ? {} : undefined;
  for (const [index, key] of keys.entries()) {
    path.push(key);
    const item = plain(object[key], rules, path, depth - 1);
    path.pop();
    if (!copy && item !== object[key] && !Number.isNaN(item)) {
      copy = {};
      for (const earlier of keys.slice(0, index)) setKey(copy, earlier, object[earlier]);
    }
    if (copy) setKey(copy, key, item as ScriptValue);
  }
  return copy ?? object;
}

function isoText(date: Date, rules: PlainRules, path: readonly string[]): string {
  if (!Number.isNaN(date.getTime())) return date.toISOString();
  throw new LlmspellError("value.unsupported", `${rules.method}: an invalid time cannot be written${where(path)}`);
}

/** ` at a.b.0`, for messages. */
export function where(path: readonly string[]): string {
  return path.length === 0 ? "" : ` at ${path.join(".")}`;
}

/** A rule for formats without binary data. Throws `value.unsupported`. */
export function refuseBytes(method: string): PlainRules["bytes"] {
  return (_, path) => {
    throw new LlmspellError("value.unsupported", `${method}: bytes cannot be written${where(path)}`, {
      hint: "Turn them into text first, e.g. with base64.encode.",
    });
  };
}
