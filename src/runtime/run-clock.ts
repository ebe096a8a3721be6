import type { Journal } from "../journal/journal.ts";
import type { Replay } from "../journal/replay.ts";

/**
 * The clock that a script reads: real time in whole milliseconds, journaled as runs of equal readings, so that a busy
 * loop on the clock costs at most one entry a millisecond.
 */
export class RunClock {
  readonly #journal: Journal;
  readonly #replay: Replay | undefined;
  readonly #parent: number;
  #now = 0;
  #reads = 0;

  /** `parent`: the effect that runs the script, 0 for the run's own. */
  constructor(journal: Journal, replay: Replay | undefined, parent = 0) {
    this.#parent = parent;
    this.#journal = journal;
    this.#replay = replay;
  }

  real(): number {
    return Date.now();
  }

  journaled(): number {
    const recorded = this.#replay?.readClock(this.#parent);
    if (recorded !== undefined) {
      this.#now = recorded;
      return recorded;
    }
    const now = Math.max(Date.now(), this.#now);
    if (now !== this.#now) this.flush();
    this.#now = now;
    this.#reads += 1;
    return now;
  }

  /** Writes the readings since the last entry. To be called before anything else of the run is journaled away. */
  flush(): void {
    if (this.#reads === 0) return;
    const parent = this.#parent > 0 ? { parent: this.#parent } : {};
    this.#journal.append({ type: "clock", now: this.#now, reads: this.#reads, ...parent });
    this.#reads = 0;
  }
}
