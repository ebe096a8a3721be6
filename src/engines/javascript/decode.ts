import { LlmspellError, type ScriptFrame } from "../../errors.ts";
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
import { errorFromParts, type ErrorParts } from "./errors.ts";
import { TAG, type Guest } from "./guest.ts";
import type { Hooks } from "./hooks.ts";

/** Thrown while the guest's own exception is pending; whoever catches it leaves or takes that exception. */
export class GuestException extends Error {}

/** What a decoder asks of its VM. */
export interface DecodeHost {
  /** The function in `slot`, with one reference more. */
  functionIn(slot: number): ScriptFunction;
  handle(id: number): Handle | undefined;
  frames(stack: string): ScriptFrame[];
  /** Where a name is imported that a module does not export. */
  framesOfImport(name: string, module: string): ScriptFrame[];
  /** Whether a file is a module that does not parse. */
  isBroken(file: string): boolean;
}

const GPN_STRINGS = 1;
const GPN_ENUMERABLE = 1 << 4;

/** Reads one value, or the arguments of one call, out of a VM. */
export class Decoder {
  readonly #guest: Guest;
  readonly #hooks: Hooks;
  readonly #host: DecodeHost;
  readonly #limits: ValueLimits;
  /** Shows as text what cannot cross. */
  readonly #lenient: boolean;
  #size = 0;
  #depth = 0;
  /** Addresses of the objects around the present one, and the keys that led here. */
  readonly #ancestors: number[] = [];
  readonly #path: (string | number)[] = [];

  constructor(guest: Guest, hooks: Hooks, host: DecodeHost, limits: ValueLimits, lenient: boolean) {
    this.#guest = guest;
    this.#hooks = hooks;
    this.#host = host;
    this.#limits = limits;
    this.#lenient = lenient;
  }

  /** The value in `slot`, which stays the caller's. Throws an LlmspellError or `GuestException`. */
  decode(slot: number): ScriptValue {
    const guest = this.#guest;
    const tag = guest.tag(slot);
    this.#charge(8);
    switch (tag) {
      case TAG.int:
        return guest.i32[slot >> 2] as number;
      case TAG.string:
      case TAG.rope: {
        const text = guest.text(slot);
        if (text === undefined) throw new GuestException();
        this.#charge(Math.max(0, text.length - 8));
        return text;
      }
      case TAG.object:
        return this.#object(slot);
      case TAG.undefined:
        return undefined;
      case TAG.null:
        return null;
      case TAG.bool:
        return guest.i32[slot >> 2] !== 0;
      case TAG.shortBigInt:
        return guest.i32[slot >> 2] as number;
      case TAG.bigInt:
        return this.#bigInt(slot);
      case TAG.symbol:
        return this.#unsupported(slot, "a symbol");
      default:
        return guest.float(slot);
    }
  }

