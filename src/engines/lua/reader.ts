import { LlmspellError, scriptErrorCode } from "../../errors.ts";
import {
  CONTAINER_BYTES,
  type Handle,
  markIntegerKeys,
  type ScriptFunction,
  type ScriptObject,
  type ScriptValue,
  setKey,
  TextValue,
  type ValueLimits,
} from "../../values/script-value.ts";
import type { ImageRefs } from "./image.ts";
import type { LuaInstance } from "./instance.ts";
import * as layout from "./layout.ts";
import { NODE_BYTES, TAG, TYPE_MASK, VALUE_BYTES, VALUE_TAG, VARIANT_MASK } from "./layout.ts";
import { decodeText, type TextCache } from "./text-codec.ts";
import { HANDLE_PAYLOAD, TIME_PAYLOAD } from "./writer.ts";

/** What the reader asks of its VM. */
export interface ReaderHost {
  /** The function at an address, counted once more. */
  functionAt(L: number, address: number): ScriptFunction;
  handle(id: number): Handle | undefined;
}

/**
 * Reads Lua values from the VM's memory. Nothing but the anchoring of functions calls into the VM, so addresses
 * stay valid while a value is read.
 */
export class LuaReader {
  readonly #instance: LuaInstance;
  readonly #refs: ImageRefs;
  readonly #limits: ValueLimits;
  readonly #host: ReaderHost;
  readonly #texts: TextCache;
  readonly #path: number[] = [];
  #size = 0;
  #lenient = false;
  #L = 0;

  constructor(instance: LuaInstance, refs: ImageRefs, limits: ValueLimits, texts: TextCache, host: ReaderHost) {
    this.#instance = instance;
    this.#refs = refs;
    this.#limits = limits;
    this.#texts = texts;
    this.#host = host;
  }

  /**
   * Reads the value at an address; `L` is a thread with a free stack slot. `lenient` shows as text what cannot
   * cross. Throws LlmspellErrors of the `value` area.
   */
  read(L: number, address: number, lenient = false): ScriptValue {
    this.#L = L;
    this.#size = 0;
    this.#path.length = 0;
    this.#lenient = lenient;
    return this.#read(address);
  }

  /** The text or bytes of the string object at an address. */
  string(object: number): string | Uint8Array {
    const { u8, i32, bytes } = this.#instance;
    const start = object + layout.STRING_CONTENT;
    let length: number;
    if ((u8[object + 4]! & VARIANT_MASK) === TAG.shortString) {
      length = u8[object + layout.STRING_SHORT_LENGTH]!;
      const text = this.#texts.read(u8, start, length, i32[(object + layout.STRING_HASH) >> 2]!);
      if (text !== undefined) return text;
    } else {
      length = i32[(object + layout.STRING_LONG_LENGTH) >> 2]!;
    }
    this.#check(length / 3);
    return decodeText(bytes, start, start + length) ?? u8.slice(start, start + length);
  }

  #read(address: number): ScriptValue {
    const { u8, i32, f64 } = this.#instance;
    this.#charge(8);
    switch (u8[address + VALUE_TAG]! & VARIANT_MASK) {
      case TAG.true:
        return true;
      case TAG.false:
        return false;
      case TAG.integer:
        return readInteger(i32, address);
      case TAG.float:
        return f64[address >> 3]!;
      case TAG.shortString:
      case TAG.longString: {
        const text = this.string(i32[address >> 2]!);
        this.#charge(text.length);
        return text;
      }
      case TAG.table:
        return this.#readTable(i32[address >> 2]!);
      case TAG.luaFunction:
      case TAG.cFunction:
      case TAG.lightFunction:
        if (this.#lenient) return pointerText("function", i32[address >> 2]!);
        return this.#host.functionAt(this.#L, address);
      case TAG.userdata:
        return this.#readUserdata(i32[address >> 2]!);
      case TAG.thread:
        return this.#unsupported("thread", "a coroutine", i32[address >> 2]!);
      case TAG.lightUserdata:
        return this.#unsupported("userdata", "a light userdata", i32[address >> 2]!);
      default:
        return null;
    }
  }

