import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { type HandleDefinition, handleMethod } from "../bridge/define-bridge.ts";
import { LlmspellError } from "../errors.ts";
import { addUsage, type Usage } from "../journal/journal.ts";
import type { ScriptValue } from "../values/script-value.ts";
import type { ModelRequest, ModelResponse, StreamEvent } from "../models/types.ts";
import { toAnswer, toData } from "./llm-answer.ts";
import { answer, answerData, type AnswerData } from "./llm-schemas.ts";
import type { StreamEvents } from "./model-calls.ts";
import type { WatchedStream } from "./watched-stream.ts";
import { difference, estimatedPiece, estimatedUsage, usageOf } from "./llm-spend.ts";

/** What a script's handle holds. */
export interface StreamState {
  /** The stream's id, once its request was answered. */
  opened: Promise<{ id: string }>;
  events: StreamEvents;
}

/** What it holds where hooks or guardrails stand between the model and the script. */
export interface WatchedState {
  watched: WatchedStream;
}

type AnyState = StreamState | WatchedState;

/** An answer on its way. Each reading books what it brought, as counted here; the end books the difference to the provider's own figures. */
class OpenStream {
  readonly #request: ModelRequest;
  readonly #events: AsyncGenerator<StreamEvent>;
  #first: StreamEvent | undefined;
  #booked: Usage | undefined;
  #reading = false;
  #taken = false;
  response: ModelResponse | undefined;

  private constructor(request: ModelRequest, events: AsyncGenerator<StreamEvent>) {
    this.#request = request;
    this.#events = events;
  }

  /** Waits for the first event: until then the call may be tried again, or refused. */
  static async start(request: ModelRequest, events: AsyncGenerator<StreamEvent>): Promise<OpenStream> {
    const stream = new OpenStream(request, events);
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
        if (event === undefined) return null;
        if (event.type === "finish") {
          this.response = event.response;
          ctx.spend(difference(usageOf(event.response), this.#booked ?? {}));
        } else if (event.type === "text") {
          if (!this.#booked) this.#book(estimatedUsage(this.#request, ctx, 0), ctx);
          this.#book(estimatedPiece(this.#request, ctx, event.text), ctx);
          return event.text;
        }
      }
    } finally {
      this.#reading = false;
    }
  }

  /** The whole answer, the first time that it is asked for after the end. */
  takeAnswer(): AnswerData | null {
    if (!this.response || this.#taken) return null;
    this.#taken = true;
    return toData(this.response);
  }

  #book(used: Usage, ctx: CallContext): void {
    this.#booked = addUsage(this.#booked, used);
    ctx.spend(used);
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
export async function openStream(
  ctx: CallContext,
  request: ModelRequest,
  events: AsyncGenerator<StreamEvent>,
): Promise<string> {
  const stream = await OpenStream.start(request, events);
  const id = randomUUID();
  openStreams(ctx).set(id, stream);
  return id;
}

async function streamOf(ctx: CallContext, { opened }: StreamState): Promise<OpenStream> {
  const { id } = await opened;
  const stream = openStreams(ctx).get(id);
  if (stream) return stream;
  throw new LlmspellError("provider.network", "the stream broke off when the run was continued", {
    retryable: false,
    hint: "Ask again.",
  });
}

function closedEarly(): LlmspellError {
  return new LlmspellError("provider.network", "the stream was closed before its end", { retryable: false });
}

/** Emits how the answer ended, where nothing else does. */
async function told(
  state: AnyState,
  ctx: CallContext,
  read: () => ScriptValue | Promise<ScriptValue>,
): Promise<ScriptValue> {
  if (!("events" in state)) return read();
  try {
    const value = await read();
    if (typeof value === "object" && value !== null) state.events.finished(ctx, value as unknown as AnswerData);
    return value;
  } catch (error) {
    state.events.failed(ctx, error);
    throw error;
  }
}

/** `llm.stream`: an answer that is read piece by piece. */
export const streamHandle: HandleDefinition = {
  summary: "An answer that is read piece by piece: iterate over it for its text.",
  iterator: "next",
  leave: "close",
  methods: {
    next: handleMethod<AnyState>()({
      summary:
        "Waits for the next piece of text; nil at the end. Fails as `complete` does where the request was refused.",
      input: {},
      output: z.string().nullable(),
      effect: "local",
      async run(_, ctx, self) {
        const piece = await told(self.state, ctx, () => ctx.call("llm.stream", "piece", [self]));
        if (typeof piece !== "string") return null;
        if ("events" in self.state) self.state.events.piece(ctx, piece);
        return piece;
      },
    }),
    piece: handleMethod<AnyState>()({
      summary: "The next piece of text; at the end the whole answer, once, and nil.",
      input: {},
      output: z.union([z.string(), answerData]).nullable(),
      effect: "read",
      internal: true,
      partOfCall: true,
      async run(_, ctx, { state, replayedCalls }) {
        if ("watched" in state) return state.watched.next(replayedCalls);
        const stream = await streamOf(ctx, state);
        return (await stream.next(ctx)) ?? stream.takeAnswer();
      },
    }),
    response: handleMethod<AnyState>()({
      summary: "Reads to the end and answers like `complete`: the whole text, usage, tool calls.",
      input: {},
      output: answer,
      effect: "local",
      run: async (_, ctx, self) =>
        toAnswer(
          (await told(self.state, ctx, () => ctx.call("llm.stream", "finish", [self]))) as unknown as AnswerData,
        ),
    }),
    finish: handleMethod<AnyState>()({
      summary: "Reads to the end.",
      input: {},
      output: answerData,
      effect: "read",
      internal: true,
      async run(_, ctx, { state }) {
        if ("watched" in state) return state.watched.answer;
        const stream = await streamOf(ctx, state);
        while (!stream.response && (await stream.next(ctx)) !== null);
        if (!stream.response) throw closedEarly();
        return toData(stream.response);
      },
    }),
    close: handleMethod<AnyState>()({
      summary: "Ends the answer and its request. What it brought so far stays booked, as counted here.",
      input: {},
      output: z.null(),
      effect: "local",
      async run(_, ctx, { state }) {
        if ("watched" in state) {
          state.watched.close();
          return null;
        }
        state.events.failed(ctx, closedEarly());
        const opened = await state.opened.catch(() => undefined);
        if (opened) await openStreams(ctx).get(opened.id)?.close();
        return null;
      },
    }),
  },
};
