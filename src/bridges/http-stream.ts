import { LlmspellError } from "../errors.ts";
import { type OpenResponse, bodyParts } from "./http-send.ts";

export type PartKind = "text" | "bytes" | "lines";

/** A body that is read part by part. */
export class HttpStream {
  readonly #parts: AsyncGenerator<string | Uint8Array>;
  #reading = false;

  constructor(open: OpenResponse, as: PartKind) {
    const bytes = bodyParts(open, true);
    this.#parts = as === "bytes" ? bytes : as === "text" ? texts(bytes) : lines(texts(bytes));
  }

  /** The next part, null at the end. */
  async next(): Promise<string | Uint8Array | null> {
    if (this.#reading)
      throw new LlmspellError("http.network", "the stream is already being read by another task", { retryable: false });
    this.#reading = true;
    try {
      const { done, value } = await this.#parts.next();
      return done ? null : value;
    } finally {
      this.#reading = false;
    }
  }

  async close(): Promise<void> {
    await this.#parts.return(undefined);
  }
}

async function* texts(parts: AsyncGenerator<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const part of parts) {
    const text = decoder.decode(part, { stream: true });
    if (text !== "") yield text;
  }
  const rest = decoder.decode();
  if (rest !== "") yield rest;
}

const MAX_LINE = 10 * 1024 * 1024;

/** Lines without their ends, which are LF or CR LF. */
async function* lines(parts: AsyncGenerator<string>): AsyncGenerator<string> {
  let begun: string[] = [];
  let length = 0;
  for await (const part of parts) {
    const [first, ...others] = part.split("\n") as [string, ...string[]];
    begun.push(first);
    length += first.length;
    if (length > MAX_LINE)
      throw new LlmspellError("value.too_large", `a line of the answer is longer than ${MAX_LINE}`);
    for (const other of others) {
      yield begun.join("").replace(/\r$/, "");
      begun = [other];
      length = other.length;
    }
  }
  const last = begun.join("");
  if (last !== "") yield last;
}
