import { costOf, pricesOf } from "./catalog/model-catalog.ts";
import type { ModelsConfig } from "./provider-config.ts";
import { defaultModelOf, defaultProvider, OFFLINE, type ResolvedModel, resolveName } from "./resolve-model.ts";
import { countMessageTokens, countTokens } from "./tokens.ts";
import { type CallSettings, type ModelRequest, NO_USAGE, type Usage } from "./types.ts";

/** Tokens that a call without a limit of its own is taken to generate. */
const USUAL_OUTPUT = 256;

/** The chat model that settings mean, as far as it can be told without asking a server. */
function likelyModel(
  settings: Pick<CallSettings, "model" | "provider">,
  config: ModelsConfig,
): ResolvedModel | undefined {
  const resolution = resolveName(settings.model?.trim() ?? "", settings.provider, config);
  switch (resolution.kind) {
    case "model":
      return resolution.target;
    case "fallback":
      return OFFLINE;
    case "provider":
      return statedAt(resolution.provider, config);
    case "default": {
      if (config.defaultModel !== undefined) return likelyModel({ model: config.defaultModel }, config);
      const provider = defaultProvider(config);
      return provider === undefined ? OFFLINE : statedAt(provider, config);
    }
  }
}

function statedAt(provider: string, config: ModelsConfig): ResolvedModel | undefined {
  const model = defaultModelOf(provider, "chat", config);
  return model === undefined ? undefined : { provider, model };
}

export interface Estimate {
  usage: Usage;
  /** US dollars, null when the price is unknown. */
  cost: number | null;
}

/**
 * What a call uses, counted here: its messages, tools and schema, and as much output as it may have (`maxTokens`, else
 * 256 tokens) or as is given.
 */
export function estimateCall(
  request: ModelRequest,
  config: ModelsConfig,
  outputTokens = request.maxTokens ?? USUAL_OUTPUT,
): Estimate {
  const schema = request.schema ? countTokens(JSON.stringify(request.schema)) : 0;
  return priced(request, config, countMessageTokens(request.messages, request.tools) + schema, outputTokens);
}

/** What a piece of an answer adds to a call's use. */
export function estimatePiece(request: ModelRequest, config: ModelsConfig, text: string): Estimate {
  return priced(request, config, 0, countTokens(text));
}

function priced(request: ModelRequest, config: ModelsConfig, inputTokens: number, outputTokens: number): Estimate {
  const usage: Usage = { ...NO_USAGE, inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
  const target = likelyModel(request, config);
  return { usage, cost: target ? costOf(usage, pricesOf(target.model, target.provider)) : null };
}
