import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import { LlmspellError } from "../../errors.ts";
import { looksLikeHtml } from "../call/provider-errors.ts";
import type { Backend, Download, Generation, GenerationEvent } from "../backend.ts";
import type { ProviderSettings } from "../provider-config.ts";
import { findProvider } from "../provider-config.ts";
import { isStrictSchema, schemaInstruction, toProviderSchema } from "../structured/provider-schema.ts";
import type { EmbedRequest, ModelRequest, ReasoningStep } from "../types.ts";
import { downloadFiles } from "./download-files.ts";
import { addContent, emptyGeneration, setUsage, toFinishReason, toToolCall, toWarnings } from "./from-result.ts";
import { loadProvider, type SdkProvider } from "./load-provider.ts";
import { type ErrorSource, mapSdkError } from "./map-error.ts";
import { createMediaCalls } from "./media-calls.ts";
import { toPrompt } from "./to-prompt.ts";
import { unsupported } from "./unsupported.ts";

type ProviderOptions = NonNullable<LanguageModelV4CallOptions["providerOptions"]>;

/** A provider through its AI SDK package, called directly: no retries, no orchestration, no defaults of the SDK's core. */
export async function createSdkBackend(name: string, settings: ProviderSettings, fetch: typeof globalThis.fetch): Promise<Backend> {
  const provider = await loadProvider(name, settings, refusingHtml(name, fetch));
  const baseUrl = settings.baseUrl ?? findProvider(name)?.baseUrl ?? "";
  const secrets = settings.apiKey === undefined ? [] : [settings.apiKey];
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
        setUsage(generation, result.usage, request);
        generation.finishReason = toFinishReason(result.finishReason);
        if (result.response?.id) generation.responseId = result.response.id;
        return checked(generation, name, model);
      }),
    stream: (model, request, signal, download) => streamModel(provider, source(model), request, signal, download),
    embed: (model, request, signal) => call(model, () => embed(provider, name, model, request, signal)),
    ...createMediaCalls(provider, name, call),
  };
}

async function callOptions(
  model: LanguageModelV4,
  name: string,
  provider: SdkProvider,
  request: ModelRequest,
  signal: AbortSignal,
  download: Download | undefined,
): Promise<LanguageModelV4CallOptions> {
  const prompt = toPrompt(request.messages, name);
  await downloadFiles(prompt, model, download, signal);
  const options: LanguageModelV4CallOptions = { prompt, abortSignal: signal, providerOptions: providerOptions(name, request) };
  if (request.temperature !== undefined) options.temperature = request.temperature;
  if (request.topP !== undefined) options.topP = request.topP;
  if (request.topK !== undefined) options.topK = request.topK;
  if (request.frequencyPenalty !== undefined) options.frequencyPenalty = request.frequencyPenalty;
  if (request.presencePenalty !== undefined) options.presencePenalty = request.presencePenalty;
  if (request.maxTokens !== undefined) options.maxOutputTokens = request.maxTokens;
  if (request.stop?.length) options.stopSequences = [...request.stop];
  if (request.seed !== undefined) options.seed = request.seed;
  if (request.reasoning !== undefined) options.reasoning = request.reasoning;
  if (request.tools?.length) {
    options.tools = request.tools.map((tool) => ({
      type: "function",
      name: tool.name,
      inputSchema: tool.parameters,
      ...(tool.description === undefined ? {} : { description: tool.description }),
    }));
    const choice = request.toolChoice ?? "auto";
    options.toolChoice = typeof choice === "string" ? { type: choice } : { type: "tool", toolName: choice.tool };
  }
  if (request.schema) {
    const schema = toProviderSchema(request.schema);
    options.responseFormat = { type: "json", schema, name: request.schemaName ?? "answer" };
    if (!provider.nativeSchema) prompt.unshift({ role: "system", content: schemaInstruction(schema) });
  }
  return options;
}

/** Our defaults under the request's own. OpenAI keeps nothing of a call unless it is asked to. */
function providerOptions(name: string, request: ModelRequest): ProviderOptions {
  const own: Record<string, unknown> = { ...request.providerOptions?.[name] };
  if (name === "openai" && own.store === undefined) own.store = false;
  // Most of Groq's models take JSON mode alone; the prompt carries the schema.
  if (name === "groq" && own.structuredOutputs === undefined) own.structuredOutputs = false;
  if (request.schema && own.strictJsonSchema === undefined && name !== "anthropic" && name !== "google") {
    own.strictJsonSchema = isStrictSchema(toProviderSchema(request.schema));
  }
  return { ...request.providerOptions, [name]: own } as ProviderOptions;
}

