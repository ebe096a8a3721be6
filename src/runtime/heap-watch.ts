import { setTimeout as delay } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import type { Meter } from "./meter.ts";

/** Bytes that garbage and working memory may take besides what the run may make the host hold. */
const SLACK = 64 * 1024 * 1024;

/** In which a worker between two calls begins to collect. */
const COLLECT_MS = 5;

/** Growth after which the worker is asked to collect garbage again. */
const STEP = 16 * 1024 * 1024;

/**
 * Looks at a worker's heap while it stays in one VM, host calls included: what it grows by meanwhile is that run's
 * doing. Helpers bound their own results; this bounds what they need on the way. Half way to the bound the worker is
 * asked to collect garbage between two calls, so that many small calls are not taken for a large one.
 */
export class HeapWatch {
  readonly #worker: Worker;
  readonly #meter: Meter;
  #entry: number | undefined;
  #base: number | undefined;
  #askedAt = 0;
  #asking = false;

  constructor(worker: Worker, meter: Meter) {
    this.#worker = worker;
    this.#meter = meter;
  }

  /**
   * To be called again and again while the VM of `ticket` (0: none) runs; `exceeded` when the heap has grown by more
   * than `bytes` and a slack, and is that large still after the worker had the chance to collect garbage.
   */
  look(ticket: number, bytes: number, exceeded: () => void): void {
    const entry = this.#meter.entry();
    if (entry !== this.#entry) {
      this.#entry = entry;
      this.#base = undefined;
      this.#askedAt = 0;
    }
    if (this.#asking) return;
    this.#asking = true;
    void this.#judge(
      bytes + SLACK,
      () => this.#meter.running() === ticket && this.#meter.entry() === entry,
      exceeded,
    ).finally(() => {
      this.#asking = false;
    });
  }

  async #judge(most: number, same: () => boolean, exceeded: () => void): Promise<void> {
    const used = await this.#used();
    if (used === undefined || !same()) return;
    const base = (this.#base = Math.min(this.#base ?? used, used));
    if (used - base < most / 2 || Math.abs(used - this.#askedAt) < STEP) return;
    this.#askedAt = used;
    this.#meter.askToCollect();
    if (used - base < most) return;
    await delay(COLLECT_MS);
    const left = await this.#used();
    if (left !== undefined && left - base > most && same()) exceeded();
  }

  /** Bytes of the worker's heap; undefined when it has ended. */
  async #used(): Promise<number | undefined> {
    try {
      return (await this.#worker.getHeapStatistics()).used_heap_size;
    } catch {
      return undefined;
    }
  }
}
