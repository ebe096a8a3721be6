import type { Journal, JournalEntry } from "./journal.ts";

/** A journal that lives as long as its run. Entries not yet taken wait in `takeNew`, for the supervisor's copy. */
export class MemoryJournal implements Journal {
  readonly #entries: JournalEntry[];
  readonly #onNew: () => void;
  #taken: number;

  /** Starts with what an earlier worker already recorded. `onNew` tells that `takeNew` has something again. */
  constructor(recorded: readonly JournalEntry[] = [], onNew: () => void = () => {}) {
    this.#entries = [...recorded];
    this.#onNew = onNew;
    this.#taken = recorded.length;
  }

  append(entry: JournalEntry): void {
    if (this.#taken === this.#entries.length) this.#onNew();
    this.#entries.push(entry);
  }

  entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** What was appended since the last call. */
  takeNew(): readonly JournalEntry[] {
    const fresh = this.#entries.slice(this.#taken);
    this.#taken = this.#entries.length;
    return fresh;
  }
}
