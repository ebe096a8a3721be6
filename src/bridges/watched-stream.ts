import type { CallContext } from "../bridge/call-context.ts";
import { LlmspellError } from "../errors.ts";
import type { ModelRequest } from "../models/types.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";
import type { AnswerData } from "./llm-schemas.ts";
import { streamModel } from "./model-calls.ts";

/** A streamed answer that hooks and guardrails see before it is read: it comes in by itself, and is kept until it is read. */
export class WatchedStream {
  readonly answer: Promise<AnswerData>;
  readonly #ctx: CallContext;
  readonly #pieces: string[] = [];
  #wake: (() => void) | undefined;
  #over = false;
  #closed = false;
  /** How many pieces were read, those that a replay answered included. */
  #read = 0;
  #came = 0;

  constructor(ctx: CallContext, request: ModelRequest) {
    this.#ctx = ctx;
    this.answer = streamModel(ctx, request, ({ type, text = "" }) => (type === "text" ? this.#add(text) : undefined));
    this.answer.catch(() => undefined);
    const end = () => {
      this.#over = true;
      this.#wake?.();
    };
    this.answer.then(end, end);
  }

  /** The next piece, null at the end. `replayed`: how many readings came from the journal. Rejects as the answer does. */
  async next(replayed: number): Promise<string | null> {
    this.#read = Math.max(this.#read, replayed);
    for (;;) {
      const first = this.#came - this.#pieces.length;
      for (const read of this.#pieces.splice(0, Math.max(0, this.#read - first))) this.#ctx.charge(-sizeOf(read));
      const piece = this.#pieces.shift();
      if (piece !== undefined) {
        this.#ctx.charge(-sizeOf(piece));
        this.#read += 1;
        return piece;
      }
      if (this.#closed) return null;
      if (this.#over) {
        await this.answer;
        return null;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Ends the answer with its next piece. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  #add(text: string): ScriptValue {
    if (this.#closed)
      throw new LlmspellError("provider.network", "the stream was closed before its end", { retryable: false });
    this.#ctx.charge(sizeOf(text));
    this.#pieces.push(text);
    this.#came += 1;
    this.#wake?.();
    return null;
  }
}
