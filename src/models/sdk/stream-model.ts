import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { LlmspellError } from "../../errors.ts";
import type { Download, Generation, GenerationEvent } from "../backend.ts";
import type { ModelRequest, ReasoningStep } from "../types.ts";
import { callOptions } from "./call-options.ts";
import { readChatChunks } from "./chat-chunks.ts";
import {
  addContent,
  checkGeneration,
  emptyGeneration,
  setUsage,
  toFinishReason,
  toToolCall,
  toUsage,
  toWarnings,
} from "./from-result.ts";
import type { SdkProvider } from "./load-provider.ts";
import { type ErrorSource, mapSdkError } from "./map-error.ts";
import { BASE_URL_HINT, type ResponseTap } from "./response-tap.ts";

export interface StreamCall {
  provider: SdkProvider;
  tap: ResponseTap;
  source: ErrorSource;
  request: ModelRequest;
  signal: AbortSignal;
  download: Download | undefined;
}

/** A streamed answer: `finish` comes last, or the generator throws one of our errors. */
export async function* streamModel(call: StreamCall): AsyncGenerator<readonly GenerationEvent[]> {
  const { provider, tap, source, request, signal } = call;
  try {
    const model = provider.chat(source.model);
    const options = await callOptions(model, source.provider, provider, request, signal, call.download);
    const diverted = provider.streamsChunks(source.model) ? tap.divert(signal) : undefined;
    const { stream } = await model.doStream(options);
    const generation = diverted?.body
      ? yield* readDiverted(call, stream, diverted.body)
      : yield* readParts(call, stream);
    yield [{ type: "finish", generation: checkGeneration(generation, source.provider, source.model) }];
  } catch (thrown) {
    throw mapSdkError(thrown, source);
  }
}

/** Reads the body itself; of the package's own stream only the warnings. */
async function* readDiverted(
  { source, request }: StreamCall,
  stream: ReadableStream<LanguageModelV4StreamPart>,
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<readonly GenerationEvent[], Generation> {
  const reader = stream.getReader();
  const { value: start } = await reader.read();
  void reader.cancel().catch(() => undefined);
  const { generation, usage, finish } = yield* readChatChunks(body, source.provider);
  if (finish === undefined) throw isEmpty(generation) ? emptyStream(source) : cutStream(source);
  generation.warnings = start?.type === "stream-start" ? toWarnings(start.warnings) : [];
  setUsage(generation, usage, request);
  generation.finishReason = finish;
  return generation;
}

async function* readParts(
  { source, request }: StreamCall,
  stream: ReadableStream<LanguageModelV4StreamPart>,
): AsyncGenerator<readonly GenerationEvent[], Generation> {
  const generation = emptyGeneration();
  let reasoning: ReasoningStep | undefined;
  let finished = false;
  for await (const part of stream) {
    switch (part.type) {
      case "text-delta":
        if (part.delta === "") break;
        generation.text += part.delta;
        yield [{ type: "text", text: part.delta }];
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
        if (part.delta !== "") yield [{ type: "reasoning", text: part.delta }];
        break;
      case "reasoning-end":
        if (reasoning && part.providerMetadata) reasoning.providerData = part.providerMetadata;
        break;
      case "tool-call": {
        if (part.providerExecuted) break;
        const toolCall = toToolCall(part, source.provider);
        generation.toolCalls.push(toolCall);
        yield [{ type: "toolCall", toolCall }];
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
        throw endedEarly(part.error, source, isEmpty(generation)) ?? part.error;
      case "finish":
        setUsage(generation, toUsage(part.usage), request);
        generation.finishReason = toFinishReason(part.finishReason);
        finished =
          part.finishReason.unified !== "interrupted" &&
          !(part.finishReason.unified === "other" && part.finishReason.raw === undefined);
        break;
    }
  }
  if (!finished) throw isEmpty(generation) ? emptyStream(source) : cutStream(source);
  return generation;
}

const isEmpty = (generation: Generation): boolean =>
  generation.text === "" && generation.reasoning.length === 0 && generation.toolCalls.length === 0;

function endedEarly(error: unknown, source: ErrorSource, empty: boolean): LlmspellError | undefined {
  if (!(error instanceof Error) || !/ended without a finish|without (a )?(completion|terminal)/i.test(error.message))
    return undefined;
  return empty ? emptyStream(source) : cutStream(source, error);
}

function emptyStream({ provider, model }: ErrorSource): LlmspellError {
  return new LlmspellError("provider.bad_reply", `${provider} (${model}) answered with an empty body`, {
    details: { provider, model },
    hint: BASE_URL_HINT,
  });
}

function cutStream({ provider, model }: ErrorSource, cause?: unknown): LlmspellError {
  return new LlmspellError("provider.network", `${provider} (${model}): the stream ended before the answer did`, {
    cause,
    details: { provider, model },
    hint: "Ask again; the server, or something on the way to it, gave up.",
  });
}
