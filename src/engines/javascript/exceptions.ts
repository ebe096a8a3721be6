import { LlmspellError, toLlmspellError } from "../../errors.ts";
import { GuestException, type Decoder } from "./decode.ts";
import type { Encoder } from "./encode.ts";
import { OutOfGuestMemory, TAG, type Guest } from "./guest.ts";

/** What crossing errors asks of a VM. */
export interface ExceptionHost {
  readonly dead: LlmspellError | undefined;
  decoder(lenient: boolean): Decoder;
  encoder(): Encoder;
  /** Whether the VM's memory is nearly as large as it may be. */
  isFull(): boolean;
  /** Ends the VM for a host-level throw or a final error; answers the error that it ends with. */
  end(thrown: unknown): LlmspellError;
}

/** Errors on their way between a VM and its host. */
export class Exceptions {
  readonly #guest: Guest;
  readonly #host: ExceptionHost;

  constructor(guest: Guest, host: ExceptionHost) {
    this.#guest = guest;
    this.#host = host;
  }

  /** The guest's pending exception as an error. */
  take(): LlmspellError {
    const guest = this.#guest;
    const top = guest.top;
    const slot = guest.push();
    guest.raw.getException(guest.ctx, slot);
    try {
      return this.read(slot);
    } finally {
      guest.free(slot);
      guest.top = top;
    }
  }

  /** The thrown thing in `slot` as an error, whatever the script has done to its own globals. */
  read(slot: number): LlmspellError {
    const guest = this.#guest;
    // QuickJS throws null when it lacks the memory for an error object.
    if (guest.tag(slot) === TAG.null && this.#host.isFull()) return outOfMemory();
    try {
      return this.#host.decoder(false).error(slot);
    } catch (thrown) {
      if (thrown instanceof OutOfGuestMemory) return outOfMemory();
      if (!(thrown instanceof GuestException)) throw thrown;
      guest.raw.getException(guest.ctx, guest.top);
      guest.free(guest.top);
      return this.#host.isFull()
        ? outOfMemory()
        : new LlmspellError("script.error", "the script threw something that cannot be read");
    }
  }

  /** What a throw within a conversion means to the host; rethrows what ends the VM. */
  explain(thrown: unknown): LlmspellError {
    if (this.#host.dead || isHostFailure(thrown)) throw thrown;
    if (thrown instanceof GuestException) return this.take();
    if (thrown instanceof OutOfGuestMemory) return outOfMemory();
    if (LlmspellError.is(thrown)) return thrown;
    throw thrown;
  }

  /** Throws into the guest what a host call threw; only a final or a host-level error goes on as a host exception. */
  raise(thrown: unknown, slot: number): void {
    if (this.#host.dead) throw thrown;
    const guest = this.#guest;
    if (thrown instanceof OutOfGuestMemory) {
      guest.raw.throwOutOfMemory(guest.ctx, slot);
    } else if (!(thrown instanceof GuestException)) {
      if (isHostFailure(thrown)) throw this.#host.end(thrown);
      const error = toLlmspellError(thrown);
      if (error.final) throw this.#host.end(error);
      this.#raiseError(error, slot);
    }
    guest.set(slot, TAG.exception);
  }

  #raiseError(error: LlmspellError, slot: number): void {
    const guest = this.#guest;
    const value = guest.push();
    try {
      this.#host.encoder().encode(error, value);
    } catch (thrown) {
      if (LlmspellError.is(thrown)) {
        // Its details cannot cross: the rest of it does.
        this.#raiseError(
          new LlmspellError(error.code, error.message.slice(0, 1000), { retryable: error.retryable }),
          slot,
        );
      } else {
        this.raise(thrown, slot);
      }
      return;
    }
    guest.raw.throw(guest.ctx, value, slot);
  }
}

export function outOfMemory(): LlmspellError {
  return new LlmspellError("limit.memory", "out of memory");
}

/** A failure of the host itself within a call: the VM's state is no longer sure. */
function isHostFailure(thrown: unknown): boolean {
  return (
    (thrown instanceof RangeError && /call stack/.test(thrown.message)) || thrown instanceof WebAssembly.RuntimeError
  );
}
