import { LlmspellError } from "../../errors.ts";
import {
  aliasesOf,
  CONTAINER_BYTES,
  type FieldAliases,
  Handle,
  isPlainObject,
  ScriptFunction,
  type ScriptObject,
  type ScriptValue,
  TextValue,
  type ValueLimits,
} from "../../values/script-value.ts";
import { GuestException } from "./decode.ts";
import { TAG, type Guest } from "./guest.ts";
import type { HookName } from "./prelude.ts";
import type { Hooks } from "./hooks.ts";

/** What an encoder asks of its VM. */
export interface EncodeHost {
  /** Puts the function into `slot`. */
  writeFunction(fn: ScriptFunction, slot: number): void;
  /** Address of a slot with the prototype for these aliases. */
  aliasProto(aliases: FieldAliases): number;
}

const PROP_C_W_E = 7;

/** Writes one value, or the arguments of one call, into a VM. */
export class Encoder {
  readonly #guest: Guest;
  readonly #hooks: Hooks;
  readonly #host: EncodeHost;
  readonly #limits: ValueLimits;
  #size = 0;
  readonly #ancestors: object[] = [];

  constructor(guest: Guest, hooks: Hooks, host: EncodeHost, limits: ValueLimits) {
    this.#guest = guest;
    this.#hooks = hooks;
    this.#host = host;
    this.#limits = limits;
  }

  /**
   * Makes the value in `slot`, with one reference for the caller. Throws an LlmspellError when the value cannot
   * cross, `GuestException` when the guest lacks memory; then `slot` holds nothing to free.
   */
  encode(value: ScriptValue, slot: number): void {
    const guest = this.#guest;
    switch (typeof value) {
      case "string":
        this.#charge(value.length);
        if (!guest.setText(slot, value)) throw new GuestException();
        return;
      case "number":
        this.#charge(8);
        guest.setNumber(slot, value);
        return;
      case "boolean":
        this.#charge(8);
        guest.set(slot, TAG.bool, value ? 1 : 0);
        return;
      case "undefined":
        guest.set(slot, TAG.undefined);
        return;
      case "bigint":
        this.#charge(8);
        this.#bigInt(value, slot);
        return;
      case "object":
        if (value === null) {
          this.#charge(8);
          guest.set(slot, TAG.null);
        } else if (Array.isArray(value)) {
          this.#enter(value);
          this.#array(value, slot);
          this.#ancestors.pop();
        } else if (isPlainObject(value)) {
          this.#enter(value);
          this.#plain(value, slot);
          this.#ancestors.pop();
        } else {
          this.#special(value, slot);
        }
        return;
      default:
        throw new LlmspellError("value.unsupported", `a host ${typeof value} cannot enter a script`);
    }
  }

