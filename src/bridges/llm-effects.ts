import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { method } from "../bridge/define-bridge.ts";
import { anyObject, anyValue } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { addUsage, type Usage } from "../journal/journal.ts";
import type { CallOptions } from "../models/models.ts";
import { countTokens } from "../models/tokens.ts";
import type {
  EmbedRequest,
  ImageRequest,
  ModelRequest,
  ModelResponse,
  SpeechRequest,
  TranscribeRequest,
} from "../models/types.ts";
import { followRedirects } from "../network/redirect.ts";
import type { JsonSchema } from "../schemas/json-schema.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { toData } from "./llm-answer.ts";
import { answerData, bytes, onChunk, type StreamPiece, usageOut } from "./llm-schemas.ts";
import { estimatedPiece, estimatedUsage, estimateSpend, usageOf } from "./llm-spend.ts";
import { openStream } from "./llm-streams.ts";
import { MODELS, NETWORK } from "./services.ts";

const origin = { model: z.string(), provider: z.string(), latencyMs: z.number() };
const requestInput = { request: anyObject };
const asked = {
  capability: "model",
  target: ({ request }: { request: ScriptObject }) => (typeof request.model === "string" ? request.model : undefined),
} as const;

const MAX_REDIRECTS = 5;

/** How the models reach out for a run: its signal, and its network policy for files that messages name by address. */
function callOptions(ctx: CallContext): CallOptions {
  return {
    signal: ctx.signal,
    download(url, signal) {
      const ask = (hop: URL) => void ctx.call("http", "askHost", [hop.href]);
      const first = { url: new URL(url), method: "GET", headers: new Headers() };
      ask(first.url);
      return followRedirects(
        first,
        (hop) => ctx.use(NETWORK).fetch(hop.url.href, { headers: hop.headers, redirect: "manual", signal }),
        { max: MAX_REDIRECTS, beforeHop: ask },
      );
    },
  };
}

