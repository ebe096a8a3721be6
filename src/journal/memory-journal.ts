import { type Journal, type JournalEntry, joinOutput } from "./journal.ts";

/** A journal in memory. Entries wait in `take` for whoever keeps them elsewhere, or stay as long as their run. */
export class MemoryJournal implements Journal {
  #entries: JournalEntry[] = [];
  readonly #onNew: (waiting: number) => void;

  /** `onNew` tells after each entry how many wait. */
  constructor(onNew: (waiting: number) => void = () => {}) {
    this.#onNew = onNew;
  }

  append(entry: JournalEntry): void {
    if (entry.type === "output" && joinOutput(this.#entries.at(-1), entry)) return;
    // A long run of small texts is a chain of them until somebody looks inside.
    const last = this.#entries.at(-1);
    if (last?.type === "output") last.text.charCodeAt(0);
    this.#entries.push(entry);
    this.#onNew(this.#entries.length);
  }

  /** What was appended and not taken. */
  entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** Takes them out. */
  take(): readonly JournalEntry[] {
    const taken = this.#entries;
    this.#entries = [];
    return taken;
  }
}
