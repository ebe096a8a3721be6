import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { LlmspellError } from "../errors.ts";
import { RECORDING_BEGINNING } from "./recording.ts";

/** A recording on its way to a file. Its owner disposes of it. */
export class RecordingFile implements Disposable {
  readonly #file: string;
  #descriptor: number | undefined;
  /** Why it is incomplete. */
  failure: LlmspellError | undefined;

  /**
   * Makes the file, readable for the user alone, or writes over an earlier recording. Throws `store.unavailable`; and
   * `usage.invalid` for a file that is something else.
   */
  constructor(file: string) {
    this.#file = file;
    try {
      this.#descriptor = openSync(file, "a+", 0o600);
    } catch (cause) {
      throw unwritable(file, cause as NodeJS.ErrnoException);
    }
    const stat = fstatSync(this.#descriptor);
    if (!stat.isFile() || stat.size === 0) return;
    if (!this.#isRecording()) {
      this[Symbol.dispose]();
      throw new LlmspellError("usage.invalid", `${file} exists and is no recording`, {
        hint: "Name another file, or delete it first.",
      });
    }
    ftruncateSync(this.#descriptor);
  }

  #isRecording(): boolean {
    const beginning = Buffer.alloc(RECORDING_BEGINNING.length);
    readSync(this.#descriptor as number, beginning, 0, beginning.length, 0);
    return beginning.toString("latin1") === RECORDING_BEGINNING;
  }

  /** After a failure nothing more is written: what stands there is a recording that was cut off. */
  write(lines: string): void {
    if (this.#descriptor === undefined || lines === "") return;
    try {
      const bytes = Buffer.from(lines);
      for (let written = 0; written < bytes.length;)
        written += writeSync(this.#descriptor, bytes, written, bytes.length - written);
    } catch (cause) {
      this.failure = unwritable(this.#file, cause as NodeJS.ErrnoException);
      this[Symbol.dispose]();
    }
  }

  [Symbol.dispose](): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

function unwritable(file: string, cause: NodeJS.ErrnoException): LlmspellError {
  const isFull = cause.code === "ENOSPC" || cause.code === "EDQUOT";
  const why =
    cause.code === "ENOENT" ? "its folder does not exist" : isFull ? "no space is left" : (cause.code ?? cause.message);
  return new LlmspellError(
    isFull ? "store.full" : "store.unavailable",
    `the recording ${file} cannot be written: ${why}`,
    {
      cause,
      hint: isFull ? "What was written before is kept." : "Check the path and its permissions.",
      details: { file },
    },
  );
}