/** The effects behind `llm`: each one call to a model, journaled, bounded by budget and policy. Scripts do not see them. */
export const llmEffects = {
  generate: method({
    summary: "One answer of a model.",
    input: requestInput,
    output: answerData,
    effect: "read",
    internal: true,
    ...asked,
    estimate: ({ request }, ctx) => estimateSpend([request as unknown as ModelRequest], ctx),
    usage: usageOf,
    run: async ({ request }, ctx) =>
      toData(await ctx.use(MODELS).generate(request as unknown as ModelRequest, callOptions(ctx))),
  }),
  race: method({
    summary: "The first answer of several models; the others are cancelled.",
    input: { requests: z.array(anyObject).min(1) },
    output: answerData,
    effect: "read",
    internal: true,
    capability: "model",
    estimate: ({ requests }, ctx) => estimateSpend(requests as unknown as ModelRequest[], ctx),
    usage: usageOf,
    run: ({ requests }, ctx) => race(requests as unknown as ModelRequest[], ctx),
  }),
  streamInto: method({
    summary: "One answer of a model, each piece given to a function as it comes.",
    input: { request: anyObject, onChunk },
    output: answerData,
    effect: "read",
    internal: true,
    ...asked,
    estimate: ({ request }, ctx) => estimateSpend([request as unknown as ModelRequest], ctx),
    usage: usageOf,
    run: ({ request, onChunk: give }, ctx) => streamInto(request as unknown as ModelRequest, give, ctx),
  }),
  open: method({
    summary: "Starts an answer that is read piece by piece.",
    input: requestInput,
    output: z.object({ id: z.string() }),
    effect: "read",
    internal: true,
    ...asked,
    estimate: ({ request }, ctx) => estimateSpend([request as unknown as ModelRequest], ctx),
    async run({ request: given }, ctx) {
      const request = given as unknown as ModelRequest;
      return { id: await openStream(ctx, request, ctx.use(MODELS).stream(request, callOptions(ctx))) };
    },
  }),
  generateObject: method({
    summary: "A value that fits a schema.",
    input: { request: anyObject, repairs: z.number().optional() },
    output: z.object({ value: anyValue, response: answerData }),
    effect: "read",
    internal: true,
    ...asked,
    estimate: ({ request }, ctx) => estimateSpend([request as unknown as ModelRequest], ctx),
    async run({ request, repairs }, ctx) {
      const own = {
        ...callOptions(ctx),
        ...(repairs === undefined ? {} : { repairs }),
        // Each round counts, also when none gives a value.
        onAnswer: (response: ModelResponse) => ctx.spend(usageOf(response)),
      };
      const { value, response } = await ctx
        .use(MODELS)
        .generateObject(request as unknown as ModelRequest & { schema: JsonSchema }, own);
      return { value: value as ScriptValue, response: toData(response) };
    },
  }),
  embedTexts: method({
    summary: "Vectors of texts.",
    input: requestInput,
    output: z.object({
      embeddings: z.array(z.array(z.number())),
      usage: usageOut,
      cost: z.number().nullable(),
      ...origin,
    }),
    effect: "read",
    internal: true,
    ...asked,
    estimate: ({ request }) => ({
      tokens: (request.texts as string[]).reduce((sum, text) => sum + countTokens(text), 0),
    }),
    usage: usageOf,
    run: async ({ request }, ctx) =>
      (await ctx.use(MODELS).embed(request as unknown as EmbedRequest, callOptions(ctx))) as never,
  }),
  makeImage: method({
    summary: "Images from a prompt.",
    input: requestInput,
    output: z.object({ images: z.array(z.object({ data: bytes, mediaType: z.string() })), ...origin }),
    effect: "read",
    internal: true,
    ...asked,
    run: ({ request }, ctx) => ctx.use(MODELS).image(request as unknown as ImageRequest, callOptions(ctx)),
  }),
  makeSpeech: method({
    summary: "Speech from a text.",
    input: requestInput,
    output: z.object({ audio: bytes, mediaType: z.string(), ...origin }),
    effect: "read",
    internal: true,
    ...asked,
    run: ({ request }, ctx) => ctx.use(MODELS).speech(request as unknown as SpeechRequest, callOptions(ctx)),
  }),
  transcribeAudio: method({
    summary: "Text from speech.",
    input: requestInput,
    output: z.object({
      text: z.string(),
      segments: z.array(z.object({ text: z.string(), start: z.number(), stop: z.number() })),
      language: z.string().optional(),
      duration: z.number().optional(),
      ...origin,
    }),
    effect: "read",
    internal: true,
    ...asked,
    run: ({ request }, ctx) => ctx.use(MODELS).transcribe(request as unknown as TranscribeRequest, callOptions(ctx)),
  }),
};

/** Every loser is cancelled and booked: by its own figures where it answered all the same, else, where it had been under way, as counted here. */
async function race(requests: ModelRequest[], ctx: CallContext) {
  const models = ctx.use(MODELS);
  const stop = new AbortController();
  const lost = new LlmspellError("run.aborted", "another model answered first");
  const signal = AbortSignal.any([ctx.signal, stop.signal]);
  const calls = requests.map((request) => models.generate(request, { ...callOptions(ctx), signal }));
  try {
    const winner = await Promise.any(calls);
    stop.abort(lost);
    const outcomes = await Promise.allSettled(calls);
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === "fulfilled" && outcome.value !== winner) ctx.spend(usageOf(outcome.value));
      if (outcome.status === "rejected" && outcome.reason === lost)
        ctx.spend(estimatedUsage(requests[index] as ModelRequest, ctx));
    }
    return toData(winner);
  } catch (error) {
    throw error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  }
}

/** Gives each event to a function. A stream that breaks off, or that the function ends, is booked as counted here. */
async function streamInto(request: ModelRequest, give: z.output<typeof onChunk>, ctx: CallContext) {
  let text = "";
  let begun = false;
  try {
    for await (const events of ctx.use(MODELS).streamBatches(request, callOptions(ctx))) {
      for (const event of events) {
        if (event.type === "finish") {
          begun = false;
          return toData(event.response);
        }
        begun = true;
        if (event.type !== "toolCall") text += event.text;
        const waits = give(event.type === "text" ? event.text : "", event as unknown as StreamPiece);
        if (waits instanceof Promise) await waits;
      }
    }
  } finally {
    if (begun) ctx.spend(addUsage(estimatedUsage(request, ctx, 0), estimatedPiece(request, ctx, text)) as Usage);
  }
  throw new LlmspellError("internal.bug", "a stream ended without its response");
}