  #object(slot: number): ScriptValue {
    const guest = this.#guest;
    const kind = this.#hooks.layout.kinds[guest.raw.getClassId(slot)];
    if (kind === "plain" || kind === "array") {
      if (kind === "plain" && this.#isFunction(slot)) return this.#function(slot);
      return this.#container(slot, kind === "array" ? this.#array : this.#plain, "[Object]");
    }
    switch (kind) {
      case "handle":
        return this.#handle(slot);
      case "bytes":
      case "typed":
      case "buffer":
      case "view":
        return this.#bytes(slot, kind);
      case "date": {
        const time = this.#viaHook("dateValue", slot, (out) => this.#number(out));
        if (Number.isNaN(time)) return this.#unsupported(slot, "an invalid Date");
        this.#charge(8);
        return new Date(time);
      }
      case "error":
        return this.error(slot);
      case "map":
        return this.#container(slot, this.#map, "[Map]");
      case "set":
        return this.#viaHook("items", slot, (out) => this.#container(out, this.#array, "[Set]", guest.pointer(slot)));
      case "string":
        return this.#container(slot, this.#stringObject, "[String]");
      case "number":
      case "boolean":
      case "bigint":
        return this.#viaHook("unbox", slot, (out) => this.decode(out));
      case "promise":
        return this.#unsupported(slot, "a promise", "Await it before passing it on.");
      default:
        if (this.#isFunction(slot)) return this.#function(slot);
        return this.#unsupported(slot, this.#describe(slot));
    }
  }

  /** Reads an object's members with `read`, within the depth limit and watching for cycles. */
  #container(
    slot: number,
    read: (this: this, slot: number) => ScriptValue,
    brief: string,
    identity = this.#guest.pointer(slot),
  ): ScriptValue {
    if (this.#ancestors.includes(identity)) {
      if (this.#lenient) return "[Circular]";
      throw new LlmspellError("value.cycle", `a value that contains itself cannot leave the script${this.#where()}`);
    }
    if (this.#depth >= this.#limits.depth) {
      if (this.#lenient) return brief;
      throw new LlmspellError("value.too_deep", `a value is nested more than ${this.#limits.depth} levels deep`, {
        details: { limit: this.#limits.depth },
      });
    }
    this.#charge(CONTAINER_BYTES);
    this.#depth++;
    this.#ancestors.push(identity);
    const value = read.call(this, slot);
    this.#ancestors.pop();
    this.#depth--;
    return value;
  }

  #array(slot: number): ScriptValue[] {
    const guest = this.#guest;
    const top = guest.top;
    const element = guest.push();
    if (guest.raw.getLength(guest.ctx, slot, element) < 0) throw new GuestException();
    const length = guest.u32[element >> 2] as number;
    this.#charge(8 * length);
    this.#size -= 8 * length;
    // Not grown one by one: a small array then takes a third of the memory.
    const list: ScriptValue[] = [];
    list.length = length;
    for (let i = 0; i < length; i++) {
      // An atom of an integer is the integer with its high bit set.
      if (guest.raw.getProperty(guest.ctx, slot, i | 0x80000000, element) === TAG.exception) throw new GuestException();
      this.#path[this.#depth - 1] = i;
      try {
        list[i] = this.decode(element) ?? null;
      } finally {
        guest.free(element);
      }
    }
    guest.top = top;
    return list;
  }

  #plain(slot: number): ScriptObject {
    return this.#members(slot, 0);
  }

  /** Own enumerable string-keyed members; integer keys below `from` are left out. */
  #members(slot: number, from: number): ScriptObject {
    const guest = this.#guest;
    const { raw, ctx } = guest;
    const top = guest.top;
    const names = guest.push();
    const member = guest.push();
    if (raw.getOwnPropertyNames(ctx, names, names + 4, slot, GPN_STRINGS | GPN_ENUMERABLE) < 0)
      throw new GuestException();
    const table = guest.i32[names >> 2] as number;
    const count = guest.i32[(names >> 2) + 1] as number;
    const object: ScriptObject = {};
    try {
      for (let i = 0; i < count; i++) {
        const atom = guest.i32[(table >> 2) + 2 * i + 1] as number;
        if (from > 0 && atom < 0 && (atom & 0x7fffffff) < from) continue;
        const tag = raw.getProperty(ctx, slot, atom, member);
        if (tag === TAG.exception) {
          if (!this.#lenient) throw new GuestException();
          guest.free(member);
          raw.getException(ctx, member);
          setKey(object, guest.key(atom), `[${this.#describe(member)}]`);
          guest.free(member);
          continue;
        }
        if (tag === TAG.undefined) continue;
        const key = guest.key(atom);
        this.#charge(key.length);
        this.#path[this.#depth - 1] = key;
        try {
          const value = this.decode(member);
          if (key === "__proto__") setKey(object, key, value);
          else object[key] = value;
        } finally {
          guest.free(member);
        }
      }
    } finally {
      raw.freePropertyEnum(ctx, table, count);
    }
    guest.top = top;
    return object;
  }

  #map(slot: number): ScriptObject {
    const flat = this.#viaHook("entries", slot, (out) => this.#array(out));
    const object: ScriptObject = {};
    let integers = false;
    for (let i = 0; i < flat.length; i += 2) {
      const key = flat[i];
      const integer = typeof key === "bigint" || (typeof key === "number" && Number.isSafeInteger(key));
      if (typeof key !== "string" && !integer) {
        throw new LlmspellError("value.key", `a key of a Map is neither a string nor an integer${this.#where()}`);
      }
      integers ||= integer;
      const name = String(key);
      if (Object.hasOwn(object, name))
        throw new LlmspellError("value.key", `two keys of a Map read "${name}"${this.#where()}`);
      setKey(object, name, flat[i + 1]);
    }
    return integers ? markIntegerKeys(object) : object;
  }

