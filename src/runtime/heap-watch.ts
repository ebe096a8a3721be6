import { setTimeout as delay } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import type { Meter } from "./meter.ts";

/** Bytes that garbage and working memory may take besides what the run may make the host hold. */
const SLACK = 64 * 1024 * 1024;
/** The same of memory outside of the heap: of an image at its largest, and of buffers that were outgrown. */
const OUTSIDE_SLACK = 320 * 1024 * 1024;

/** In which a worker between two calls begins to collect. */
const COLLECT_MS = 5;

/** Growth after which the worker is asked to collect garbage again. */
const STEP = 16 * 1024 * 1024;

const NOTHING: Memory = { heap: 0, outside: 0 };
const KINDS = ["heap", "outside"] as const;

/** Bytes of a worker. */
interface Memory {
  heap: number;
  /** Buffers and the memories of VMs. */
  outside: number;
}

/**
 * Looks at a worker's memory while it stays in one VM, host calls included, or out of all of them: what it grows by
 * meanwhile is the doing of that run, or of those that wait. Helpers bound their own results; this bounds what they need
 * on the way. Half way to the bound the worker is asked to collect garbage between two calls, so that many small calls
 * are not taken for a large one.
 */
export class HeapWatch {
  readonly #worker: Worker;
  readonly #meter: Meter;
  #entry: number | undefined;
  #base: Memory | undefined;
  #askedAt: Memory = NOTHING;
  #asking = false;

  constructor(worker: Worker, meter: Meter) {
    this.#worker = worker;
    this.#meter = meter;
  }

  /**
   * To be called again and again while the VM of `ticket` runs (0: none does); `exceeded` when the heap has grown by more
   * than `bytes`, or what lies outside of it by more than that and `vmBytes`, beyond a slack, and is that large still
   * after the worker had the chance to collect garbage.
   */
  look(ticket: number, { bytes, vmBytes = 0 }: { bytes: number; vmBytes?: number }, exceeded: () => void): void {
    const entry = this.#meter.entry();
    if (entry !== this.#entry) {
      this.#entry = entry;
      this.#base = undefined;
      this.#askedAt = NOTHING;
    }
    if (this.#asking) return;
    this.#asking = true;
    const most = { heap: bytes + SLACK, outside: bytes + vmBytes + OUTSIDE_SLACK };
    const same = () => this.#meter.running() === ticket && this.#meter.entry() === entry;
    void this.#judge(most, same, exceeded).finally(() => {
      this.#asking = false;
    });
  }

  async #judge(most: Memory, same: () => boolean, exceeded: () => void): Promise<void> {
    const used = await this.#used();
    if (used === undefined || !same()) return;
    const base = (this.#base = this.#base ? least(this.#base, used) : used);
    const isHalf = KINDS.some(
      (kind) => used[kind] - base[kind] >= most[kind] / 2 && Math.abs(used[kind] - this.#askedAt[kind]) >= STEP,
    );
    if (!isHalf) return;
    this.#askedAt = used;
    this.#meter.askToCollect();
    if (!isMore(used, base, most)) return;
    await delay(COLLECT_MS);
    const left = await this.#used();
    if (left && isMore(left, base, most) && same()) exceeded();
  }

  /** Undefined when the worker has ended. */
  async #used(): Promise<Memory | undefined> {
    try {
      const { used_heap_size: heap, external_memory: outside } = await this.#worker.getHeapStatistics();
      return { heap, outside };
    } catch {
      return undefined;
    }
  }
}

function least(one: Memory, other: Memory): Memory {
  return { heap: Math.min(one.heap, other.heap), outside: Math.min(one.outside, other.outside) };
}

function isMore(used: Memory, base: Memory, most: Memory): boolean {
  return KINDS.some((kind) => used[kind] - base[kind] > most[kind]);
}
