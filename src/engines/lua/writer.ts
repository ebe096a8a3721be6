import { LlmspellError } from "../../errors.ts";
import {
  CONTAINER_BYTES,
  Handle,
  hasIntegerKeys,
  ScriptFunction,
  type ScriptObject,
  type ScriptValue,
  TextValue,
  type ValueLimits,
} from "../../values/script-value.ts";
import type { LuaInstance } from "./instance.ts";
import type { ImageRefs } from "./image.ts";
import { SHORT_STRING_MAX, STRING_CONTENT, USERDATA_PAYLOAD, USERDATA_VALUES, VALUE_BYTES } from "./layout.ts";
import { encodedLength, encodeInto } from "./text-codec.ts";

const INTEGER_KEY = /^(?:0|-?[1-9]\d{0,18})$/;
const MAX_INT64 = 0x7fff_ffff_ffff_ffffn;
const MIN_INT64 = -0x8000_0000_0000_0000n;

/** Puts a function of this VM on the stack; throws `value.released` or `value.unsupported`. */
export type PushFunction = (L: number, fn: ScriptFunction) => void;

/**
 * Puts host values on a Lua stack. Calls may raise Lua's memory error, so they run only where Lua code can catch it:
 * in a host function or under `LuaInstance.protect`.
 */
export class LuaWriter {
  readonly #instance: LuaInstance;
  readonly #refs: ImageRefs;
  readonly #limits: ValueLimits;
  readonly #pushFunction: PushFunction;
  #size = 0;
  readonly #path: object[] = [];

  constructor(instance: LuaInstance, refs: ImageRefs, limits: ValueLimits, pushFunction: PushFunction) {
    this.#instance = instance;
    this.#refs = refs;
    this.#limits = limits;
    this.#pushFunction = pushFunction;
  }

  /** Pushes one value. nil at the top; inside arrays and objects it is the null sentinel. */
  push(L: number, value: ScriptValue): void {
    this.#size = 0;
    this.#path.length = 0;
    if (value === null || value === undefined) this.#instance.pushNil(L);
    else this.#push(L, value);
  }

  /** Pushes an error as scripts see it: a table with code, message, retryable, details. */
  pushError(L: number, error: LlmspellError): void {
    this.#size = 0;
    this.#path.length = 0;
    this.#pushError(L, error);
  }

  pushString(L: number, text: string): void {
    const { x, u8 } = this.#instance;
    const { scratch } = this.#refs;
    const { length } = text;
    if (length <= SHORT_STRING_MAX) {
      let at = 0;
      for (; at < length; at++) {
        const code = text.charCodeAt(at);
        if (code >= 0x80) break;
        u8[scratch + at] = code;
      }
      if (at === length) {
        x.lua_pushlstring(L, scratch, length);
        return;
      }
    }
    const bytes = encodedLength(text);
    if (bytes <= SHORT_STRING_MAX) {
      encodeInto(text, u8.subarray(scratch, scratch + bytes));
      x.lua_pushlstring(L, scratch, bytes);
    } else {
      const content = this.#pushUninitialised(L, bytes);
      encodeInto(text, this.#instance.u8.subarray(content, content + bytes));
    }
  }

  pushBytes(L: number, bytes: Uint8Array): void {
    const { x, u8 } = this.#instance;
    if (bytes.length <= SHORT_STRING_MAX) {
      u8.set(bytes, this.#refs.scratch);
      x.lua_pushlstring(L, this.#refs.scratch, bytes.length);
    } else {
      const content = this.#pushUninitialised(L, bytes.length);
      this.#instance.u8.set(bytes, content);
    }
  }

  /** A long string whose bytes follow: long strings are not hashed when made. Returns where they go. */
  #pushUninitialised(L: number, length: number): number {
    const instance = this.#instance;
    instance.x.lua_pushlstring(L, 0, length);
    return instance.i32[(instance.top(L) - VALUE_BYTES) >> 2]! + STRING_CONTENT;
  }

  #push(L: number, value: ScriptValue): void {
    const instance = this.#instance;
    switch (typeof value) {
      case "string":
        this.#charge(value.length);
        this.pushString(L, value);
        return;
      case "number":
        this.#charge(8);
        if (Number.isSafeInteger(value) && !Object.is(value, -0)) instance.pushInteger(L, value);
        else instance.pushFloat(L, value);
        return;
      case "boolean":
        this.#charge(8);
        instance.pushBoolean(L, value);
        return;
      case "bigint":
        this.#charge(8);
        if (value > MAX_INT64 || value < MIN_INT64) {
          throw new LlmspellError("value.unsupported", `the integer ${value} does not fit into 64 bits`);
        }
        instance.x.lua_pushinteger(L, value);
        return;
      case "object":
        if (value === null) instance.pushRef(L, this.#refs.nullRef);
        else this.#pushObject(L, value);
        return;
      case "undefined":
        instance.pushRef(L, this.#refs.nullRef);
        return;
      default:
        throw new LlmspellError("value.unsupported", `a ${typeof value} cannot cross into a script`);
    }
  }

  #pushObject(L: number, value: Exclude<ScriptValue, null | undefined> & object): void {
    this.#charge(8);
    if (Array.isArray(value)) return this.#nested(L, value, this.#pushArray);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null)
      return this.#nested(L, value as ScriptObject, this.#pushTable);
    if (value instanceof Uint8Array) {
      this.#charge(value.length);
      return this.pushBytes(L, value);
    }
    if (value instanceof TextValue) return this.#pushText(L, value);
    if (value instanceof ScriptFunction) return this.#pushFunction(L, value);
    if (value instanceof Handle) return this.#pushHandle(L, value);
    if (value instanceof Date) return this.#pushTime(L, value);
    if (LlmspellError.is(value)) return this.#pushError(L, value);
    if (Object.prototype.toString.call(value) === "[object Object]" && Object.getPrototypeOf(prototype) === null) {
      return this.#nested(L, value as ScriptObject, this.#pushTable);
    }
    const name = (prototype as { constructor?: { name?: string } }).constructor?.name ?? "object";
    throw new LlmspellError("value.unsupported", `a ${name} cannot cross into a script`);
  }

  #nested<T extends object>(L: number, value: T, push: (L: number, value: T) => void): void {
    const path = this.#path;
    if (path.length >= this.#limits.depth) {
      throw new LlmspellError("value.too_deep", `the value is nested more than ${this.#limits.depth} levels deep`, {
        details: { limit: this.#limits.depth },
      });
    }
    if (path.includes(value)) throw new LlmspellError("value.cycle", "the value contains itself");
    path.push(value);
    this.#charge(CONTAINER_BYTES);
    if (this.#instance.x.lua_checkstack(L, 6) === 0)
      throw new LlmspellError("value.too_deep", "the value needs more stack than the VM has");
    push.call(this, L, value);
    path.pop();
  }

  #pushArray(L: number, array: ScriptValue[]): void {
    const { x } = this.#instance;
    const { length } = array;
    // Checked before the table is made: a sparse array of a huge length must not reserve memory.
    this.#check(8 * length);
    x.lua_createtable(L, length, 0);
    for (let i = 0; i < length; i++) {
      this.#push(L, array[i]);
      x.lua_rawseti(L, -2, BigInt(i + 1));
    }
    if (length === 0) this.#setMetatable(L, this.#refs.arrayMeta.ref);
  }

  #pushTable(L: number, object: ScriptObject): void {
    const { x } = this.#instance;
    const keys = Object.keys(object);
    const integers = hasIntegerKeys(object);
    x.lua_createtable(L, 0, keys.length);
    for (const key of keys) {
      const value = object[key];
      if (value === undefined) continue;
      this.#charge(key.length);
      if (integers && INTEGER_KEY.test(key)) this.#push(L, integerKey(key));
      else this.pushString(L, key);
      this.#push(L, value);
      x.lua_rawset(L, -3);
    }
  }

  #pushText(L: number, value: TextValue): void {
    const { x } = this.#instance;
    x.lua_checkstack(L, 4);
    x.lua_newuserdatauv(L, 0, 2);
    this.#charge(value.text.length);
    this.pushString(L, value.text);
    x.lua_setiuservalue(L, -2, 1);
    this.#nested(L, value.fields, this.#pushTable);
    x.lua_setiuservalue(L, -2, 2);
    this.#setMetatable(L, this.#refs.textMeta.ref);
  }

