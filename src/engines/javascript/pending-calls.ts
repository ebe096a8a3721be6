import { type ScriptFrame, toLlmspellError } from "../../errors.ts";
import type { CallOutcome } from "../../engine/vm.ts";
import type { ScriptValue } from "../../values/script-value.ts";
import { GuestException } from "./decode.ts";
import type { Encoder } from "./encode.ts";
import type { Exceptions } from "./exceptions.ts";
import { TAG, type Guest } from "./guest.ts";
import type { Hooks } from "./hooks.ts";

/** Resolving functions of a guest promise, by address; one reference each. */
interface PendingCall {
  resolve: number;
  reject: number;
  /** Where the script made the call, which its error does not know when it comes. */
  stack: string | undefined;
  /** What the host had the script do when it made the call. */
  work: unknown;
}

/** Host calls that a VM waits for. */
export class PendingCalls {
  readonly #guest: Guest;
  readonly #hooks: Hooks;
  readonly #exceptions: Exceptions;
  readonly #encoder: () => Encoder;
  /** Enters the VM with the outcome of a call. */
  readonly #onSettled: (id: number, outcome: CallOutcome) => void;
  readonly #work: () => unknown;
  readonly #framesOf: (stack: string) => ScriptFrame[];
  readonly #calls = new Map<number, PendingCall>();
  #lastId = 0;

  constructor(
    guest: Guest,
    hooks: Hooks,
    exceptions: Exceptions,
    encoder: () => Encoder,
    onSettled: (id: number, outcome: CallOutcome) => void,
    work: () => unknown,
    framesOf: (stack: string) => ScriptFrame[],
  ) {
    this.#guest = guest;
    this.#hooks = hooks;
    this.#exceptions = exceptions;
    this.#encoder = encoder;
    this.#onSettled = onSettled;
    this.#work = work;
    this.#framesOf = framesOf;
  }

  get size(): number {
    return this.#calls.size;
  }

  has(id: number): boolean {
    return this.#calls.has(id);
  }

  workOf(id: number): unknown {
    return this.#calls.get(id)?.work;
  }

  /** For a snapshot: id, resolving and rejecting function. */
  save(): { lastId: number; calls: [number, number, number][] } {
    return { lastId: this.#lastId, calls: [...this.#calls].map(([id, { resolve, reject }]) => [id, resolve, reject]) };
  }

  load(lastId: number, calls: readonly [number, number, number][]): void {
    this.#lastId = lastId;
    for (const [id, resolve, reject] of calls)
      this.#calls.set(id, { resolve, reject, stack: undefined, work: undefined });
  }

  /** Puts a guest promise into `slot` that settles as `result` does. */
  promise(result: Promise<ScriptValue>, slot: number): void {
    const guest = this.#guest;
    const stack = this.#stackHere();
    const functions = guest.push(16);
    if (guest.raw.newPromiseCapability(guest.ctx, functions, slot) === TAG.exception) throw new GuestException();
    this.#track(result, functions, stack);
  }

  /** Puts a settled guest promise of the value in `slot` in its place. */
  settled(rejected: boolean, slot: number): void {
    const guest = this.#guest;
    const value = guest.push();
    guest.copy(slot, value);
    const tag = guest.raw.newSettledPromise(guest.ctx, rejected ? 1 : 0, value, slot);
    guest.free(value);
    if (tag === TAG.exception) throw new GuestException();
  }

  /** Calls one of the two functions at `functions` (kept by the caller) when `result` settles. Answers an id for `cancel`. */
  callback(result: Promise<ScriptValue>, functions: number): number {
    const guest = this.#guest;
    guest.raw.dupValue(guest.ctx, functions, guest.top);
    guest.raw.dupValue(guest.ctx, functions + 8, guest.top);
    return this.#track(result, functions);
  }

  /** Forgets a call: the script does not wait for it any more. */
  cancel(id: number): void {
    const call = this.#calls.get(id);
    if (!call) return;
    this.#calls.delete(id);
    this.#guest.freeObject(call.resolve);
    this.#guest.freeObject(call.reject);
  }

  /** Hands the outcome to the script. False with the exception pending when a resolving function threw. */
  settle(id: number, outcome: CallOutcome): boolean {
    const call = this.#calls.get(id);
    if (!call) return true;
    this.#calls.delete(id);
    const guest = this.#guest;
    const { raw, ctx } = guest;
    const fn = guest.push();
    const value = guest.push();
    const out = guest.push();
    let ok = outcome.ok;
    if (!outcome.ok && call.stack !== undefined) outcome.error.frames ??= this.#framesOf(call.stack);
    try {
      this.#encoder().encode(outcome.ok ? outcome.value : outcome.error, value);
    } catch (thrown) {
      ok = false;
      this.#exceptions.raise(thrown, value);
      raw.getException(ctx, value);
    }
    guest.set(fn, TAG.object, ok ? call.resolve : call.reject);
    const called = raw.call(ctx, fn, this.#hooks.undefinedSlot, 1, value, out) !== TAG.exception;
    if (called) guest.free(out);
    guest.free(value);
    guest.freeObject(call.resolve);
    guest.freeObject(call.reject);
    return called;
  }

  clear(): void {
    this.#calls.clear();
  }

  /** Takes over the references to the two functions. */
  #track(result: Promise<ScriptValue>, functions: number, stack?: string): number {
    const guest = this.#guest;
    const id = ++this.#lastId;
    const [resolve, reject] = [guest.pointer(functions), guest.pointer(functions + 8)];
    this.#calls.set(id, { resolve, reject, stack, work: this.#work() });
    result.then(
      (value) => this.#onSettled(id, { ok: true, value }),
      (thrown: unknown) => this.#onSettled(id, { ok: false, error: toLlmspellError(thrown) }),
    );
    return id;
  }

  #stackHere(): string | undefined {
    const guest = this.#guest;
    const out = guest.push();
    const stack = this.#hooks.call("stackHere", 0, out, out) ? guest.text(out) : undefined;
    if (stack === undefined) guest.raw.getException(guest.ctx, out);
    guest.free(out);
    guest.top = out;
    return stack;
  }
}
