import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { method } from "../bridge/define-bridge.ts";
import { anyObject, anyValue } from "../bridge/schemas.ts";
import type { Spend } from "../budget/budget.ts";
import { LlmspellError } from "../errors.ts";
import { pricesOf, providerOfName } from "../models/catalog/model-catalog.ts";
import type { CallOptions } from "../models/models.ts";
import type {
  EmbedRequest,
  ImageRequest,
  JsonSchema,
  ModelRequest,
  SpeechRequest,
  TranscribeRequest,
} from "../models/types.ts";
import { textOf } from "../models/types.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { toData, usageOf } from "./llm-answer.ts";
import { answerData, bytes, onChunk, type StreamPiece, usageOut } from "./llm-schemas.ts";
import { openStream } from "./llm-streams.ts";
import { MODELS, NETWORK } from "./services.ts";

const origin = { model: z.string(), provider: z.string(), latencyMs: z.number() };
const requestInput = { request: anyObject };
const asked = {
  capability: "model",
  target: ({ request }: { request: ScriptObject }) => (typeof request.model === "string" ? request.model : undefined),
} as const;

/** How the models reach out for a run: its signal, and its network policy for files that messages name by address. */
function callOptions(ctx: CallContext): CallOptions {
  return {
    signal: ctx.signal,
    download: async (url, signal) => {
      await ctx.call("http", "askHost", [url]);
      return ctx.use(NETWORK).fetch(url, { signal });
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
    estimate: ({ request }) => estimateSpend(request as unknown as ModelRequest),
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
    estimate: ({ requests }) => sumSpend(requests.map((request) => estimateSpend(request as unknown as ModelRequest))),
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
    estimate: ({ request }) => estimateSpend(request as unknown as ModelRequest),
    usage: usageOf,
    async run({ request, onChunk: give }, ctx) {
      for await (const event of ctx.use(MODELS).stream(request as unknown as ModelRequest, callOptions(ctx))) {
        if (event.type === "finish") return toData(event.response);
        const waits = give(event.type === "text" ? event.text : "", event as unknown as StreamPiece);
        if (waits instanceof Promise) await waits;
      }
      throw new LlmspellError("internal.bug", "a stream ended without its response");
    },
  }),
  open: method({
    summary: "Starts an answer that is read piece by piece.",
    input: requestInput,
    output: z.object({ id: z.string() }),
    effect: "read",
    internal: true,
    ...asked,
    estimate: ({ request }) => estimateSpend(request as unknown as ModelRequest),
    run: async ({ request }, ctx) => ({
      id: await openStream(ctx, ctx.use(MODELS).stream(request as unknown as ModelRequest, callOptions(ctx))),
    }),
  }),
  account: method({
    summary: "Books what a stream that was read piece by piece has used.",
    input: { spent: z.object({ usage: usageOut, cost: z.number().nullable() }) },
    output: z.object({ usage: usageOut, cost: z.number().nullable() }),
    effect: "read",
    sync: true,
    internal: true,
    // Nothing is reserved; without a lease nothing would be booked.
    estimate: () => ({}),
    usage: usageOf,
    run: ({ spent }) => spent,
  }),
  generateObject: method({
    summary: "A value that fits a schema.",
    input: { request: anyObject, repairs: z.number().optional() },
    output: z.object({ value: anyValue, response: answerData }),
    effect: "read",
    internal: true,
    ...asked,
    estimate: ({ request }) => estimateSpend(request as unknown as ModelRequest),
    usage: ({ response }) => usageOf(response),
    async run({ request, repairs }, ctx) {
      const own = { ...callOptions(ctx), ...(repairs === undefined ? {} : { repairs }) };
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
      tokens: Math.ceil((request.texts as string[]).reduce((sum, text) => sum + text.length, 0) / 4),
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
      segments: z.array(z.object({ text: z.string(), start: z.number(), end: z.number() })),
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

async function race(requests: ModelRequest[], ctx: CallContext) {
  const models = ctx.use(MODELS);
  const losers = new AbortController();
  const signal = AbortSignal.any([ctx.signal, losers.signal]);
  try {
    return toData(
      await Promise.any(requests.map((request) => models.generate(request, { ...callOptions(ctx), signal }))),
    );
  } catch (error) {
    throw error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  } finally {
    losers.abort();
  }
}

/** Output tokens that are reserved for a call without a limit of its own. */
const USUAL_OUTPUT = 256;

/** What a call may spend, from its length and its model's price; a rough lower bound where it names no model. */
function estimateSpend(request: ModelRequest): Spend {
  let characters = 0;
  for (const message of request.messages) characters += textOf(message.content).length;
  const input = Math.ceil(characters / 4);
  const output = request.maxTokens ?? USUAL_OUTPUT;
  const slash = request.model?.indexOf("/") ?? -1;
  const name = request.model === undefined ? undefined : slash > 0 ? request.model.slice(slash + 1) : request.model;
  const provider =
    request.provider ??
    (slash > 0 ? request.model?.slice(0, slash) : name === undefined ? undefined : providerOfName(name));
  const prices = name === undefined || provider === undefined ? null : pricesOf(name, provider);
  return { tokens: input + output, cost: prices ? (input * prices.input + output * prices.output) / 1e6 : 0 };
}

function sumSpend(all: readonly Spend[]): Spend {
  return {
    tokens: all.reduce((sum, each) => sum + (each.tokens ?? 0), 0),
    cost: all.reduce((sum, each) => sum + (each.cost ?? 0), 0),
  };
}