  #pushTime(L: number, value: Date): void {
    const instance = this.#instance;
    const payload = instance.x.lua_newuserdatauv(L, 8, 0);
    instance.f64[payload >> 3] = value.getTime();
    this.#setMetatable(L, this.#refs.timeMeta.ref);
  }

  /** The same handle is the same userdata as long as the script holds it. */
  #pushHandle(L: number, handle: Handle): void {
    const instance = this.#instance;
    const { x } = instance;
    const type = this.#refs.handleTypes[handle.type];
    if (!type)
      throw new LlmspellError("value.unsupported", `handles of type ${handle.type} are not declared for this script`);
    x.lua_checkstack(L, 5);
    instance.pushRef(L, this.#refs.handleCache);
    if (x.lua_rawgeti(L, -1, BigInt(handle.id)) !== 0) {
      instance.dropBelowTop(L, 1);
      return;
    }
    instance.pop(L, 1);
    const payload = x.lua_newuserdatauv(L, 8, 1);
    instance.f64[payload >> 3] = handle.id;
    if (handle.fields) {
      this.#nested(L, handle.fields, this.#pushTable);
      x.lua_setiuservalue(L, -2, 1);
    }
    this.#setMetatable(L, type.ref);
    x.lua_pushvalue(L, -1);
    x.lua_rawseti(L, -3, BigInt(handle.id));
    instance.dropBelowTop(L, 1);
  }

  #pushError(L: number, error: LlmspellError): void {
    const { x } = this.#instance;
    const fields: ScriptObject = { code: error.code, message: error.message, retryable: error.retryable };
    if (error.details !== undefined) fields["details"] = error.details as ScriptObject;
    if (error.hint !== undefined) fields["hint"] = error.hint;
    x.lua_checkstack(L, 6);
    this.#nested(L, fields, this.#pushTable);
    this.#setMetatable(L, this.#refs.errorMeta.ref);
  }

  #setMetatable(L: number, ref: number): void {
    this.#instance.pushRef(L, ref);
    this.#instance.x.lua_setmetatable(L, -2);
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

/** Where the payload of a handle's userdata is: after its one user value. */
export const HANDLE_PAYLOAD = USERDATA_VALUES + VALUE_BYTES;
export const TIME_PAYLOAD = USERDATA_PAYLOAD;

function integerKey(key: string): number | bigint {
  const number = Number(key);
  return Number.isSafeInteger(number) ? number : BigInt.asIntN(64, BigInt(key));
}
