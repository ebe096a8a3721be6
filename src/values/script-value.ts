import type { LlmspellError } from "../errors.ts";

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

/**
 * A function of a script, as the host sees it: a reference into one VM. An engine makes it while marshalling
 * an argument; the same function of the same VM always carries the same `id`.
 */
export abstract class ScriptFunction {
  /** Unique within its VM. */
  abstract readonly id: number;
  /** The function's own name in the source, or "anonymous". */
  abstract readonly name: string;

  /**
   * Calls the function inside its own VM, under that VM's limits. Answers at once when the function does not wait
   * (also from within a host call of the same VM), else with a promise. Throws or rejects with an LlmspellError;
   * `value.released` once the VM is gone.
   */
  abstract invoke(args: readonly ScriptValue[]): ScriptValue | Promise<ScriptValue>;

  /** Keeps the function alive after the host call that received it: each `retain` wants one `release`. */
  abstract retain(): void;
  /** Gives the reference back. The dispatcher releases the arguments of a finished call by itself. */
  abstract release(): void;
}

/**
 * What a model or an agent answers: a text that carries fields (`content`, `usage`, ...). In JavaScript a String
 * object with properties, in Lua a value with string methods and fields; where a schema wants a string, it is one.
 */
export class TextValue {
  readonly text: string;
  readonly fields: ScriptObject;

  constructor(text: string, fields: ScriptObject) {
    this.text = text;
    this.fields = fields;
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }
}

/**
 * An opaque host object in a script's hands: a channel, a chat session, a stream, an HTTP response. Its methods are
 * declared by its type (`HandleShape`) and reach the host through the dispatcher with the handle as first argument.
 */
export class Handle<State = unknown> {
  /** The declared type, e.g. `channel` or `llm.session`. */
  readonly type: string;
  /** Unique within the run. */
  readonly id: number;
  /** What the bridge keeps behind it; never crosses. */
  readonly state: State;
  /** Plain properties that cross with it, already in the script's naming. */
  readonly fields: ScriptObject | undefined;
  /** How many of its method calls were answered from the journal instead of running. */
  replayedCalls = 0;

  constructor(type: string, id: number, state: State, fields?: ScriptObject) {
    this.type = type;
    this.id = id;
    this.state = state;
    this.fields = fields;
  }

  toJSON(): string {
    return `[${this.type} ${this.id}]`;
  }
}

/** What a list, a table or another object counts besides its members: about what an empty one takes on the host. */
export const CONTAINER_BYTES = 64;

/**
 * Limits of one value that crosses, either way. Sizes count UTF-16 units of strings and keys, bytes, 8 a value, and
 * `CONTAINER_BYTES` a container.
 */
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

/** A shallow copy that keeps `__proto__` a key and integer keys integers. */
export function copyObject(object: ScriptObject): ScriptObject {
  const copy = { ...object };
  return hasIntegerKeys(object) ? markIntegerKeys(copy) : copy;
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
