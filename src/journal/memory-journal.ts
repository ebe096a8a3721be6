import type { Journal, JournalEntry } from "./journal.ts";

/** A journal that lives as long as its run. Entries not yet taken wait in `takeNew`, for the supervisor's copy. */
export class MemoryJournal implements Journal {
  readonly #entries: JournalEntry[];
  #taken: number;

  /** Starts with what an earlier worker already recorded. */
  constructor(recorded: readonly JournalEntry[] = []) {
    this.#entries = [...recorded];
    this.#taken = recorded.length;
  }

  append(entry: JournalEntry): void {
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
