import { LlmspellError } from "../errors.ts";

/** Pauses, resumes and cancels a workflow that runs. A pause takes hold before the next step. */
export class RunControl {
  readonly #stop = new AbortController();
  #gate: PromiseWithResolvers<void> | undefined;

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get isPaused(): boolean {
    return this.#gate !== undefined;
  }

  /** False: it was paused, or is over, already. */
  pause(): boolean {
    if (this.#gate || this.signal.aborted) return false;
    this.#gate = Promise.withResolvers<void>();
    return true;
  }

  resume(): boolean {
    if (!this.#gate) return false;
    this.#gate.resolve();
    this.#gate = undefined;
    return true;
  }

  cancel(reason?: string): boolean {
    if (this.signal.aborted) return false;
    this.#stop.abort(new LlmspellError("workflow.cancelled", reason ?? "the workflow was cancelled"));
    this.resume();
    return true;
  }

  /** Resolves once steps may go on; undefined where they may at once. */
  gate(): Promise<void> | undefined {
    return this.#gate?.promise;
  }
}
