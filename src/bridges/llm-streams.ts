import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { type HandleDefinition, handleMethod } from "../bridge/define-bridge.ts";
import { LlmspellError } from "../errors.ts";
import type { ModelResponse, StreamEvent } from "../models/types.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { toAnswer, toData } from "./llm-answer.ts";
import { answer, answerData, type AnswerData } from "./llm-schemas.ts";

/** What a script's handle holds. */
export interface StreamState {
  id: string;
}

/** An answer on its way. */
class OpenStream {
  readonly #events: AsyncGenerator<StreamEvent>;
  #first: StreamEvent | undefined;
  #reading = false;
  response: ModelResponse | undefined;

  private constructor(events: AsyncGenerator<StreamEvent>) {
    this.#events = events;
  }

  /** Waits for the first event, so that a refused request fails where it is made. */
  static async start(events: AsyncGenerator<StreamEvent>): Promise<OpenStream> {
    const stream = new OpenStream(events);
    const first = await events.next();
    if (!first.done) stream.#first = first.value;
    return stream;
  }

  /** The next piece of text, null at the end. */
  async next(ctx: CallContext): Promise<string | null> {
    if (this.#reading) throw new LlmspellError("input.invalid", "the stream is already being read by another task");
    this.#reading = true;
    try {
      for (;;) {
        const event = this.#first ?? ((await this.#events.next()).value as StreamEvent | undefined);
        this.#first = undefined;
        if (event?.type === "text") return event.text;
        if (event?.type === "finish") {
          this.response = event.response;
          const { usage, cost } = event.response;
          ctx.call("llm", "account", [{ usage, cost } as unknown as ScriptValue]);
        }
        if (event === undefined) return null;
      }
    } finally {
      this.#reading = false;
    }
  }

  async close(): Promise<void> {
    await this.#events.return(undefined);
  }
}

const STREAMS = {};

function openStreams(ctx: CallContext): Map<string, OpenStream> {
  return ctx.own(STREAMS, () => new Map<string, OpenStream>());
}

/** Keeps a stream for the run; answers its id. */
export async function openStream(ctx: CallContext, events: AsyncGenerator<StreamEvent>): Promise<string> {
  const stream = await OpenStream.start(events);
  const id = randomUUID();
  openStreams(ctx).set(id, stream);
  return id;
}

function streamOf(ctx: CallContext, { id }: StreamState): OpenStream {
  const stream = openStreams(ctx).get(id);
  if (stream) return stream;
  throw new LlmspellError("provider.network", "the stream broke off when the run was continued", {
    retryable: false,
    hint: "Ask again.",
  });
}

/** `llm.stream`: an answer that is read piece by piece. */
export const streamHandle: HandleDefinition = {
  summary: "An answer that is read piece by piece: iterate over it for its text.",
  iterator: "next",
  methods: {
    next: handleMethod<StreamState>()({
      summary: "Waits for the next piece of text; nil at the end.",
      input: {},
      output: z.string().nullable(),
      effect: "read",
      run: (_, ctx, { state }) => streamOf(ctx, state).next(ctx),
    }),
    response: handleMethod<StreamState>()({
      summary: "Reads to the end and answers like `complete`: the whole text, usage, tool calls.",
      input: {},
      output: answer,
      effect: "local",
      run: async (_, ctx, self) => toAnswer((await ctx.call("llm.stream", "finish", [self])) as unknown as AnswerData),
    }),
    finish: handleMethod<StreamState>()({
      summary: "Reads to the end.",
      input: {},
      output: answerData,
      effect: "read",
      internal: true,
      async run(_, ctx, { state }) {
        const stream = streamOf(ctx, state);
        while (!stream.response && (await stream.next(ctx)) !== null);
        if (!stream.response)
          throw new LlmspellError("provider.network", "the stream was closed before its end", { retryable: false });
        return toData(stream.response);
      },
    }),
    close: handleMethod<StreamState>()({
      summary: "Ends the answer and its request.",
      input: {},
      output: z.null(),
      effect: "local",
      async run(_, ctx, { state }) {
        await openStreams(ctx).get(state.id)?.close();
        return null;
      },
    }),
  },
};
