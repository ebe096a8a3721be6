import { LlmspellError } from "../errors.ts";
import { findModel, type ModelQuery, pricesOf, queryModels } from "./catalog/model-catalog.ts";
import { type KnownModel, OFFLINE_MODEL, PRICES_AS_OF } from "./catalog/model-table.ts";
import type { ModelsConfig } from "./provider-config.ts";
import { PROVIDERS } from "./provider-config.ts";
import { defaultProvider, resolveName } from "./resolve-model.ts";

export interface ProviderSummary {
  name: string;
  title: string;
  configured: boolean;
  /** Calls that name no model go here. */
  isDefault: boolean;
  /** The variable that would configure it. */
  variable: string;
  defaultModel?: string;
  baseUrl: string;
}

/** What is known of one model: for `llmspell model info` and `llm.modelInfo`. */
export interface ModelSummary {
  id: string;
  /** `provider/model`. */
  name: string;
  provider: string;
  kind: string;
  /** In the table, see there for where its figures come from. */
  known: boolean;
  configured: boolean;
  /** Tokens; null when unknown. */
  contextWindow: number | null;
  capabilities: string[];
  /** US dollars per million tokens; null when unknown. */
  inputPrice: number | null;
  outputPrice: number | null;
  cachedPrice: number | null;
  /** The day of the data set behind the price table; prices are not the provider's word. */
  pricesAsOf: string;
}

/** Every provider, configured or not, `offline` last. Never holds a key. */
export function listProviders(config: ModelsConfig): ProviderSummary[] {
  const first = defaultProvider(config);
  const real = PROVIDERS.map((provider) => {
    const settings = config.providers[provider.name];
    const defaultModel = settings?.defaultModel ?? provider.models.chat;
    return {
      name: provider.name,
      title: provider.title,
      configured: settings !== undefined,
      isDefault: provider.name === first,
      variable: (provider.name === "ollama" ? provider.baseUrls : provider.keys)[0] ?? "",
      baseUrl: withoutSecrets(settings?.baseUrl ?? provider.baseUrl),
      ...(defaultModel === undefined ? {} : { defaultModel }),
    };
  });
  const offline = {
    name: "offline",
    title: "Embedded offline model",
    configured: true,
    isDefault: first === undefined,
    variable: "",
    defaultModel: "offline",
    baseUrl: "",
  };
  return [...real, offline];
}

/** Known models, cheapest first. */
export function listModels(config: ModelsConfig, query: ModelQuery = {}): ModelSummary[] {
  return queryModels(query).map((model) => summarize(model, config));
}

/** One model by any name that a call may use. An unknown name gives what follows from its provider. Throws `provider.unknown`. */
export function modelInfo(name: string, config: ModelsConfig): ModelSummary {
  const resolution = resolveName(name, undefined, config);
  if (resolution.kind === "fallback" && resolution.fallback.provider === undefined) {
    throw new LlmspellError("provider.unknown", `no provider is known to have "${name}"`, {
      details: { model: name },
      hint: "Name it as provider/model; llmspell model list shows the providers.",
    });
  }
  const target = resolution.kind === "model" ? resolution.target : undefined;
  const slash = name.indexOf("/");
  const provider =
    target?.provider ?? (resolution.kind === "fallback" ? resolution.fallback.provider : undefined) ?? "offline";
  const bare = target?.model ?? (slash > 0 && name.slice(0, slash) === provider ? name.slice(slash + 1) : name);
  const known =
    provider === "offline" ? (bare === "offline" ? OFFLINE_MODEL : findModel(bare)) : findModel(bare, provider);
  if (known) return summarize({ ...known, id: target?.model ?? known.id }, config);
  const prices = pricesOf(bare, provider);
  return {
    id: bare,
    name: `${provider}/${bare}`,
    provider,
    kind: "chat",
    known: false,
    configured: config.providers[provider] !== undefined,
    contextWindow: null,
    capabilities: [],
    inputPrice: prices?.input ?? null,
    outputPrice: prices?.output ?? null,
    cachedPrice: prices?.cached ?? null,
    pricesAsOf: PRICES_AS_OF,
  };
}

function summarize(model: KnownModel, config: ModelsConfig): ModelSummary {
  return {
    id: model.id,
    name: model.provider === "offline" ? "offline" : `${model.provider}/${model.id}`,
    provider: model.provider,
    kind: model.kind,
    known: true,
    configured: model.provider === "offline" || config.providers[model.provider] !== undefined,
    contextWindow: model.contextWindow,
    capabilities: [...model.capabilities],
    inputPrice: model.prices?.input ?? null,
    outputPrice: model.prices?.output ?? null,
    cachedPrice: model.prices?.cached ?? null,
    pricesAsOf: PRICES_AS_OF,
  };
}

function withoutSecrets(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.origin}${parsed.pathname === "/" ? "" : parsed.pathname}`;
  } catch {
    return "";
  }
}