  #readUserdata(object: number): ScriptValue {
    const { i32, f64 } = this.#instance;
    const refs = this.#refs;
    if (object === refs.nullPointer) return null;
    const metatable = i32[(object + layout.USERDATA_METATABLE) >> 2]!;
    if (metatable === refs.timeMeta.pointer) return new Date(f64[(object + TIME_PAYLOAD) >> 3]!);
    if (metatable === refs.textMeta.pointer) {
      const text = this.#read(object + layout.USERDATA_VALUES);
      const fields = this.#read(object + layout.USERDATA_VALUES + VALUE_BYTES);
      return new TextValue(text as string, fields as ScriptObject);
    }
    for (const type in refs.handleTypes) {
      if (refs.handleTypes[type]!.pointer !== metatable) continue;
      const handle = this.#host.handle(f64[(object + HANDLE_PAYLOAD) >> 3]!);
      if (handle) return handle;
      throw new LlmspellError("value.released", `this ${type} is closed or belongs to another run`);
    }
    return this.#unsupported("userdata", "a userdata", object);
  }

  #readTable(table: number): ScriptValue {
    const path = this.#path;
    const { i32 } = this.#instance;
    const refs = this.#refs;
    if (path.length >= this.#limits.depth) {
      if (this.#lenient) return "...";
      throw new LlmspellError("value.too_deep", `the value is nested more than ${this.#limits.depth} levels deep`, {
        details: { limit: this.#limits.depth },
      });
    }
    if (path.includes(table)) {
      if (this.#lenient) return pointerText("table", table);
      throw new LlmspellError("value.cycle", "the table contains itself");
    }
    const metatable = i32[(table + layout.TABLE_METATABLE) >> 2]!;
    if (metatable === refs.futureMeta.pointer) return this.#unsupported("task", "a task or promise", table);
    path.push(table);
    this.#charge(CONTAINER_BYTES);
    const shape = this.#shape(table);
    let value: ScriptValue;
    if (shape.count === 0) value = metatable === refs.arrayMeta.pointer ? [] : {};
    else if (shape.isArray) value = this.#readArray(shape);
    else value = this.#readObject(shape);
    path.pop();
    if (metatable === refs.errorMeta.pointer) return errorFromFields(value as ScriptObject);
    return value;
  }

  #shape(table: number): TableShape {
    const { u8, i32 } = this.#instance;
    const limit = i32[(table + layout.TABLE_ARRAY_LIMIT) >> 2]!;
    const isHint = (u8[table + layout.TABLE_FLAGS]! & layout.TABLE_LIMIT_IS_HINT) !== 0;
    const size = isHint && limit > 0 ? 2 ** Math.ceil(Math.log2(limit)) : limit;
    const array = i32[(table + layout.TABLE_ARRAY) >> 2]!;
    const nodes = i32[(table + layout.TABLE_NODES) >> 2]!;
    const nodeCount = 1 << u8[table + layout.TABLE_LOG_NODES]!;
    let count = 0;
    let lastIndex = 0;
    for (let i = 0; i < size; i++) {
      if ((u8[array + i * VALUE_BYTES + VALUE_TAG]! & TYPE_MASK) === 0) continue;
      count++;
      lastIndex = i + 1;
    }
    let onlyIntegers = true;
    for (let i = 0; i < nodeCount; i++) {
      const node = nodes + i * NODE_BYTES;
      if ((u8[node + VALUE_TAG]! & TYPE_MASK) === 0) continue;
      count++;
      if ((u8[node + layout.NODE_KEY_TAG]! & VARIANT_MASK) !== TAG.integer) {
        onlyIntegers = false;
        continue;
      }
      if (!onlyIntegers) continue;
      const key = readInteger(i32, node + layout.NODE_KEY);
      if (typeof key !== "number" || key < 1) onlyIntegers = false;
      else lastIndex = Math.max(lastIndex, key);
    }
    return { array, size, nodes, nodeCount, count, isArray: onlyIntegers && lastIndex === count };
  }

  #readArray(shape: TableShape): ScriptValue[] {
    this.#check(8 * shape.count);
    const values: ScriptValue[] = [];
    if (shape.count > 0) values.length = shape.count;
    for (let i = 0; i < shape.size && i < shape.count; i++) values[i] = this.#read(shape.array + i * VALUE_BYTES);
    if (shape.size < shape.count) {
      for (let i = 0; i < shape.nodeCount; i++) {
        const node = shape.nodes + i * NODE_BYTES;
        if ((this.#instance.u8[node + VALUE_TAG]! & TYPE_MASK) === 0) continue;
        values[(readInteger(this.#instance.i32, node + layout.NODE_KEY) as number) - 1] = this.#read(node);
      }
    }
    return values;
  }

  #readObject(shape: TableShape): ScriptObject {
    const object: ScriptObject = {};
    let integers = false;
    let strings = false;
    for (let i = 0; i < shape.size; i++) {
      const address = shape.array + i * VALUE_BYTES;
      if ((this.#instance.u8[address + VALUE_TAG]! & TYPE_MASK) === 0) continue;
      integers = true;
      object[i + 1] = this.#read(address);
    }
    for (let i = 0; i < shape.nodeCount; i++) {
      const node = shape.nodes + i * NODE_BYTES;
      if ((this.#instance.u8[node + VALUE_TAG]! & TYPE_MASK) === 0) continue;
      const tag = this.#instance.u8[node + layout.NODE_KEY_TAG]! & VARIANT_MASK;
      const key = this.#readKey(node, tag);
      if (tag === TAG.integer) integers = true;
      else strings = true;
      if (integers && strings && Object.hasOwn(object, key)) {
        throw new LlmspellError(
          "value.key",
          `the integer key ${key} and the string key "${key}" cannot cross together`,
        );
      }
      setKey(object, key, this.#read(node));
    }
    return integers ? markIntegerKeys(object) : object;
  }

  #readKey(node: number, tag: number): string {
    const { i32 } = this.#instance;
    const address = node + layout.NODE_KEY;
    if (tag === TAG.shortString || tag === TAG.longString) {
      const key = this.string(i32[address >> 2]!);
      if (typeof key === "string") {
        this.#charge(key.length);
        return key;
      }
      if (this.#lenient) return Buffer.from(key).toString("latin1");
      throw new LlmspellError("value.key", "a table key is a string of bytes that are no UTF-8");
    }
    if (tag === TAG.integer) return String(readInteger(i32, address));
    const type = keyTypeName(tag);
    if (this.#lenient)
      return tag === TAG.true ? "true" : tag === TAG.false ? "false" : pointerText(type, i32[address >> 2]!);
    throw new LlmspellError("value.key", `a table key is a ${type}: keys that cross are strings or integers`);
  }

  #unsupported(type: string, what: string, pointer: number): string {
    if (this.#lenient) return pointerText(type, pointer);
    throw new LlmspellError("value.unsupported", `${what} cannot leave the script`);
  }

  #charge(bytes: number): void {
    this.#size += bytes;
    this.#check(0);
  }

  #check(more: number): void {
    if (this.#size + more > this.#limits.bytes) {
      throw new LlmspellError("value.too_large", `the value is larger than ${this.#limits.bytes} bytes`, {
        details: { limit: this.#limits.bytes },
      });
    }
  }
}

interface TableShape {
  array: number;
  size: number;
  nodes: number;
  nodeCount: number;
  count: number;
  /** The keys are exactly 1 to `count`. */
  isArray: boolean;
}

/** An error from its fields; anything but the declared ones is left out. */
export function errorFromFields(fields: ScriptObject): LlmspellError {
  const { code, message, retryable, details, hint } = fields;
  return new LlmspellError(
    scriptErrorCode(code),
    typeof message === "string" ? message : message instanceof TextValue ? message.text : "error",
    {
      ...(typeof retryable === "boolean" ? { retryable } : {}),
      ...(details !== undefined && details !== null ? { details: asDetails(details) } : {}),
      ...(typeof hint === "string" ? { hint } : {}),
    },
  );
}

function asDetails(details: ScriptValue): Record<string, unknown> {
  const isObject =
    typeof details === "object" && details !== null && Object.getPrototypeOf(details) === Object.prototype;
  return isObject ? (details as Record<string, unknown>) : { value: details };
}

/** A safe integer as number, any other as bigint. */
export function readInteger(i32: Int32Array, address: number): number | bigint {
  const low = i32[address >> 2]!;
  const high = i32[(address + 4) >> 2]!;
  if (high === low >> 31) return low;
  if (high >= -0x20_0000 && high < 0x20_0000) {
    const value = high * 4294967296 + (low >>> 0);
    if (value !== Number.MIN_SAFE_INTEGER - 1) return value;
  }
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

function keyTypeName(tag: number): string {
  switch (tag & TYPE_MASK) {
    case 1:
      return "boolean";
    case 3:
      return "fractional number";
    case 5:
      return "table";
    case 6:
      return "function";
    case 8:
      return "thread";
    default:
      return "userdata";
  }
}

function pointerText(type: string, pointer: number): string {
  return `${type}: 0x${(pointer >>> 0).toString(16)}`;
}