/** An answer that the content filter stopped before its first word is no answer. */
function checked(generation: Generation, provider: string, model: string): Generation {
  if (generation.finishReason === "content_filter" && generation.text === "" && generation.toolCalls.length === 0) {
    throw new LlmspellError("provider.content_filter", `${provider} (${model}): the content filter stopped the answer`, { details: { provider, model } });
  }
  const empty = generation.text === "" && generation.toolCalls.length === 0 && generation.files.length === 0;
  if (generation.finishReason === "error" || (empty && generation.finishReason === "other")) {
    throw new LlmspellError("provider.bad_reply", `${provider} (${model}) ended without an answer`, { details: { provider, model } });
  }
  return generation;
}

async function* streamModel(
  provider: SdkProvider,
  source: ErrorSource,
  request: ModelRequest,
  signal: AbortSignal,
  download: Download | undefined,
): AsyncGenerator<GenerationEvent> {
  const generation = emptyGeneration();
  let reasoning: ReasoningStep | undefined;
  let reader: ReadableStreamDefaultReader<unknown> | undefined;
  let finished = false;
  try {
    const model = provider.chat(source.model);
    const options = await callOptions(model, source.provider, provider, request, signal, download);
    const { stream } = await model.doStream(options);
    const parts = (reader = stream.getReader());
    for (;;) {
      const { done, value: part } = await parts.read();
      if (done) break;
      switch (part.type) {
        case "text-delta":
          if (part.delta === "") break;
          generation.text += part.delta;
          yield { type: "text", text: part.delta };
          break;
        case "reasoning-start":
          reasoning = { text: "" };
          generation.reasoning.push(reasoning);
          if (part.providerMetadata) reasoning.providerData = part.providerMetadata;
          break;
        case "reasoning-delta":
          if (reasoning) {
            reasoning.text += part.delta;
            if (part.providerMetadata) reasoning.providerData = part.providerMetadata;
          }
          if (part.delta !== "") yield { type: "reasoning", text: part.delta };
          break;
        case "reasoning-end":
          if (reasoning && part.providerMetadata) reasoning.providerData = part.providerMetadata;
          break;
        case "tool-call": {
          if (part.providerExecuted) break;
          const toolCall = toToolCall(part, source.provider);
          generation.toolCalls.push(toolCall);
          yield { type: "toolCall", toolCall };
          break;
        }
        case "file":
          addContent(generation, part, source.provider);
          break;
        case "stream-start":
          generation.warnings = toWarnings(part.warnings);
          break;
        case "response-metadata":
          if (part.id) generation.responseId = part.id;
          break;
        case "error":
          throw endedEarly(part.error, source, generation.text === "" && generation.reasoning.length === 0) ?? part.error;
        case "finish":
          setUsage(generation, part.usage, request);
          generation.finishReason = toFinishReason(part.finishReason);
          finished = part.finishReason.unified !== "interrupted" && !(part.finishReason.unified === "other" && part.finishReason.raw === undefined);
          break;
      }
    }
    if (!finished) throw generation.text === "" && generation.reasoning.length === 0 ? emptyStream(source) : cutStream(source);
    yield { type: "finish", generation: checked(generation, source.provider, source.model) };
  } catch (thrown) {
    throw mapSdkError(thrown, source);
  } finally {
    reader?.cancel().catch(() => undefined);
  }
}

function endedEarly(error: unknown, source: ErrorSource, empty: boolean): LlmspellError | undefined {
  if (!(error instanceof Error) || !/ended without a finish|without (a )?(completion|terminal)/i.test(error.message)) return undefined;
  return empty ? emptyStream(source) : cutStream(source, error);
}

function emptyStream({ provider, model }: ErrorSource): LlmspellError {
  return new LlmspellError("provider.bad_reply", `${provider} (${model}) answered with an empty body`, { details: { provider, model } });
}

/** A login page or a proxy's notice instead of an answer: streams would take it for an empty one. */
function refusingHtml(provider: string, fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (!response.ok || !response.headers.get("content-type")?.startsWith("text/html")) return response;
    const start = (await response.text()).slice(0, 200);
    if (!looksLikeHtml(start)) return new Response(start, response);
    throw new LlmspellError("provider.bad_reply", `${provider} answered with an HTML page instead of data`, {
      details: { provider, status: response.status },
      hint: "Check the base URL, and whether a proxy or a login page stands in between.",
    });
  };
}

function cutStream({ provider, model }: ErrorSource, cause?: unknown): LlmspellError {
  return new LlmspellError("provider.network", `${provider} (${model}): the stream ended before the answer did`, { cause, details: { provider, model } });
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
      ...(request.providerOptions ? { providerOptions: request.providerOptions as ProviderOptions } : {}),
    });
    if (result.embeddings.length !== values.length) {
      throw new LlmspellError("provider.bad_reply", `${name} (${model}) gave ${result.embeddings.length} embeddings for ${values.length} texts`, {
        details: { provider: name, model },
      });
    }
    embeddings.push(...result.embeddings);
    inputTokens += result.usage?.tokens ?? 0;
  }
  return { embeddings, inputTokens };
}
