import { LlmspellError } from "../../errors.ts";
import type { ScriptFunction } from "../../values/script-value.ts";
import type { LuaInstance } from "./instance.ts";
import { REGISTRY } from "./layout.ts";
import { LuaFunction, type FunctionOwner } from "./lua-function.ts";

/** What a snapshot keeps of a function. */
export type FunctionState = Pick<LuaFunction, "id" | "ref" | "key" | "count">;

/** The functions of one VM in the host's hands. */
export class FunctionTable {
  readonly #instance: LuaInstance;
  readonly #owner: FunctionOwner;
  readonly #main: number;
  readonly #nextId: () => number;
  readonly #byKey = new Map<number, LuaFunction>();
  /** Functions whose count came to zero: anchored a little longer, as the result of the call that released them may hold them. */
  readonly #released: LuaFunction[] = [];
  /** How many of them were there at the end of the last entry into the VM. */
  #releasedBefore = 0;
  /** Functions counted since `begin`. */
  readonly #fresh: LuaFunction[] = [];

  constructor(instance: LuaInstance, owner: FunctionOwner, main: number, nextId: () => number) {
    this.#instance = instance;
    this.#owner = owner;
    this.#main = main;
    this.#nextId = nextId;
  }

  /** The function at an address, counted once more. `L` has a free stack slot. */
  at(L: number, address: number): LuaFunction {
    const instance = this.#instance;
    const key = instance.i32[address >> 2]! * 4 + (instance.tag(address) >> 4);
    let fn = this.#byKey.get(key);
    if (fn) {
      fn.count++;
    } else {
      instance.pushCopy(L, address);
      fn = new LuaFunction(this.#owner, this.#nextId(), instance.x.luaL_ref(L, REGISTRY), key);
      this.#byKey.set(key, fn);
    }
    this.#fresh.push(fn);
    return fn;
  }

  push(L: number, fn: ScriptFunction): void {
    if (!(fn instanceof LuaFunction) || fn.owner !== this.#owner) {
      throw new LlmspellError("value.unsupported", "a function of another VM cannot cross into this one");
    }
    if (this.#byKey.get(fn.key) !== fn) throw new LlmspellError("value.released", "the function was released");
    this.#instance.pushRef(L, fn.ref);
  }

  /** Starts to remember what `at` counts, for `undo`. */
  begin(): void {
    this.#fresh.length = 0;
  }

  /** Releases what was counted since `begin`. */
  undo(): void {
    for (const fn of this.#fresh) fn.release();
  }

  /** Takes a function whose count is zero. */
  add(fn: LuaFunction): void {
    this.#released.push(fn);
  }

  get releasedCount(): number {
    return this.#released.length;
  }

  /** Gives back what was released after `mark`, an earlier `releasedCount`. */
  forgetSince(mark: number): void {
    if (this.#released.length > mark) this.#forget(mark, this.#released.length);
  }

  /** At the end of an entry: gives back what was released before the entry began. */
  forgetOld(): void {
    this.#forget(0, this.#releasedBefore);
    this.#releasedBefore = this.#released.length;
  }

  /** Functions that the host holds now. */
  get held(): number {
    let held = 0;
    for (const fn of this.#byKey.values()) if (fn.count > 0) held++;
    return held;
  }

  state(): FunctionState[] {
    return [...this.#byKey.values()].map(({ id, ref, key, count }) => ({ id, ref, key, count }));
  }

  adopt(states: readonly FunctionState[]): void {
    for (const { id, ref, key, count } of states) {
      const fn = new LuaFunction(this.#owner, id, ref, key);
      fn.count = count;
      this.#byKey.set(key, fn);
    }
  }

  /** The VM is gone: every function counts as released. */
  clear(): void {
    for (const fn of this.#byKey.values()) fn.count = 0;
    this.#byKey.clear();
    this.#released.length = 0;
    this.#releasedBefore = 0;
  }

  #forget(from: number, to: number): void {
    for (const fn of this.#released.splice(from, to - from)) {
      if (fn.count > 0 || this.#byKey.get(fn.key) !== fn) continue;
      this.#byKey.delete(fn.key);
      this.#instance.x.luaL_unref(this.#main, REGISTRY, fn.ref);
    }
  }
}
