/** Spells that may run at once on one level of a run. Each has a VM of its own, so this bounds a run's memory. */
const MAX_AT_ONCE = 4;

/** Places for spells that a run runs, by level: a spell waits only for places below its own, so that none waits for itself. */
export class ChildSlots {
  readonly #taken: number[] = [];
  readonly #waiting: (() => void)[][] = [];

  /** Resolves when there is a place on a level; `release` gives it back. */
  async take(level: number): Promise<void> {
    if ((this.#taken[level] ?? 0) >= MAX_AT_ONCE) {
      await new Promise<void>((resolve) => void (this.#waiting[level] ??= []).push(resolve));
      return;
    }
    this.claim(level);
  }

  /** Takes a place whether there is one or not. */
  claim(level: number): void {
    this.#taken[level] = (this.#taken[level] ?? 0) + 1;
  }

  release(level: number): void {
    const next = this.#waiting[level]?.shift();
    if (next) next();
    else this.#taken[level] = (this.#taken[level] ?? 1) - 1;
  }
}
