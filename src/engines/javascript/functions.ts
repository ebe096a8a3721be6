import { LlmspellError } from "../../errors.ts";
import { ScriptFunction, type ScriptValue } from "../../values/script-value.ts";
import { GuestException } from "./decode.ts";
import { TAG, type Guest } from "./guest.ts";
import type { Hooks } from "./hooks.ts";

/** Calls the function object at `pointer`, which a table holds. */
export type InvokeFunction = (pointer: number, args: readonly ScriptValue[]) => ScriptValue | Promise<ScriptValue>;

/** The functions that cross between one VM and its host, either way. */
export class FunctionTable {
  readonly #guest: Guest;
  readonly #hooks: Hooks;
  readonly #invoke: InvokeFunction;
  /** Told when the host holds no reference to a function any more. */
  readonly #released: () => void;
  /** The script's function objects that the host holds, by their address. */
  readonly #held = new Map<number, { fn: GuestFunction; references: number }>();
  /** Functions of other VMs that the script has. */
  readonly #foreign: ScriptFunction[] = [];
  #closed = false;

  constructor(guest: Guest, hooks: Hooks, invoke: InvokeFunction, released: () => void) {
    this.#guest = guest;
    this.#hooks = hooks;
    this.#invoke = invoke;
    this.#released = released;
  }

  /** How many of the script's functions the host holds. */
  get size(): number {
    return this.#held.size;
  }

  owns(fn: ScriptFunction): fn is GuestFunction {
    return fn instanceof GuestFunction && fn.table === this;
  }

  /** The script's function in `slot`, with one reference more. */
  take(slot: number): ScriptFunction {
    const guest = this.#guest;
    const pointer = guest.pointer(slot);
    const known = this.#held.get(pointer);
    if (known) {
      known.references++;
      return known.fn;
    }
    const top = guest.top;
    const out = guest.push();
    if (!this.#hooks.call("idOf", 1, slot, out)) throw new GuestException();
    const id = guest.pointer(out);
    if (guest.raw.getProperty(guest.ctx, slot, guest.atom("name"), out) === TAG.exception) throw new GuestException();
    const name = guest.tag(out) === TAG.string ? guest.text(out) : "";
    guest.free(out);
    guest.raw.dupValue(guest.ctx, slot, out);
    guest.top = top;
    const fn = new GuestFunction(this, pointer, id, name || "anonymous");
    this.#held.set(pointer, { fn, references: 1 });
    return fn;
  }

  /** Puts a function of this or another VM into `slot`. */
  write(fn: ScriptFunction, slot: number): void {
    const guest = this.#guest;
    if (this.owns(fn)) {
      this.#entry(fn.pointer);
      guest.set(slot, TAG.object, fn.pointer);
      guest.raw.dupValue(guest.ctx, slot, slot);
      return;
    }
    fn.retain();
    const top = guest.top;
    const id = guest.push();
    guest.setNumber(id, this.#foreign.push(fn) - 1);
    const made = this.#hooks.call("foreign", 1, id, slot);
    guest.top = top;
    if (!made) throw new GuestException();
  }

  callForeign(id: number, args: readonly ScriptValue[]): ScriptValue | Promise<ScriptValue> {
    return this.#foreign[id]?.invoke(args);
  }

  invoke(pointer: number, args: readonly ScriptValue[]): ScriptValue | Promise<ScriptValue> {
    this.#entry(pointer);
    return this.#invoke(pointer, args);
  }

  retain(pointer: number): void {
    this.#entry(pointer).references++;
  }

  release(pointer: number): void {
    const entry = this.#held.get(pointer);
    if (this.#closed || !entry || --entry.references > 0) return;
    this.#held.delete(pointer);
    this.#guest.freeObject(pointer);
    this.#released();
  }

  /** The VM is gone: its functions cannot be called any more. */
  close(): void {
    this.#closed = true;
    this.#held.clear();
    for (const fn of this.#foreign.splice(0)) fn.release();
  }

  #entry(pointer: number): { fn: GuestFunction; references: number } {
    const entry = this.#held.get(pointer);
    if (!entry) throw new LlmspellError("value.released", "this function was released, or its VM is gone");
    return entry;
  }
}

/** A function of a script, held by the host. */
class GuestFunction extends ScriptFunction {
  readonly table: FunctionTable;
  /** Address of the function object, its identity while it is held. */
  readonly pointer: number;
  readonly id: number;
  readonly name: string;

  constructor(table: FunctionTable, pointer: number, id: number, name: string) {
    super();
    this.table = table;
    this.pointer = pointer;
    this.id = id;
    this.name = name;
  }

  override invoke(args: readonly ScriptValue[]): ScriptValue | Promise<ScriptValue> {
    return this.table.invoke(this.pointer, args);
  }

  override retain(): void {
    this.table.retain(this.pointer);
  }

  override release(): void {
    this.table.release(this.pointer);
  }
}
