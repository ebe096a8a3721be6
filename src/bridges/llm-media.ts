import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { method } from "../bridge/define-bridge.ts";
import { bytesOrText, textWith } from "../bridge/schemas.ts";
import { cosineSimilarity } from "../models/similarity.ts";
import { type ScriptObject, type ScriptValue, TextValue } from "../values/script-value.ts";
import { dropUndefined, withDefaults } from "./llm-request.ts";
import { bytes, callSettings } from "./llm-schemas.ts";

const settings = z.strictObject(callSettings);
const origin = { model: z.string(), provider: z.string(), latencyMs: z.number() };
const vector = z.array(z.number());

/** Vectors of texts, in one call. The run's chat model says nothing about these: only a provider that was chosen counts. */
async function embed(texts: string[], options: ScriptObject | undefined, ctx: CallContext): Promise<number[][]> {
  const { embeddings } = (await ctx.call("llm", "embedTexts", [request({ texts }, options, ctx)])) as unknown as {
    embeddings: number[][];
  };
  return embeddings;
}

function request(
  own: Record<string, unknown>,
  options: Record<string, unknown> | undefined,
  ctx: CallContext,
): ScriptObject {
  const { provider } = withDefaults({ model: "", provider: options?.provider as string | undefined }, ctx);
  const named = options?.model === undefined && provider !== undefined ? { provider } : {};
  return dropUndefined({ ...named, ...options, ...own }) as ScriptObject;
}

const embedOptions = settings.extend({ dimensions: z.number().int().min(1).optional() }).optional();

/** Embeddings, images, speech and transcripts. */
export const mediaMethods = {
  embed: method({
    summary: "The vector of a text, or the vectors of a list of texts.",
    input: {
      texts: z.union([z.string(), z.array(z.string())]),
      options: embedOptions,
    },
    output: z.union([vector, z.array(vector)]),
    signatures: [
      { input: { text: z.string(), options: embedOptions }, output: vector },
      { input: { texts: z.array(z.string()), options: embedOptions }, output: z.array(vector) },
    ],
    effect: "local",
    async run({ texts, options }, ctx) {
      const vectors = await embed(
        typeof texts === "string" ? [texts] : texts,
        options as ScriptObject | undefined,
        ctx,
      );
      return typeof texts === "string" ? (vectors[0] as number[]) : vectors;
    },
  }),
  rerank: method({
    summary:
      "Documents in the order of how well they fit a query, by the similarity of embeddings (cosine, 1 is the same). `index` counts from 0.",
    input: {
      query: z.string(),
      documents: z.array(z.string()),
      options: settings.extend({ topK: z.number().int().min(1).optional() }).optional(),
    },
    output: z.array(z.object({ index: z.number(), score: z.number(), document: z.string() })),
    effect: "local",
    async run({ query, documents, options }, ctx) {
      if (documents.length === 0) return [];
      const { topK, ...rest } = options ?? {};
      const [wanted, ...vectors] = await embed([query, ...documents], rest as ScriptObject, ctx);
      const scored = documents.map((document, index) => ({
        index,
        score: cosineSimilarity(wanted as number[], vectors[index] as number[]),
        document,
      }));
      return scored.toSorted((a, b) => b.score - a.score || a.index - b.index).slice(0, topK ?? documents.length);
    },
  }),
  image: method({
    summary: "Images from a prompt: `{images = [{data, mediaType}], ...}`.",
    input: {
      prompt: z.string(),
      options: settings
        .extend({
          count: z.number().int().min(1).max(10).optional(),
          size: z.string().optional(),
          aspectRatio: z.string().optional(),
          seed: z.number().int().optional(),
        })
        .optional(),
    },
    output: z.object({ images: z.array(z.object({ data: bytes, mediaType: z.string() })), ...origin }),
    effect: "local",
    run: ({ prompt, options }, ctx) => ctx.call("llm", "makeImage", [request({ prompt }, options, ctx)]) as never,
  }),
  speech: method({
    summary: "Speech from a text: `{audio, mediaType, ...}`.",
    input: {
      text: z.string(),
      options: settings
        .extend({
          voice: z.string().optional(),
          format: z.string().optional(),
          instructions: z.string().optional(),
          speed: z.number().optional(),
          language: z.string().optional(),
        })
        .optional(),
    },
    output: z.object({ audio: bytes, mediaType: z.string(), ...origin }),
    effect: "local",
    run: ({ text, options }, ctx) => ctx.call("llm", "makeSpeech", [request({ text }, options, ctx)]) as never,
  }),
  transcribe: method({
    summary:
      "Text from speech, given as bytes or as `{path = ...}` of a file in the workspace. Fields: segments with times in seconds, language, duration.",
    input: {
      audio: z.union([bytesOrText, z.strictObject({ path: z.string() })]),
      options: settings.extend({ mediaType: z.string().optional() }).optional(),
    },
    output: textWith({
      segments: z.array(z.object({ text: z.string(), start: z.number(), stop: z.number() })),
      language: z.string().optional(),
      duration: z.number().optional(),
      ...origin,
    }),
    effect: "local",
    async run({ audio, options }, ctx) {
      const isFile = typeof audio === "object" && !(audio instanceof Uint8Array);
      const data = isFile
        ? ((await ctx.call("fs", "readBytes", [audio.path])) as Uint8Array)
        : typeof audio === "string"
          ? Buffer.from(audio)
          : audio;
      const { text, ...fields } = (await ctx.call("llm", "transcribeAudio", [
        request({ audio: data }, options, ctx),
      ])) as unknown as { text: string } & ScriptObject;
      return new TextValue(text, fields as Record<string, ScriptValue>);
    },
  }),
};
