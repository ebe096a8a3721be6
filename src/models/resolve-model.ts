import { LlmspellError } from "../errors.ts";
import { providerOfName, servedId } from "./catalog/model-catalog.ts";
import type { ModelKind } from "./catalog/model-table.ts";
import type { ModelsConfig } from "./provider-config.ts";
import { findProvider, PROVIDERS } from "./provider-config.ts";

/** A model that can be called. */
export interface ResolvedModel {
  provider: string;
  model: string;
}

/** Why a call goes to the offline model although the script asked for another, or for none in particular. */
export interface Fallback {
  /** What the script named; empty when it named nothing. */
  requested: string;
  reason: "nothing_configured" | "missing_key" | "unknown_model";
  provider?: string;
  /** The variable that would help. */
  variable?: string;
}

export type NameResolution =
  | { kind: "model"; target: ResolvedModel }
  /** The provider is settled, the model is its default. */
  | { kind: "provider"; provider: string }
  | { kind: "default" }
  | { kind: "fallback"; fallback: Fallback };

export const OFFLINE: ResolvedModel = { provider: "offline", model: "offline" };

/**
 * What a name means under a configuration, without asking anyone. In this order: `offline`; `provider/model`; a known
 * model's name or alias; a name whose beginning says its provider (`gpt-`, `claude-`, ...); any other name belongs to
 * the default provider, whose server may know it.
 */
export function resolveName(name: string, provider: string | undefined, config: ModelsConfig): NameResolution {
  if (provider !== undefined) return resolveAt(provider, name, config);
  if (name === "") return { kind: "default" };
  if (name === "offline" || name.startsWith("offline/")) return { kind: "model", target: OFFLINE };
  const slash = name.indexOf("/");
  const prefixed = slash > 0 ? findProvider(name.slice(0, slash)) : undefined;
  if (prefixed) return resolveAt(prefixed.name, name.slice(slash + 1), config);
  const named = providerOfName(name);
  if (named !== undefined) return resolveAt(named, name, config);
  const first = defaultProvider(config);
  if (first !== undefined) return { kind: "model", target: { provider: first, model: name } };
  return { kind: "fallback", fallback: { requested: name, reason: "unknown_model" } };
}

function resolveAt(name: string, model: string, config: ModelsConfig): NameResolution {
  if (name === "offline") return { kind: "model", target: OFFLINE };
  const provider = findProvider(name);
  if (!provider) throw unknownProvider(name);
  // Ollama needs no key: naming it is enough, and an absent server is a network error that says so.
  if (config.providers[provider.name] === undefined && provider.name !== "ollama") {
    const fallback: Fallback = { requested: model || name, reason: "missing_key", provider: provider.name };
    const variable = provider.keys[0];
    return { kind: "fallback", fallback: variable === undefined ? fallback : { ...fallback, variable } };
  }
  if (model === "") return { kind: "provider", provider: provider.name };
  const prefix = `${provider.name}/`;
  const own = model.startsWith(prefix) && provider.name !== "openrouter" ? model.slice(prefix.length) : model;
  return { kind: "model", target: { provider: provider.name, model: servedId(own, provider.name) } };
}

/** The configured provider that calls without a name go to: the one that is named as such, else the first in the order of `PROVIDERS`. */
export function defaultProvider(config: ModelsConfig): string | undefined {
  if (config.defaultProvider !== undefined && config.providers[config.defaultProvider] !== undefined)
    return config.defaultProvider;
  return PROVIDERS.find((provider) => config.providers[provider.name] !== undefined)?.name;
}

/** The model that stands for a provider in calls of one kind, or undefined. */
export function defaultModelOf(provider: string, kind: ModelKind, config: ModelsConfig): string | undefined {
  const own = kind === "chat" ? config.providers[provider]?.defaultModel : undefined;
  return own ?? findProvider(provider)?.models[kind];
}

export function unknownProvider(name: string): LlmspellError {
  return new LlmspellError("provider.unknown", `no provider is named "${name}"`, {
    details: { provider: name },
    hint: `Providers: ${[...PROVIDERS.map((provider) => provider.name), "offline"].join(", ")}.`,
  });
}

/** One line for stderr. */
export function describeFallback(fallback: Fallback): string {
  if (fallback.reason === "missing_key") {
    return `"${fallback.requested}" needs ${fallback.variable ?? "a key"}, which is not set: the embedded offline model answers instead`;
  }
  if (fallback.reason === "unknown_model") {
    return `no provider is configured that could have "${fallback.requested}": the embedded offline model answers instead`;
  }
  return "no provider is configured: the embedded offline model answers (extractive, no knowledge of its own)";
}

/** What `requireModel` makes of a fallback. */
export function missingModelError(fallback: Fallback): LlmspellError {
  const provider = fallback.provider ? findProvider(fallback.provider) : undefined;
  const hint = provider
    ? `Set ${[...provider.keys, ...provider.baseUrls.slice(0, 1)].join(" or ")}.`
    : `Set one of ${PROVIDERS.slice(0, 3)
        .map((p) => p.keys[0])
        .join(", ")}, or start Ollama.`;
  const what =
    fallback.requested === ""
      ? "a model is required, and no provider is configured"
      : `no key for "${fallback.requested}"`;
  return new LlmspellError("provider.auth", what, {
    hint,
    details: { model: fallback.requested, ...(fallback.provider ? { provider: fallback.provider } : {}) },
  });
}
