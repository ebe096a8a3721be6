import type { ScriptValue } from "../values/script-value.ts";

/** Smaller values are decoded faster than they are looked up. */
const WORTH_CHARS = 2000;
const MAX_CHARS = 8 * 1024 * 1024;

/** Large rows as they were last decoded, for as long as their version is the same. The least recently used give way. */
export class DecodedRows {
  readonly #rows = new Map<string, { version: number; value: ScriptValue; chars: number }>();
  #chars = 0;

  /** The version that is known of a row; -1: none. */
  versionOf(row: string): number {
    return this.#rows.get(row)?.version ?? -1;
  }

  /** Of a row whose version is known. */
  get(row: string): ScriptValue {
    const known = this.#rows.get(row);
    if (!known) return undefined;
    this.#rows.delete(row);
    this.#rows.set(row, known);
    return known.value;
  }

  /** Only committed versions: one that is rolled back is made again, with another value. */
  keep(row: string, version: number, value: ScriptValue, chars: number): void {
    this.#drop(row);
    if (chars < WORTH_CHARS || chars > MAX_CHARS) return;
    this.#rows.set(row, { version, value, chars });
    this.#chars += chars;
    for (const oldest of this.#rows.keys()) {
      if (this.#chars <= MAX_CHARS) break;
      this.#drop(oldest);
    }
  }

  #drop(row: string): void {
    this.#chars -= this.#rows.get(row)?.chars ?? 0;
    this.#rows.delete(row);
  }
}
