import { LlmspellError } from "../../errors.ts";

/**
 * A signal that aborts when its parent does or when time is up, and says which. Call `dispose` at the end: it frees the
 * timer and the listener.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal;
  readonly #follow = (): void => this.#controller.abort(this.#parent.reason);
  #timer: NodeJS.Timeout | undefined;
  #armedFor = Infinity;
  #due = Infinity;
  #expired = false;

  constructor(parent: AbortSignal, milliseconds: number) {
    this.#parent = parent;
    if (parent.aborted) this.#follow();
    else parent.addEventListener("abort", this.#follow, { once: true });
    this.restart(milliseconds);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** True when time was up, rather than the parent aborted. */
  get expired(): boolean {
    return this.#expired;
  }

  /** Gives the deadline another span from now on; Infinity suspends it. Cheap: a timer that is set already is left to find out. */
  restart(milliseconds: number): void {
    this.#due = performance.now() + milliseconds;
    if (this.#due < this.#armedFor && !this.signal.aborted) this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#armedFor = this.#due;
    this.#timer = setTimeout(() => this.#check(), Math.max(0, this.#due - performance.now()));
  }

  #check(): void {
    this.#armedFor = Infinity;
    if (this.#due === Infinity) return;
    // Node's timers may fire up to a millisecond early.
    if (this.#due - performance.now() > 1) return this.#arm();
    this.#expired = true;
    this.#controller.abort(new LlmspellError("provider.timeout", "time is up"));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#parent.removeEventListener("abort", this.#follow);
  }
}

/** What a call rejects with when its signal aborted: the reason, when it is one of ours, else `run.aborted`. */
export function abortError(signal: AbortSignal): LlmspellError {
  const reason: unknown = signal.reason;
  if (LlmspellError.is(reason)) return reason;
  return new LlmspellError("run.aborted", "the call was cancelled", { cause: reason });
}

/** Rejects as soon as the signal aborts, whatever the promise does. The promise's own late failure is ignored. */
export function raceAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => undefined);
    return Promise.reject(abortError(signal));
  }
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(abortError(signal));
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
