import { z } from "zod";
import { method } from "../bridge/define-bridge.ts";
import { costOf, type ModelQuery, pricesOf } from "../models/catalog/model-catalog.ts";
import { CAPABILITIES, PRICES_AS_OF } from "../models/catalog/model-table.ts";
import { listModels, listProviders, modelInfo } from "../models/describe-models.ts";
import { findProvider } from "../models/provider-config.ts";
import { unknownProvider } from "../models/resolve-model.ts";
import { countMessageTokens, countTokens } from "../models/tokens.ts";
import { NO_USAGE } from "../models/types.ts";
import { defaultsOf } from "./llm-request.ts";
import { message } from "./llm-schemas.ts";
import { MODELS } from "./services.ts";

const price = z.number().nullable().describe("US dollars per million tokens; nil when unknown.");
const modelSummary = z
  .object({
    id: z.string(),
    name: z.string().describe("`provider/model`."),
    provider: z.string(),
    kind: z.string(),
    known: z.boolean(),
    configured: z.boolean(),
    contextWindow: z.number().nullable(),
    capabilities: z.array(z.string()),
    inputPrice: price,
    outputPrice: price,
    cachedPrice: price,
    pricesAsOf: z
      .string()
      .describe(
        "The day of the data set (genai-prices) behind the price table, which nobody checked with the providers.",
      ),
  })
  .meta({ title: "ModelInfo" });
const kinds = z.enum(["chat", "embedding", "image", "speech", "transcription"]);
const query = z
  .strictObject({
    provider: z.string().optional(),
    kind: kinds.optional(),
    configured: z.boolean().optional(),
    capabilities: z.array(z.enum(CAPABILITIES)).optional(),
    maxCost: z.number().min(0).optional().describe("US dollars per million tokens, of input and of output."),
    minContext: z.number().min(0).optional(),
  })
  .meta({ title: "ModelQuery" });
type Query = z.output<typeof query>;

const countable = z.union([z.string(), z.array(message)]);

function tokensOf(input: z.output<typeof countable>): number {
  if (typeof input === "string") return countTokens(input);
  return countMessageTokens(
    input.map(({ role, content }) => ({
      role,
      content:
        typeof content === "string"
          ? content
          : (content ?? []).map((part) => (typeof part === "string" ? { type: "text", text: part } : (part as never))),
    })),
  );
}

function find(given: Query | undefined, config: Parameters<typeof listModels>[0]) {
  const { configured, ...rest } = given ?? {};
  const all = listModels(config, rest as ModelQuery);
  return configured === undefined ? all : all.filter((model) => model.configured === configured);
}

/** What models there are, which one the run uses, and what calls would cost. */
export const infoMethods = {
  setProvider: method({
    summary:
      "Sends the run's further calls that name no provider to this one, to its default model unless another is given. nil undoes it.",
    input: { provider: z.string().optional(), model: z.string().optional() },
    output: z.null(),
    effect: "local",
    sync: true,
    run({ provider, model }, ctx) {
      if (provider !== undefined && provider !== "offline" && !findProvider(provider)) throw unknownProvider(provider);
      const defaults = defaultsOf(ctx);
      delete defaults.provider;
      delete defaults.model;
      if (provider !== undefined) defaults.provider = findProvider(provider)?.name ?? provider;
      if (model !== undefined) defaults.model = model;
      return null;
    },
  }),
  setModel: method({
    summary: "The model of the run's further calls that name none. nil undoes it.",
    input: { model: z.string().optional() },
    output: z.null(),
    effect: "local",
    sync: true,
    run({ model }, ctx) {
      const defaults = defaultsOf(ctx);
      delete defaults.model;
      if (model === undefined) return null;
      // `provider/model` says all; a bare name keeps the chosen provider.
      const slash = model.indexOf("/");
      if (model === "offline" || (slash > 0 && findProvider(model.slice(0, slash)))) delete defaults.provider;
      defaults.model = model;
      return null;
    },
  }),
  listProviders: method({
    summary: "Every provider: its name, whether it is configured, and the variable that would configure it.",
    input: {},
    output: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        configured: z.boolean(),
        isDefault: z.boolean(),
        variable: z.string(),
        defaultModel: z.string().optional(),
        baseUrl: z.string(),
      }),
    ),
    effect: "read",
    sync: true,
    run: (_, ctx) => listProviders(ctx.use(MODELS).config),
  }),
  listModels: method({
    summary: "Known models, cheapest first. A string is a provider's name.",
    input: { query: z.union([z.string(), query]).optional() },
    output: z.array(modelSummary),
    effect: "read",
    sync: true,
    run: ({ query: given }, ctx) =>
      find(
        typeof given === "string" ? { provider: findProvider(given)?.name ?? given } : given,
        ctx.use(MODELS).config,
      ),
  }),
  modelInfo: method({
    summary: "What is known of a model: context window, capabilities, prices. What is unknown is nil.",
    input: { model: z.string() },
    output: modelSummary,
    effect: "read",
    sync: true,
    run: ({ model }, ctx) => modelInfo(model, ctx.use(MODELS).config),
  }),
  findModels: method({
    summary:
      "Known models that have all of the capabilities, cost at most so much and have at least so much context; cheapest first.",
    input: { query: query.optional() },
    output: z.array(modelSummary),
    effect: "read",
    sync: true,
    run: ({ query: given }, ctx) => find(given, ctx.use(MODELS).config),
  }),
  countTokens: method({
    summary:
      "Estimates the tokens of a text or of messages by a rule of thumb. No tokenizer is asked, so a model counts somewhat more or fewer.",
    input: { text: countable, model: z.string().optional() },
    output: z.number(),
    effect: "pure",
    sync: true,
    run: ({ text }) => tokensOf(text),
  }),
  estimateCost: method({
    summary:
      "What a call would cost in US dollars, by the price table: `estimateCost(text, {model, outputTokens})`. `cost` is nil when the price is unknown.",
    input: {
      text: countable,
      options: z
        .strictObject({
          model: z.string().optional(),
          outputTokens: z.number().int().min(0).optional(),
          cachedTokens: z.number().int().min(0).optional(),
        })
        .optional(),
    },
    output: z.object({
      model: z.string(),
      inputTokens: z.number(),
      outputTokens: z.number(),
      cost: z.number().nullable(),
      pricesAsOf: z.string(),
    }),
    effect: "read",
    sync: true,
    run({ text, options }, ctx) {
      const { config } = ctx.use(MODELS);
      const { model: chosen, provider } = defaultsOf(ctx);
      const fallback = listProviders(config).find((each) =>
        provider === undefined ? each.isDefault : each.name === provider,
      );
      const named =
        options?.model ??
        chosen ??
        config.defaultModel ??
        (fallback ? `${fallback.name}/${fallback.defaultModel ?? ""}` : "offline");
      const info = modelInfo(named, config);
      const inputTokens = tokensOf(text);
      const outputTokens = options?.outputTokens ?? 0;
      const usage = {
        ...NO_USAGE,
        inputTokens,
        outputTokens,
        totalTokens: inputTokens + outputTokens,
        cachedTokens: options?.cachedTokens ?? 0,
      };
      return {
        model: info.name,
        inputTokens,
        outputTokens,
        cost: costOf(usage, pricesOf(info.id, info.provider)),
        pricesAsOf: PRICES_AS_OF,
      };
    },
  }),
};
