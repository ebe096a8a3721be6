import { LlmspellError, toLlmspellError } from "../errors.ts";
import {
  CONTAINER_BYTES,
  DEFAULT_VALUE_LIMITS,
  Handle,
  isPlainObject,
  ScriptFunction,
  type ScriptObject,
  type ScriptValue,
  setKey,
  TextValue,
  type ValueLimits,
} from "./script-value.ts";

const LEAST_INTEGER = -(2n ** 63n);
const MOST_INTEGER = 2n ** 63n - 1n;

/**
 * Any value of a JavaScript program as a ScriptValue. Maps become objects, sets and typed arrays lists or bytes, class
 * instances their own properties, absent members go. Throws `value.cycle`, `value.too_deep`, `value.too_large`,
 * `value.key` or `value.unsupported` (functions, symbols, integers beyond 64 bits).
 */
export function fromNative(value: unknown, limits: ValueLimits = DEFAULT_VALUE_LIMITS): ScriptValue {
  return new NativeReader(limits).read(value, 0);
}

/** A ScriptValue as a program wants it: a text value becomes its string, an error an Error; all else is native already. */
export function toNative(value: ScriptValue): unknown {
  if (value instanceof TextValue) return value.text;
  if (Array.isArray(value)) return value.map(toNative);
  if (!isPlainObject(value)) return value;
  const object: Record<string, unknown> = {};
  for (const key of Object.keys(value)) setKey(object as ScriptObject, key, toNative(value[key]) as ScriptValue);
  return object;
}

class NativeReader {
  readonly #limits: ValueLimits;
  readonly #open = new Set<object>();
  #bytes = 0;

  constructor(limits: ValueLimits) {
    this.#limits = limits;
  }

  read(value: unknown, depth: number): ScriptValue {
    switch (typeof value) {
      case "undefined":
        return null;
      case "boolean":
      case "number":
        this.#charge(8);
        return value;
      case "string":
        this.#charge(value.length);
        return value;
      case "bigint":
        return this.#integer(value);
      case "object":
        return value === null ? null : this.#object(value, depth);
      default:
        throw new LlmspellError("value.unsupported", `a ${typeof value} cannot be passed to a script`);
    }
  }

  #integer(value: bigint): ScriptValue {
    this.#charge(8);
    if (value < LEAST_INTEGER || value > MOST_INTEGER) {
      throw new LlmspellError("value.unsupported", `the integer ${value} does not fit into 64 bits`);
    }
    const small = Number(value);
    return Number.isSafeInteger(small) ? small : value;
  }

  #object(value: object, depth: number): ScriptValue {
    if (value instanceof TextValue || value instanceof Handle || value instanceof ScriptFunction) return value;
    if (value instanceof Date) return this.#date(value);
    if (value instanceof Error) return toLlmspellError(value, "script.error");
    if (ArrayBuffer.isView(value)) return this.#view(value);
    if (value instanceof ArrayBuffer) return this.#view(new Uint8Array(value));
    if (value instanceof String || value instanceof Number || value instanceof Boolean) return value.valueOf();
    if (depth >= this.#limits.depth) {
      throw new LlmspellError("value.too_deep", `the value is nested more than ${this.#limits.depth} levels deep`);
    }
    if (this.#open.has(value)) throw new LlmspellError("value.cycle", "the value contains itself");
    this.#open.add(value);
    this.#charge(CONTAINER_BYTES);
    const read = this.#container(value, depth + 1);
    this.#open.delete(value);
    return read;
  }

  #container(value: object, depth: number): ScriptValue {
    if (Array.isArray(value)) return Array.from(value, (item: unknown) => this.read(item, depth));
    if (value instanceof Set) return Array.from(value, (item: unknown) => this.read(item, depth));
    const entries: Iterable<[unknown, unknown]> = value instanceof Map ? value : Object.entries(value);
    const object: ScriptObject = {};
    for (const [key, item] of entries) {
      if (item === undefined) continue;
      const name = keyOf(key);
      if (Object.hasOwn(object, name)) throw new LlmspellError("value.key", `two keys are both written "${name}"`);
      this.#charge(name.length);
      setKey(object, name, this.read(item, depth));
    }
    return object;
  }

  #date(value: Date): Date {
    if (Number.isNaN(value.getTime()))
      throw new LlmspellError("value.unsupported", "an invalid date cannot be passed to a script");
    this.#charge(8);
    return new Date(value);
  }

  #view(value: ArrayBufferView): Uint8Array {
    this.#charge(value.byteLength);
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
  }

  #charge(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#limits.bytes) {
      throw new LlmspellError("value.too_large", `the value is larger than ${this.#limits.bytes} bytes`, {
        details: { limit: this.#limits.bytes, setting: "limits.valueBytes" },
      });
    }
  }
}

function keyOf(key: unknown): string {
  if (typeof key === "string") return key;
  if (typeof key === "number" || typeof key === "bigint") return String(key);
  throw new LlmspellError("value.key", `a ${typeof key} cannot be a key`);
}
