import type {
  EmbeddingModelV4,
  ImageModelV4,
  LanguageModelV4,
  SpeechModelV4,
  TranscriptionModelV4,
} from "@ai-sdk/provider";
import { LlmspellError } from "../../errors.ts";
import type { ProviderSettings } from "../provider-config.ts";
import { findProvider } from "../provider-config.ts";

/** The models of one provider package. What a provider lacks is absent. */
export interface SdkProvider {
  chat(model: string): LanguageModelV4;
  embedding?(model: string): EmbeddingModelV4;
  image?(model: string): ImageModelV4;
  speech?(model: string): SpeechModelV4;
  transcription?(model: string): TranscriptionModelV4;
  /** Streams are server-sent chat completion chunks, for these models: they can be read without the package's pipeline. */
  streamsChunks(model: string): boolean;
  /** The provider takes a schema of its own accord; otherwise the prompt carries it too. */
  nativeSchema: boolean;
}

/** Names that want OpenAI's own request fields even behind another address. */
const OPENAI_NAMES = /^(gpt-|chatgpt-|o\d)/;
const NO_KEY = "none";
const always = (): boolean => true;
const never = (): boolean => false;

/** Loads a provider's package, at its first use: none of them is imported before. Every address and key is explicit. */
export async function loadProvider(
  name: string,
  settings: ProviderSettings,
  fetch: typeof globalThis.fetch,
): Promise<SdkProvider> {
  const provider = findProvider(name);
  if (!provider)
    throw new LlmspellError("provider.unknown", `no provider is named "${name}"`, { details: { provider: name } });
  const own = settings.baseUrl === undefined || settings.baseUrl === provider.baseUrl;
  const baseURL = settings.baseUrl ?? provider.baseUrl;
  const apiKey = settings.apiKey ?? NO_KEY;
  const common = {
    baseURL,
    apiKey,
    headers: settings.headers ?? {},
    fetch: settings.apiKey === undefined ? withoutKey(fetch) : fetch,
  };

  switch (name) {
    case "openai": {
      const { createOpenAI } = await import("@ai-sdk/openai");
      const sdk = createOpenAI(common);
      const api = settings.api ?? (own ? "responses" : "chat");
      if (own || api === "responses")
        return {
          ...media(sdk),
          chat: api === "responses" ? sdk.responses : sdk.chat,
          streamsChunks: () => api === "chat",
          nativeSchema: true,
        };
      const compatible = await loadCompatible(name, baseURL, common);
      return {
        ...media(sdk),
        chat: (model) => (OPENAI_NAMES.test(model) ? sdk.chat(model) : compatible.chat(model)),
        streamsChunks: always,
        nativeSchema: true,
      };
    }
    case "anthropic": {
      const { createAnthropic } = await import("@ai-sdk/anthropic");
      const sdk = createAnthropic(common);
      return { chat: sdk.languageModel, streamsChunks: never, nativeSchema: true };
    }
    case "google": {
      const { createGoogle } = await import("@ai-sdk/google");
      const sdk = createGoogle(common);
      return { ...media(sdk), chat: sdk.languageModel, streamsChunks: never, nativeSchema: true };
    }
    case "mistral": {
      const { createMistral } = await import("@ai-sdk/mistral");
      const sdk = createMistral(common);
      const { image: _none, ...rest } = media(sdk);
      return { ...rest, chat: sdk.languageModel, streamsChunks: never, nativeSchema: true };
    }
    case "groq": {
      const { createGroq } = await import("@ai-sdk/groq");
      const sdk = createGroq(common);
      return { chat: sdk.languageModel, transcription: sdk.transcription, streamsChunks: always, nativeSchema: false };
    }
    case "deepseek": {
      const { createDeepSeek } = await import("@ai-sdk/deepseek");
      const sdk = createDeepSeek(common);
      return { chat: sdk.languageModel, streamsChunks: always, nativeSchema: false };
    }
    case "ollama":
      return loadCompatible(name, `${baseURL}/v1`, common);
    default:
      return loadCompatible(name, baseURL, common);
  }
}

async function loadCompatible(
  name: string,
  baseURL: string,
  common: { apiKey: string; headers: Record<string, string>; fetch: typeof globalThis.fetch },
): Promise<SdkProvider> {
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  const sdk = createOpenAICompatible({ ...common, name, baseURL, includeUsage: true, supportsStructuredOutputs: true });
  return {
    chat: (model) => sdk.chatModel(model),
    embedding: (model) => sdk.embeddingModel(model),
    image: (model) => sdk.imageModel(model),
    streamsChunks: always,
    nativeSchema: true,
  };
}

interface MediaSdk {
  embeddingModel(model: string): EmbeddingModelV4;
  imageModel(model: string): ImageModelV4;
  speechModel?(model: string): SpeechModelV4;
  transcriptionModel?(model: string): TranscriptionModelV4;
}

function media(sdk: MediaSdk): Omit<SdkProvider, "chat" | "nativeSchema" | "streamsChunks"> {
  const provider: Omit<SdkProvider, "chat" | "nativeSchema" | "streamsChunks"> = {
    embedding: (model) => sdk.embeddingModel(model),
    image: (model) => sdk.imageModel(model),
  };
  const { speechModel, transcriptionModel } = sdk;
  if (speechModel) provider.speech = (model) => speechModel(model);
  if (transcriptionModel) provider.transcription = (model) => transcriptionModel(model);
  return provider;
}

/** Servers without a key get no key header: the packages insist on one. */
function withoutKey(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return (input, init) => {
    const headers = new Headers(init?.headers);
    const empty = [...headers].filter(([, value]) => value === NO_KEY || value === `Bearer ${NO_KEY}`);
    for (const [name] of empty) headers.delete(name);
    return fetch(input, { ...init, headers });
  };
}