  #stringObject(slot: number): ScriptValue {
    const text = this.#viaHook("unbox", slot, (out) => this.decode(out)) as string;
    const fields = this.#members(slot, text.length);
    return Object.keys(fields).length === 0 ? text : new TextValue(text, fields);
  }

  #bytes(slot: number, kind: "bytes" | "typed" | "buffer" | "view"): ScriptValue {
    if (kind === "view") return this.#viaHook("viewBytes", slot, (out) => this.#bytes(out, "bytes"));
    const guest = this.#guest;
    const { raw, ctx } = guest;
    const top = guest.top;
    const size = guest.push();
    let address: number;
    let length: number;
    if (kind === "bytes") {
      address = raw.getUint8Array(ctx, size, slot) >>> 0;
      length = guest.u32[size >> 2] as number;
    } else if (kind === "buffer") {
      address = raw.getArrayBuffer(ctx, size, slot) >>> 0;
      length = guest.u32[size >> 2] as number;
    } else {
      const offset = guest.push();
      const buffer = guest.push();
      if (raw.getTypedArrayBuffer(ctx, slot, offset, offset + 4, size, buffer) === TAG.exception)
        throw new GuestException();
      address = raw.getArrayBuffer(ctx, size, buffer) >>> 0;
      if (address !== 0) address += guest.u32[offset >> 2] as number;
      length = guest.u32[(offset >> 2) + 1] as number;
      guest.free(buffer);
    }
    if (address === 0) {
      // An empty or a detached buffer: the latter left an exception.
      raw.getException(ctx, size);
      guest.free(size);
      length = 0;
    }
    this.#charge(length);
    guest.top = top;
    return new Uint8Array(guest.bytes.subarray(address, address + length));
  }

  #bigInt(slot: number): ScriptValue {
    const text = this.#viaHook("bigIntText", slot, (out) => this.#guest.text(out) ?? "");
    if (text.length > 20) return this.#unsupported(slot, "an integer of more than 64 bits");
    const value = BigInt(text);
    if (BigInt.asIntN(64, value) !== value) return this.#unsupported(slot, "an integer of more than 64 bits");
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  #handle(slot: number): ScriptValue {
    const guest = this.#guest;
    const id = guest.raw.getAnyOpaque(slot, guest.top) - 1;
    const handle = this.#host.handle(id);
    if (handle) return handle;
    if (this.#lenient) return "[closed]";
    throw new LlmspellError("value.released", "this object belongs to another run or was closed");
  }

  /** An error object, or any other thrown thing, as LlmspellError. Throws only for lack of memory. */
  error(slot: number): LlmspellError {
    const parts = this.#viaHook("errorParts", slot, (out) => this.#errorParts(out));
    const error = errorFromParts(parts, (stack) => this.#host.frames(stack));
    if (parts.name !== "SyntaxError" || parts.code !== undefined) return error;
    const { message = "" } = parts;
    const [, name, file] = /^Could not find export '([\w$]+)' in module '(.+)'$/.exec(message) ?? [];
    const frames = name && file ? this.#host.framesOfImport(name, file) : (error.frames ?? []);
    const isLink = name !== undefined && frames.length > 0;
    if (!isLink && !(frames[0] && this.#host.isBroken(frames[0].file))) return error;
    return new LlmspellError("script.syntax", message, { frames });
  }

  #errorParts(slot: number): ErrorParts {
    // Details may hold anything: what cannot cross is shown, not refused.
    const reader = new Decoder(this.#guest, this.#hooks, this.#host, this.#limits, true);
    try {
      return reader.#members(slot, 0) as unknown as ErrorParts;
    } catch (thrown) {
      if (LlmspellError.is(thrown)) return { kind: "error", message: thrown.message, code: thrown.code };
      throw thrown;
    }
  }

  #function(slot: number): ScriptValue {
    if (this.#lenient) return this.#describe(slot);
    this.#charge(8);
    return this.#host.functionIn(slot);
  }

  #isFunction(slot: number): boolean {
    return this.#guest.raw.isFunction(this.#guest.ctx, slot) !== 0;
  }

  #number(slot: number): number {
    return this.#guest.tag(slot) === TAG.int ? this.#guest.pointer(slot) : this.#guest.float(slot);
  }

  #unsupported(slot: number, what: string, hint?: string): string {
    if (this.#lenient) return this.#describe(slot);
    throw new LlmspellError(
      "value.unsupported",
      `${what} cannot leave the script${this.#where()}`,
      hint === undefined ? {} : { hint },
    );
  }

  #describe(slot: number): string {
    return this.#viaHook("describe", slot, (out) => this.#guest.text(out) ?? "[object]");
  }

  #viaHook<T>(name: Parameters<Hooks["call"]>[0], slot: number, read: (out: number) => T): T {
    const guest = this.#guest;
    const top = guest.top;
    const out = guest.push();
    if (!this.#hooks.call(name, 1, slot, out)) throw new GuestException();
    try {
      return read(out);
    } finally {
      guest.free(out);
      guest.top = top;
    }
  }

  #where(): string {
    const path = this.#path.slice(0, this.#depth).map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`));
    return path.length === 0 ? "" : ` (at ${path.join("").replace(/^\./, "")})`;
  }

  #charge(size: number): void {
    this.#size += size;
    if (this.#size > this.#limits.bytes) {
      throw new LlmspellError("value.too_large", `a value is larger than ${this.#limits.bytes} bytes`, {
        details: { limit: this.#limits.bytes },
      });
    }
  }
}
