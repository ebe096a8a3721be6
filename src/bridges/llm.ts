import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { handle } from "../bridge/schemas.ts";
import type { ModelRequest } from "../models/types.ts";
import type { Handle, ScriptValue, TextValue } from "../values/script-value.ts";
import { agentConfig } from "./agent-schemas.ts";
import { toAnswer } from "./llm-answer.ts";
import { llmEffects } from "./llm-effects.ts";
import { consensusHandle, consensusMethods } from "./llm-consensus.ts";
import { infoMethods } from "./llm-info.ts";
import { groupHandle, manyMethods } from "./llm-many.ts";
import { mediaMethods } from "./llm-media.ts";
import { poolHandle, poolMethods } from "./llm-pool.ts";
import { toRequest } from "./llm-request.ts";
import { answer, onChunk, options, pieceText, prompt } from "./llm-schemas.ts";
import { sessionHandle, sessionMethods } from "./llm-session.ts";
import { streamHandle, type StreamState, type WatchedState } from "./llm-streams.ts";
import { valueMethods } from "./llm-values.ts";
import { callModel, isWatched, StreamEvents, streamModel } from "./model-calls.ts";
import { WatchedStream } from "./watched-stream.ts";

function complete(name: string, summary: string) {
  return method({
    summary,
    input: { prompt, options: options.optional() },
    output: answer,
    effect: "local",
    async run({ prompt: input, options: more }, ctx) {
      const request = toRequest(input, more, ctx, `llm.${name}`);
      return toAnswer(await callModel(ctx, request));
    },
  });
}

async function streamInto(request: ModelRequest, give: z.output<typeof onChunk>, ctx: CallContext): Promise<TextValue> {
  return toAnswer(await streamModel(ctx, request, (piece) => give(pieceText(piece), piece)));
}

/** The request is on its way when the script gets the stream; its failure is the first reading's. */
function openHandle(request: ModelRequest, ctx: CallContext): Handle<StreamState | WatchedState> {
  if (isWatched(ctx)) return ctx.handle("llm.stream", { watched: new WatchedStream(ctx, request) });
  const events = new StreamEvents(ctx, request);
  const opened = Promise.resolve(ctx.call("llm", "open", [request as unknown as ScriptValue])) as Promise<{
    id: string;
  }>;
  opened.catch(() => undefined);
  return ctx.handle("llm.stream", { opened, events });
}

/** `llm`: language models. */
export const llmBridge = defineBridge({
  name: "llm",
  summary:
    "Language models of any provider. A model is named `provider/model` or by a known name; without a key for it the embedded offline model answers. Answers are texts with fields: content, message, toolCalls, usage, cost, model, provider, finishReason, latencyMs.",
  methods: {
    chat: complete("chat", "Answers a prompt, or a list of messages."),
    complete: complete(
      "complete",
      "Answers a prompt, or a whole request `{model, messages, tools, ...}`. Tools are offered, not run: the answer's `toolCalls` says what the model wants.",
    ),
    stream: method({
      summary:
        "An answer piece by piece. With a function it is called with each piece of text (and the event), and the call waits and answers with the whole (in JavaScript a Promise of it); without one the call answers at once with a stream to iterate over.",
      input: { prompt, options: z.union([onChunk, options]).optional(), onChunk: onChunk.optional() },
      output: z.union([answer, handle("llm.stream")]),
      signatures: [
        { input: { prompt, onChunk }, output: answer, waits: true },
        { input: { prompt, options: options.optional(), onChunk }, output: answer, waits: true },
        { input: { prompt, options: options.optional() }, output: handle("llm.stream") },
      ],
      effect: "local",
      sync: true,
      run({ prompt: input, options: given, onChunk: last }, ctx) {
        const [give, more] = typeof given === "function" ? [given, undefined] : [last, given];
        const request = toRequest(input, more, ctx, "llm.stream");
        return give ? streamInto(request, give, ctx) : openHandle(request, ctx);
      },
    }),
    agent: method({
      summary: "Makes an agent: the same as `agent.create`.",
      input: { config: agentConfig.prefault({}) },
      output: handle("agent"),
      effect: "local",
      sync: true,
      run: ({ config }, ctx) => ctx.call("agent", "create", [config as unknown as ScriptValue]) as Handle,
    }),
    ...valueMethods,
    ...mediaMethods,
    ...manyMethods,
    ...poolMethods,
    ...consensusMethods,
    ...sessionMethods,
    ...infoMethods,
    ...llmEffects,
  },
  handles: {
    "llm.stream": streamHandle,
    "llm.session": sessionHandle,
    "llm.group": groupHandle,
    "llm.pool": poolHandle,
    "llm.consensus": consensusHandle,
  },
});
