/** Cancels what a function of the script calls, once nobody waits for it any more. Costs nothing until the function calls something. */
export class Stop {
  #controller: AbortController | undefined;

  get signal(): AbortSignal {
    return (this.#controller ??= new AbortController()).signal;
  }

  /** Abort it only at points that a replay comes to again: after another call's end. */
  abort(reason: Error): void {
    (this.#controller ??= new AbortController()).abort(reason);
  }
}
