import type { Worker } from "node:worker_threads";
import type { Meter } from "./meter.ts";

/**
 * Tells whether a worker is stuck in the host's own code, where no VM is to blame: what follows a call that waits (a
 * reply that is parsed, an offline model) runs outside of any VM.
 */
export class LoopWatch {
  readonly #worker: Worker;
  readonly #meter: Meter;
  #state = "";
  #since = 0;

  constructor(worker: Worker, meter: Meter) {
    this.#worker = worker;
    this.#meter = meter;
  }

  /** Changes whenever the worker's event loop has been idle or has entered a VM. */
  state(): string {
    const { idle } = this.#worker.performance.eventLoopUtilization();
    return `${idle} ${this.#meter.entry()} ${this.#meter.running()}`;
  }

  /** Milliseconds for which the worker has done one thing, as far as calls of this method tell; 0 in a VM and where it did another. */
  stuckMs(now: number): number {
    const state = this.state();
    if (state !== this.#state || this.#meter.running() !== 0) {
      this.#state = state;
      this.#since = now;
    }
    return now - this.#since;
  }
}