  #array(list: readonly ScriptValue[], slot: number): void {
    const guest = this.#guest;
    const count = list.length;
    const region = this.#reserve(8 * count);
    let done = 0;
    try {
      for (; done < count; done++) {
        const item = list[done];
        this.encode(item === undefined ? null : item, region.address + 8 * done);
      }
    } catch (thrown) {
      this.#freeAll(region.address, done);
      region.release();
      throw thrown;
    }
    const tag = guest.raw.newArrayFrom(guest.ctx, count, region.address, slot);
    region.release();
    if (tag === TAG.exception) throw new GuestException();
  }

  #plain(object: ScriptObject, slot: number): void {
    const guest = this.#guest;
    const keys = Object.keys(object);
    const region = this.#reserve(12 * keys.length + 8);
    const atoms = region.address + 8 * keys.length;
    let done = 0;
    let proto = -1;
    try {
      for (const key of keys) {
        const value = object[key];
        if (value === undefined) continue;
        this.#charge(key.length);
        const atom = guest.atom(key);
        if (key === "__proto__") {
          proto = atom;
          continue;
        }
        this.encode(value, region.address + 8 * done);
        guest.i32[(atoms >> 2) + done] = atom;
        done++;
      }
    } catch (thrown) {
      this.#freeAll(region.address, done);
      region.release();
      throw thrown;
    }
    const tag = guest.raw.newObjectFrom(guest.ctx, done, atoms, region.address, slot);
    region.release();
    if (tag === TAG.exception) throw new GuestException();
    if (proto >= 0) this.#ownProto(object["__proto__"], proto, slot);
    const aliases = aliasesOf(object);
    if (aliases) guest.raw.setPrototype(guest.ctx, slot, this.#host.aliasProto(aliases));
  }

  /** Defines a member named `__proto__`, which plain assignment would take for the prototype. */
  #ownProto(value: ScriptValue, atom: number, slot: number): void {
    const guest = this.#guest;
    const top = guest.top;
    const member = guest.push();
    try {
      this.encode(value, member);
    } catch (thrown) {
      guest.free(slot);
      throw thrown;
    }
    guest.raw.definePropertyValue(guest.ctx, slot, atom, member, PROP_C_W_E);
    guest.top = top;
  }

  #special(value: object, slot: number): void {
    const guest = this.#guest;
    if (value instanceof ScriptFunction) {
      this.#charge(8);
      this.#host.writeFunction(value, slot);
    } else if (value instanceof Uint8Array) {
      this.#bytes(value, slot);
    } else if (value instanceof Date) {
      if (Number.isNaN(value.getTime()))
        throw new LlmspellError("value.unsupported", "an invalid Date cannot enter a script");
      this.#charge(8);
      guest.raw.newDate(guest.ctx, value.getTime(), slot);
    } else if (value instanceof Handle) {
      this.#handle(value, slot);
    } else if (value instanceof TextValue) {
      this.#enter(value);
      this.#viaHook("makeText", [value.text, value.fields, pairs(aliasesOf(value.fields))], slot);
      this.#ancestors.pop();
    } else if (LlmspellError.is(value)) {
      this.#enter(value);
      const { code, message, retryable, details, hint, frames } = value;
      const list = frames?.map(({ file, line, column, name }) => ({ file, line, column, name }));
      this.#viaHook("makeError", [code, message, retryable, details as ScriptObject | undefined, hint, list], slot);
      this.#ancestors.pop();
    } else {
      const name = (value as { constructor?: { name?: string } }).constructor?.name ?? "object";
      throw new LlmspellError("value.unsupported", `a host object of class ${name} cannot enter a script`);
    }
  }

  #bytes(value: Uint8Array, slot: number): void {
    this.#charge(value.length);
    const guest = this.#guest;
    const address = guest.malloc(value.length);
    guest.bytes.set(value, address);
    const tag = guest.raw.newUint8ArrayCopy(guest.ctx, address, value.length, slot);
    guest.raw.free(address);
    if (tag === TAG.exception) throw new GuestException();
  }

  #bigInt(value: bigint, slot: number): void {
    const number = Number(value);
    if (Number.isSafeInteger(number)) {
      this.#guest.setNumber(slot, number);
      return;
    }
    if (BigInt.asIntN(64, value) !== value) {
      throw new LlmspellError("value.unsupported", "an integer of more than 64 bits cannot enter a script");
    }
    this.#guest.set(slot, Number(BigInt.asIntN(32, value >> 32n)), Number(BigInt.asIntN(32, value)));
    this.#guest.raw.newBigInt64(this.#guest.ctx, slot, slot);
  }

  #handle(handle: Handle, slot: number): void {
    const guest = this.#guest;
    this.#charge(8);
    this.#viaHook("knownHandle", [handle.id], slot);
    if (guest.tag(slot) === TAG.object) return;
    const top = guest.top;
    const proto = guest.push();
    this.#viaHook("handleProto", [handle.type], proto);
    const tag = guest.raw.newObjectProtoClass(guest.ctx, proto, this.#hooks.layout.handleClass, slot);
    guest.free(proto);
    guest.top = top;
    if (tag === TAG.exception) throw new GuestException();
    guest.raw.setOpaque(slot, handle.id + 1);
    const self = new SlotValue(slot);
    try {
      this.#viaHook("keepHandle", [handle.id, self], undefined);
      if (handle.fields) this.#viaHook("extend", [self, handle.fields, pairs(aliasesOf(handle.fields))], undefined);
    } catch (thrown) {
      guest.free(slot);
      throw thrown;
    }
  }

  /** Calls a prelude function with host values; its result goes to `out` or is dropped. */
  #viaHook(name: HookName, args: readonly (ScriptValue | SlotValue)[], out: number | undefined): void {
    const guest = this.#guest;
    const top = guest.top;
    const result = guest.push();
    const argv = guest.push(8 * args.length);
    let done = 0;
    try {
      for (; done < args.length; done++) {
        const arg = args[done] as ScriptValue | SlotValue;
        if (arg instanceof SlotValue) {
          guest.raw.dupValue(guest.ctx, arg.slot, argv + 8 * done);
        } else {
          this.encode(arg, argv + 8 * done);
        }
      }
      if (!this.#hooks.call(name, args.length, argv, result)) throw new GuestException();
    } finally {
      this.#freeAll(argv, done);
      guest.top = top;
    }
    if (out === undefined) guest.free(result);
    else guest.copy(result, out);
  }

  #reserve(bytes: number): { address: number; release(): void } {
    const guest = this.#guest;
    if (guest.fits(bytes)) {
      const top = guest.top;
      return { address: guest.push(bytes), release: () => (guest.top = top) };
    }
    const address = guest.malloc(bytes);
    return { address, release: () => guest.raw.free(address) };
  }

  #freeAll(address: number, count: number): void {
    for (let i = 0; i < count; i++) this.#guest.free(address + 8 * i);
  }

  #enter(value: object): void {
    if (this.#ancestors.includes(value))
      throw new LlmspellError("value.cycle", "a value that contains itself cannot enter a script");
    if (this.#ancestors.length >= this.#limits.depth) {
      throw new LlmspellError("value.too_deep", `a value is nested more than ${this.#limits.depth} levels deep`, {
        details: { limit: this.#limits.depth },
      });
    }
    this.#ancestors.push(value);
    this.#charge(CONTAINER_BYTES);
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

/** A value that is in the guest already; the callee gets a reference of its own. */
class SlotValue {
  readonly slot: number;

  constructor(slot: number) {
    this.slot = slot;
  }
}

function pairs(aliases: FieldAliases | undefined): ScriptValue[] {
  return (aliases ?? []).map(([name, field]) => [name, field]);
}
