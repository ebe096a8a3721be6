import type { Usage } from "../types.ts";
import type { Capability, KnownModel, ModelKind, Prices } from "./model-table.ts";
import { MODEL_TABLE } from "./model-table.ts";

/** Names that say their provider, for models that the table does not list (yet). */
const NAME_PREFIXES: readonly (readonly [prefix: RegExp, provider: string])[] = [
  [/^(gpt-|chatgpt-|o\d|text-embedding-|dall-e|whisper-1|tts-1|codex|computer-use)/, "openai"],
  [/^claude/, "anthropic"],
  [/^(gemini|gemma|imagen|veo|learnlm)/, "google"],
  [/^(mistral|ministral|codestral|devstral|magistral|pixtral|voxtral|open-mi)/, "mistral"],
  [/^deepseek/, "deepseek"],
];

/** A dated or tagged variant of a known model has its price: `gpt-4o-2024-11-20`, `claude-opus-4-5-20251101`. */
const VARIANT = /-(\d{4}-\d{2}-\d{2}|\d{8}|latest)$/;

/** A known model by id or alias, dated variants included. `provider` narrows the search. */
export function findModel(id: string, provider?: string): KnownModel | undefined {
  const exact = MODEL_TABLE.find((model) => fits(model, id, provider));
  if (exact) return exact;
  const base = id.replace(VARIANT, "");
  return base === id ? undefined : MODEL_TABLE.find((model) => fits(model, base, provider));
}

function fits(model: KnownModel, id: string, provider: string | undefined): boolean {
  if (provider !== undefined && model.provider !== provider) return false;
  return model.id === id || isAlias(model, id) || (model.versions?.includes(id) ?? false);
}

function isAlias(model: KnownModel, id: string): boolean {
  return model.aliases?.includes(id) ?? false;
}

/** The id that a provider's server knows: an alias becomes what it stands for, every other name stays. */
export function servedId(id: string, provider: string): string {
  return MODEL_TABLE.find((model) => model.provider === provider && isAlias(model, id))?.id ?? id;
}

/** The provider that a bare model name speaks of, or undefined. */
export function providerOfName(id: string): string | undefined {
  return findModel(id)?.provider ?? NAME_PREFIXES.find(([prefix]) => prefix.test(id))?.[1];
}

/**
 * Price entry for a model at a provider. OpenRouter names (`openai/gpt-4o`) have the price of the model behind them,
 * which OpenRouter passes on; Ollama is free of charge.
 */
export function pricesOf(id: string, provider: string): Prices | null {
  if (provider === "ollama") return { input: 0, output: 0 };
  if (provider !== "openrouter") return findModel(id, provider)?.prices ?? null;
  const slash = id.indexOf("/");
  return slash < 0 ? null : (findModel(id.slice(slash + 1), id.slice(0, slash))?.prices ?? null);
}

/** US dollars for what a call used, or null when the price is unknown. */
export function costOf(usage: Usage, prices: Prices | null): number | null {
  if (prices === null) return null;
  const rate = prices.long && usage.inputTokens > prices.long.above ? prices.long : prices;
  const plain = Math.max(0, usage.inputTokens - usage.cachedTokens - usage.cacheWriteTokens);
  const micro =
    plain * rate.input +
    usage.cachedTokens * (rate.cached ?? rate.input) +
    usage.cacheWriteTokens * (rate.cacheWrite ?? rate.input) +
    usage.outputTokens * rate.output;
  return Math.round(micro * 1e6) / 1e12;
}

export interface ModelQuery {
  provider?: string;
  kind?: ModelKind;
  capabilities?: readonly Capability[];
  /** Most US dollars per million tokens, input and output alike. Models of unknown price do not match. */
  maxCost?: number;
  /** Least context window in tokens. */
  minContext?: number;
}

/** Known models that fit, cheapest first, unknown prices last. */
export function queryModels(query: ModelQuery = {}): KnownModel[] {
  const cost = (model: KnownModel): number => (model.prices ? model.prices.input + model.prices.output : Infinity);
  return MODEL_TABLE.filter((model) => {
    if (query.provider !== undefined && model.provider !== query.provider) return false;
    if (query.kind !== undefined && model.kind !== query.kind) return false;
    if (query.capabilities?.some((capability) => !model.capabilities.includes(capability))) return false;
    if (query.minContext !== undefined && (model.contextWindow ?? 0) < query.minContext) return false;
    if (query.maxCost === undefined) return true;
    return model.prices !== null && Math.max(model.prices.input, model.prices.output) <= query.maxCost;
  }).toSorted((a, b) => cost(a) - cost(b) || (a.id < b.id ? -1 : 1));
}
