import { LlmspellError } from "../../errors.ts";
import type { VmOptions } from "../../engine/vm.ts";
import type { ScriptValue } from "../../values/script-value.ts";
import type { Decoder } from "./decode.ts";
import type { Encoder } from "./encode.ts";
import type { FunctionTable } from "./functions.ts";
import { TAG, type Guest } from "./guest.ts";
import type { PendingCalls } from "./pending-calls.ts";
import { OPS } from "./prelude.ts";

/** What the prelude's calls ask of a VM. */
export interface OperationHost {
  decoder(lenient: boolean): Decoder;
  encoder(): Encoder;
  /** A watched promise has settled with the value in `slot`. */
  watched(id: number, ok: boolean, slot: number): void;
  /** Starts another script in this VM; what the prelude waits for goes to `slot`. */
  include(path: ScriptValue, slot: number): void;
}

/** The calls that the prelude makes by itself: timers, text coding, globals that are read late, ... */
export class Operations {
  readonly #guest: Guest;
  readonly #options: VmOptions;
  readonly #pending: PendingCalls;
  readonly #functions: FunctionTable;
  readonly #host: OperationHost;
  readonly #lazyGlobals: (() => ScriptValue)[] = [];

  constructor(guest: Guest, options: VmOptions, pending: PendingCalls, functions: FunctionTable, host: OperationHost) {
    this.#guest = guest;
    this.#options = options;
    this.#pending = pending;
    this.#functions = functions;
    this.#host = host;
  }

  /** Answers the index under which the prelude asks for the global. */
  addLazyGlobal(read: () => ScriptValue): number {
    return this.#lazyGlobals.push(read) - 1;
  }

  /** Does what `magic` names with the values at `argv`; the result goes to `slot`. */
  run(magic: number, slot: number, argv: number): void {
    const guest = this.#guest;
    const number = (i: number): number =>
      guest.tag(argv + 8 * i) === TAG.int ? guest.pointer(argv + 8 * i) : guest.float(argv + 8 * i);
    const flag = (i: number): boolean => guest.pointer(argv + 8 * i) !== 0;
    const value = (i: number): ScriptValue => this.#host.decoder(false).decode(argv + 8 * i);
    const answer = (result: ScriptValue): void => this.#host.encoder().encode(result, slot);
    guest.set(slot, TAG.undefined);
    switch (magic) {
      case OPS.settle:
        return this.#host.watched(number(0), flag(1), argv + 16);
      case OPS.readGlobal:
        return answer(this.#lazyGlobals[number(0)]?.());
      case OPS.timer:
        return answer(this.#startTimer(number(0), argv + 8));
      case OPS.cancelTimer:
        return this.#pending.cancel(number(0));
      case OPS.encodeUtf8:
        return answer(new TextEncoder().encode(String(value(0))));
      case OPS.decodeUtf8:
        return answer(decodeUtf8(value(0), flag(1), flag(2)));
      case OPS.foreign: {
        const result = this.#functions.callForeign(number(0), value(1) as ScriptValue[]);
        return isPromise(result) ? this.#pending.promise(result, slot) : answer(result);
      }
      case OPS.now:
        return answer(this.#options.now());
      case OPS.include:
        return this.#host.include(value(0), slot);
      default:
        throw new LlmspellError("method.unknown", `no method has the ref ${magic}`);
    }
  }

  /** Calls one of the two functions at `functions` after a sleep of the bridge `util`. */
  #startTimer(ms: number, functions: number): number {
    const util = this.#options.bridges.find((b) => b.name === "util");
    const sleep = util?.methods.find((m) => m.name === "sleep");
    if (!sleep) throw new LlmspellError("method.unavailable", "sleeping and timers need the bridge util");
    return this.#pending.callback(Promise.resolve(this.#options.host.call(sleep.ref, [ms])), functions);
  }
}

export function isPromise(value: unknown): value is Promise<ScriptValue> {
  return (
    value instanceof Promise ||
    (typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function")
  );
}

function decodeUtf8(bytes: ScriptValue, fatal: boolean, ignoreBOM: boolean): string {
  if (!(bytes instanceof Uint8Array)) throw new LlmspellError("input.invalid", "TextDecoder.decode wants bytes");
  try {
    return new TextDecoder("utf-8", { fatal, ignoreBOM }).decode(bytes);
  } catch (cause) {
    throw new LlmspellError("parse.invalid", "the bytes are not valid UTF-8", { cause });
  }
}
