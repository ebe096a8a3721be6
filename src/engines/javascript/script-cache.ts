import type { ScriptSource } from "../../engine/vm.ts";

/** A script that was compiled before: bytecode of the engine's own making, which no script can supply. */
export interface CachedScript {
  /** Without types. */
  source: string;
  bytecode: Uint8Array;
}

/** Compiled scripts by file and source; the one unused for longest goes first. */
export class ScriptCache {
  readonly #size: number;
  readonly #entries = new Map<string, CachedScript>();
  readonly #stripped = new Map<string, string>();

  constructor(size: number) {
    this.#size = size;
  }

  get(script: ScriptSource): CachedScript | undefined {
    const key = keyOf(script);
    const entry = this.#entries.get(key);
    if (entry) {
      this.#entries.delete(key);
      this.#entries.set(key, entry);
    }
    return entry;
  }

  set(script: ScriptSource, entry: CachedScript): void {
    if (this.#size === 0) return;
    this.#entries.set(keyOf(script), entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#size && oldest !== undefined) this.#entries.delete(oldest);
  }

  /** The same text without types: `strip` runs once for each text, whatever runs it is in. */
  stripped(code: string, strip: () => string): string {
    if (this.#size === 0) return strip();
    const known = this.#stripped.get(code);
    if (known !== undefined) this.#stripped.delete(code);
    const plain = known ?? strip();
    this.#stripped.set(code, plain);
    const [oldest] = this.#stripped.keys();
    if (this.#stripped.size > this.#size && oldest !== undefined) this.#stripped.delete(oldest);
    return plain;
  }
}

function keyOf({ file, code }: ScriptSource): string {
  return `${file}\0${code}`;
}
