import { LlmspellError } from "../errors.ts";

/** How to reach one provider. */
export interface ProviderSettings {
  apiKey?: string;
  /** Without a trailing slash. The provider's own address when absent. */
  baseUrl?: string;
  /** Used when a call names the provider and no model. */
  defaultModel?: string;
  headers?: Record<string, string>;
  /** OpenAI only. Default: `responses` at OpenAI's own address, `chat` at any other. */
  api?: "chat" | "responses";
}

export interface ModelsConfig {
  /** By provider name; one that is present counts as configured. */
  providers: Readonly<Record<string, ProviderSettings>>;
  /** The model of calls that name none. */
  defaultModel?: string;
  /** The provider of calls that name none. Default: the first that is configured. */
  defaultProvider?: string;
  /** Longest time of a call, retries included, where it names none. Default 5 min, with 2 min for each attempt. */
  timeoutMs?: number;
  /** A call whose provider has no key fails with `provider.auth` instead of falling to the offline model. */
  requireModel?: boolean;
  /** Where to look for an Ollama when nothing is configured; false turns the look off. */
  ollamaProbe?: string | false;
}

export interface ProviderKind {
  name: string;
  title: string;
  aliases: readonly string[];
  /** Variables that hold the key, the first that is set wins. */
  keys: readonly string[];
  baseUrls: readonly string[];
  baseUrl: string;
  /** Default models by kind; absent where the provider has none. */
  models: { chat?: string; embedding?: string; image?: string; speech?: string; transcription?: string };
}

export const OLLAMA_URL = "http://127.0.0.1:11434";

/** Every provider, in the order in which a default is chosen among the configured ones. */
export const PROVIDERS: readonly ProviderKind[] = [
  {
    name: "openai",
    title: "OpenAI, and servers compatible with it",
    aliases: [],
    keys: ["OPENAI_API_KEY"],
    baseUrls: ["OPENAI_BASE_URL", "OPENAI_API_BASE"],
    baseUrl: "https://api.openai.com/v1",
    models: {
      chat: "gpt-5.6-terra",
      embedding: "text-embedding-3-small",
      image: "gpt-image-1",
      speech: "gpt-4o-mini-tts",
      transcription: "gpt-4o-mini-transcribe",
    },
  },
  {
    name: "anthropic",
    title: "Anthropic",
    aliases: ["claude"],
    keys: ["ANTHROPIC_API_KEY"],
    baseUrls: ["ANTHROPIC_BASE_URL"],
    baseUrl: "https://api.anthropic.com/v1",
    models: { chat: "claude-sonnet-5" },
  },
  {
    name: "google",
    title: "Google Gemini",
    aliases: ["gemini"],
    keys: ["GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY"],
    baseUrls: ["GEMINI_BASE_URL", "GOOGLE_BASE_URL", "GOOGLE_GENERATIVE_AI_BASE_URL"],
    baseUrl: "https://generativelanguage.googleapis.com/v1beta",
    models: {
      chat: "gemini-3.7-flash",
      embedding: "gemini-embedding-001",
      image: "gemini-2.5-flash-image",
      speech: "gemini-2.5-flash-preview-tts",
    },
  },
  {
    name: "openrouter",
    title: "OpenRouter",
    aliases: [],
    keys: ["OPENROUTER_API_KEY"],
    baseUrls: ["OPENROUTER_BASE_URL"],
    baseUrl: "https://openrouter.ai/api/v1",
    models: { chat: "openrouter/auto" },
  },
  {
    name: "mistral",
    title: "Mistral",
    aliases: [],
    keys: ["MISTRAL_API_KEY"],
    baseUrls: ["MISTRAL_BASE_URL"],
    baseUrl: "https://api.mistral.ai/v1",
    models: { chat: "mistral-small-latest", embedding: "mistral-embed", transcription: "voxtral-mini-latest" },
  },
  {
    name: "groq",
    title: "Groq",
    aliases: [],
    keys: ["GROQ_API_KEY"],
    baseUrls: ["GROQ_BASE_URL"],
    baseUrl: "https://api.groq.com/openai/v1",
    models: { chat: "llama-3.3-70b-versatile", transcription: "whisper-large-v3-turbo" },
  },
  {
    name: "deepseek",
    title: "DeepSeek",
    aliases: [],
    keys: ["DEEPSEEK_API_KEY"],
    baseUrls: ["DEEPSEEK_BASE_URL"],
    baseUrl: "https://api.deepseek.com",
    models: { chat: "deepseek-v4-flash" },
  },
  {
    name: "ollama",
    title: "Ollama",
    aliases: [],
    keys: ["OLLAMA_API_KEY"],
    baseUrls: ["OLLAMA_BASE_URL", "OLLAMA_HOST"],
    baseUrl: OLLAMA_URL,
    models: { embedding: "nomic-embed-text" },
  },
];

