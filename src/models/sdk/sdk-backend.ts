import type { EmbeddingModelV4CallOptions, LanguageModelV4 } from "@ai-sdk/provider";
import { LlmspellError } from "../../errors.ts";
import type { Backend } from "../backend.ts";
import type { ProviderSettings } from "../provider-config.ts";
import { findProvider } from "../provider-config.ts";
import type { EmbedRequest } from "../types.ts";
import { callOptions } from "./call-options.ts";
import {
  addContent,
  checkGeneration,
  emptyGeneration,
  setUsage,
  toFinishReason,
  toUsage,
  toWarnings,
} from "./from-result.ts";
import { loadProvider, type SdkProvider } from "./load-provider.ts";
import { type ErrorSource, mapSdkError } from "./map-error.ts";
import { createMediaCalls } from "./media-calls.ts";
import { ResponseTap } from "./response-tap.ts";
import { streamModel } from "./stream-model.ts";
import { unsupported } from "./unsupported.ts";

const MAX_KEPT_MODELS = 50;

/** A provider through its AI SDK package, called directly: no retries, no orchestration, no defaults of the SDK's core. */
export async function createSdkBackend(
  name: string,
  settings: ProviderSettings,
  fetch: typeof globalThis.fetch,
): Promise<Backend> {
  const tap = new ResponseTap(name, fetch);
  const provider = keepingModels(await loadProvider(name, settings, tap.fetch));
  const baseUrl = settings.baseUrl ?? findProvider(name)?.baseUrl ?? "";
  const { apiKey, headers = {} } = settings;
  const secrets = [...(apiKey === undefined ? [] : [apiKey]), ...Object.values(headers)];
  const source = (model: string): ErrorSource => ({ provider: name, model, baseUrl, secrets });
  const call = async <T>(model: string, run: () => PromiseLike<T>): Promise<T> => {
    try {
      return await run();
    } catch (thrown) {
      throw mapSdkError(thrown, source(model));
    }
  };

  return {
    provider: name,
    generate: (model, request, signal, download) =>
      call(model, async () => {
        const sdkModel = provider.chat(model);
        const options = await callOptions(sdkModel, name, provider, request, signal, download);
        const result = await sdkModel.doGenerate(options);
        const generation = emptyGeneration();
        for (const part of result.content) addContent(generation, part, name);
        if (request.schema && result.structuredOutputText !== undefined) generation.text = result.structuredOutputText;
        generation.warnings = toWarnings(result.warnings);
        setUsage(generation, toUsage(result.usage), request);
        generation.finishReason = toFinishReason(result.finishReason);
        if (result.response?.id) generation.responseId = result.response.id;
        return checkGeneration(generation, name, model);
      }),
    stream: (model, request, signal, download) =>
      streamModel({ provider, tap, source: source(model), request, signal, download }),
    embed: (model, request, signal) => call(model, () => embed(provider, name, model, request, signal)),
    ...createMediaCalls(provider, name, call),
  };
}

/** Models are kept by name: the packages build their schemas anew for each. */
function keepingModels(provider: SdkProvider): SdkProvider {
  const known = new Map<string, LanguageModelV4>();
  return {
    ...provider,
    chat(name) {
      const model = known.get(name) ?? provider.chat(name);
      if (known.size >= MAX_KEPT_MODELS) known.clear();
      known.set(name, model);
      return model;
    },
  };
}

async function embed(provider: SdkProvider, name: string, model: string, request: EmbedRequest, signal: AbortSignal) {
  const embedding = provider.embedding?.(model);
  if (!embedding) throw unsupported(name, "embeddings");
  const most = (await embedding.maxEmbeddingsPerCall) ?? 2048;
  const embeddings: number[][] = [];
  let inputTokens = 0;
  for (let from = 0; from < request.texts.length; from += most) {
    const values = request.texts.slice(from, from + most);
    const result = await embedding.doEmbed({
      values,
      abortSignal: signal,
      ...(request.dimensions === undefined ? {} : { dimensions: request.dimensions }),
      ...(request.providerOptions
        ? { providerOptions: request.providerOptions as NonNullable<EmbeddingModelV4CallOptions["providerOptions"]> }
        : {}),
    });
    if (result.embeddings.length !== values.length) {
      throw new LlmspellError(
        "provider.bad_reply",
        `${name} (${model}) gave ${result.embeddings.length} embeddings for ${values.length} texts`,
        {
          details: { provider: name, model },
        },
      );
    }
    embeddings.push(...result.embeddings);
    inputTokens += result.usage?.tokens ?? 0;
  }
  return { embeddings, inputTokens };
}
