import type { LlmspellError } from "../errors.ts";
import type { Handle } from "./handle.ts";
import type { ScriptFunction } from "./script-function.ts";
import type { TextValue } from "./text-value.ts";

/**
 * What may cross between a script and the host, in its host form.
 *
 * | kind | host form | notes |
 * |---|---|---|
 * | nil | `null` | `undefined` at the top is nil too; in an object it means "absent" |
 * | bool | `boolean` | |
 * | integer | `number` (safe integer, not -0) or `bigint` (64 bits, two's complement) | |
 * | number | `number` | NaN, infinities and -0 survive; an integral safe float crosses as integer |
 * | string | `string` | lone surrogates survive (as WTF-8 in byte-string languages) |
 * | bytes | `Uint8Array` | a byte string that is valid (generalised) UTF-8 crosses as string |
 * | time | `Date` | milliseconds, UTC |
 * | array | `Array` | no holes: nil elements are `null` |
 * | object | plain object | own string keys, `__proto__` included; see `integerKeys` |
 * | function | `ScriptFunction` | a reference into one VM |
 * | error | `LlmspellError` | |
 * | channel, custom | `Handle` | an opaque host object with methods, named by its type |
 * | text | `TextValue` | a model's or agent's answer: its text, with fields besides |
 */
export type ScriptValue =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Date
  | ScriptValue[]
  | ScriptObject
  | ScriptFunction
  | LlmspellError
  | Handle
  | TextValue;

export interface ScriptObject {
  [key: string]: ScriptValue;
}

/** Limits of one value that crosses, either way. Sizes count UTF-16 units of strings, bytes, and 8 per other element. */
export interface ValueLimits {
  /** Bytes, default 10 MB. */
  bytes: number;
  /** Levels of nesting, default 128. */
  depth: number;
}

export const DEFAULT_VALUE_LIMITS: ValueLimits = { bytes: 10 * 1024 * 1024, depth: 128 };

const INTEGER_KEYS = Symbol("llmspell.integerKeys");

/**
 * Marks an object whose canonical decimal keys ("1", "-5") are integers, as in a sparse or mixed Lua table, so
 * that they come back as integers. Returns the same object.
 */
export function markIntegerKeys<T extends ScriptObject>(object: T): T {
  Object.defineProperty(object, INTEGER_KEYS, { value: true, configurable: true });
  return object;
}

export function hasIntegerKeys(object: object): boolean {
  return (object as Record<symbol, unknown>)[INTEGER_KEYS] === true;
}

const ALIASES = Symbol("llmspell.aliases");

/** Other spellings of an object's declared fields: `[alias, field]` pairs. One array per shape, so engines may key caches by it. */
export type FieldAliases = readonly (readonly [alias: string, field: string])[];

/** Tags a declared result object, so that engines with camelCase names answer the snake_case alias too (non-enumerable). */
export function markAliases<T extends object>(object: T, aliases: FieldAliases): T {
  Object.defineProperty(object, ALIASES, { value: aliases, configurable: true });
  return object;
}

export function aliasesOf(object: object): FieldAliases | undefined {
  return (object as Record<symbol, FieldAliases | undefined>)[ALIASES];
}

/** Sets an own property whatever its name: `__proto__` must become a key, never a prototype. */
export function setKey(object: ScriptObject, key: string, value: ScriptValue): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

/** True for objects that are data: made by a literal, `Object.create(null)` or another realm's literal. */
export function isPlainObject(value: unknown): value is ScriptObject {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