/** A provider by name or alias, or undefined. `offline` is not among them. */
export function findProvider(name: string): ProviderKind | undefined {
  return PROVIDERS.find((provider) => provider.name === name || provider.aliases.includes(name));
}

/**
 * Reads the configuration from variables: each provider's key and base URL (see `PROVIDERS`), `LLMSPELL_MODEL` for the
 * default model, `LLMSPELL_REQUIRE_MODEL=1`. A base URL without a key configures a provider too: servers on the own
 * machine want none. Throws `config.invalid` for an address that is none.
 */
export function readModelsConfig(env: Readonly<Record<string, string | undefined>>): ModelsConfig {
  const first = (names: readonly string[]): [name: string, value: string] | undefined => {
    for (const name of names) {
      const value = env[name]?.trim();
      if (value) return [name, value];
    }
    return undefined;
  };
  const providers: Record<string, ProviderSettings> = {};
  for (const provider of PROVIDERS) {
    const key = first(provider.keys);
    const url = first(provider.baseUrls);
    if (!key && !url) continue;
    const settings: ProviderSettings = {};
    if (key) settings.apiKey = key[1];
    if (url) settings.baseUrl = checkedUrl(...url, provider.name === "ollama");
    providers[provider.name] = settings;
  }
  const defaultModel = env.LLMSPELL_MODEL?.trim();
  const requireModel = env.LLMSPELL_REQUIRE_MODEL?.trim();
  return {
    providers,
    ...(defaultModel ? { defaultModel } : {}),
    ...(requireModel && requireModel !== "0" && requireModel !== "false" ? { requireModel: true } : {}),
    ollamaProbe: OLLAMA_URL,
  };
}

/** A configuration with settings that were made elsewhere; of each provider they go over those of the variables. */
export function withProviders(
  config: ModelsConfig,
  given: Readonly<Record<string, ProviderSettings>> = {},
): ModelsConfig {
  const providers = { ...config.providers };
  for (const [name, settings] of Object.entries(given)) {
    const merged = { ...providers[name], ...settings };
    // A default model alone makes no provider that can be called; an Ollama needs nothing more.
    const isUsable = merged.apiKey !== undefined || merged.baseUrl !== undefined || merged.headers !== undefined;
    if (isUsable || name === "ollama") providers[name] = merged;
  }
  return { ...config, providers };
}

/** The address of a provider as it is used. Throws `config.invalid` for one that is none. */
export function normalizeBaseUrl(provider: string, setting: string, url: string): string {
  return checkedUrl(setting, url, provider === "ollama");
}

/** Ollama's own variable may hold a bare host, a bare port or the address that a server listens on. */
function checkedUrl(variable: string, value: string, isOllama: boolean): string {
  let text = value;
  if (isOllama && !/^[a-z]+:\/\//i.test(text)) text = `http://${text.startsWith(":") ? "127.0.0.1" : ""}${text}`;
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new LlmspellError("config.invalid", `${variable} is no valid address`, { cause, details: { variable } });
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new LlmspellError("config.invalid", `${variable} must start with http:// or https://`, {
      details: { variable },
    });
  }
  if (isOllama) {
    if (url.hostname === "0.0.0.0") url.hostname = "127.0.0.1";
    if (url.port === "" && url.protocol === "http:" && !/:80\b/.test(text)) url.port = "11434";
  }
  return url.href.replace(/\/+$/, "").replace(isOllama ? /\/v1$/ : /$^/, "");
}
