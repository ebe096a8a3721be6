import { LlmspellError, type ScriptFrame } from "../../../errors.ts";

/** Most lines with an error that are collected; a source with more is not read further. */
const MOST_PROBLEMS = 10;

/** Thrown when a source has too many errors to go on. */
export class Bailout extends Error {}

interface Problem {
  message: string;
  at: number;
  line: number;
}

/** The errors of one source, at most one a line: what follows an error in its line is mostly its consequence. */
export class Problems {
  readonly #source: Source;
  readonly #found: Problem[] = [];

  constructor(source: Source) {
    this.#source = source;
  }

  add(at: number, message: string): void {
    const { line } = this.#source.position(at);
    if (this.#found.at(-1)?.line === line) return;
    if (this.#found.length > MOST_PROBLEMS) throw new Bailout();
    this.#found.push({ message, at, line });
  }

  /** All of them as one error at the first, undefined where there is none. */
  toError(): LlmspellError | undefined {
    const [first, ...rest] = this.#found.toSorted((a, b) => a.at - b.at);
    if (!first) return undefined;
    const more =
      rest.length === 0 ? "" : rest.length === 1 ? " (and 1 more error)" : ` (and ${rest.length} more errors)`;
    return new LlmspellError("script.syntax", `${first.message}${more}`, {
      frames: [this.#source.frame(first.at)],
      details: { phase: "parse" },
    });
  }
}

/** A source text with its name: turns offsets into positions. */
export class Source {
  readonly file: string;
  readonly code: string;
  readonly #lineStarts: number[] = [0];

  constructor(file: string, code: string) {
    this.file = file;
    this.code = code;
    for (let at = code.indexOf("\n"); at >= 0; at = code.indexOf("\n", at + 1)) this.#lineStarts.push(at + 1);
  }

  /** Line and column from 1; columns count bytes of UTF-8, as Tengo's do. */
  position(at: number): { line: number; column: number } {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] as number) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: Buffer.byteLength(this.code.slice(this.#lineStarts[low], at)) + 1 };
  }

  frame(at: number): ScriptFrame {
    return { file: this.file, ...this.position(at) };
  }
}
