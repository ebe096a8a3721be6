import { LlmspellError } from "../../errors.ts";

const MB = 1024 * 1024;
export const MAX_ENTRIES = 10_000;
/** Bytes of everything in an archive, unpacked. */
const MAX_TOTAL = 100 * MB;
/** Unpacked bytes for each packed one, beyond the first 10 MB. Texts reach 20, logs 100. */
const MAX_RATIO = 200;
const RATIO_FREE = 10 * MB;

/** Counts what an archive unpacks to. Throws `tool.unsafe` past what is sound. */
export class UnpackBudget {
  readonly path: string;
  /** Most bytes that may come out. */
  readonly maxBytes: number;
  #entries = 0;
  #bytes = 0;

  constructor(path: string, packedBytes: number) {
    this.path = path;
    this.maxBytes = Math.min(MAX_TOTAL, Math.max(RATIO_FREE, packedBytes * MAX_RATIO));
  }

  addEntry(): void {
    if (++this.#entries > MAX_ENTRIES) throw this.tooMuch(`holds more than ${MAX_ENTRIES} entries`);
  }

  addBytes(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.maxBytes) throw this.tooMuch();
  }

  tooMuch(what = `unpacks to more than ${Math.floor(this.maxBytes / MB)} MB`): LlmspellError {
    return new LlmspellError("tool.unsafe", `the archive "${this.path}" ${what}`, {
      details: { path: this.path },
      hint: `An archive may unpack to ${MAX_TOTAL / MB} MB and to ${MAX_RATIO} times its size; unpack this one by hand if you trust it.`,
    });
  }
}
