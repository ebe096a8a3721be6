import { encodeEntry } from "../journal/codec.ts";
import { type OutputEntry, joinOutput } from "../journal/journal.ts";

/** Where the lines of a run's journal go, besides the memory of the supervisor. */
export interface JournalSink {
  /** Lines have come since `take`: they are wanted soon. */
  grew(): void;
}

/** The supervisor's copy of one run's journal: what the worker sends, with the output that passes here in its place. */
export class RunRecorder {
  /** All lines so far: enough to continue the run in another worker. */
  readonly #lines: string[];
  #taken = 0;
  /** Output that more may follow of. */
  #output: OutputEntry | undefined;
  sink: JournalSink | undefined;

  /** `lines`: what the run starts with. */
  constructor(lines: readonly string[] = []) {
    this.#lines = [...lines];
    this.#taken = lines.length;
  }

  append(lines: string): void {
    this.#endOutput();
    this.#lines.push(lines);
    this.sink?.grew();
  }

  print(output: OutputEntry): void {
    if (joinOutput(this.#output, output)) return;
    this.#endOutput();
    this.#output = output;
    this.sink?.grew();
  }

  /** Everything so far, as lines. */
  lines(): readonly string[] {
    this.#endOutput();
    return this.#lines;
  }

  /** What came since the last time, for the sink. */
  take(): string {
    this.#endOutput();
    const fresh = this.#lines.slice(this.#taken).join("");
    this.#taken = this.#lines.length;
    return fresh;
  }

  #endOutput(): void {
    if (!this.#output) return;
    this.#lines.push(`${encodeEntry(this.#output)}\n`);
    this.#output = undefined;
  }
}
