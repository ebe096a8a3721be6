import { LlmspellError } from "../../errors.ts";
import type { Backend, Generation, GenerationEvent } from "../backend.ts";
import { abortError } from "../call/deadline.ts";
import { countMessageTokens, countTokens } from "../tokens.ts";
import type { ModelRequest } from "../types.ts";
import { answerTask } from "./answer.ts";
import { embedOffline } from "./embedding.ts";
import { readTask } from "./read-prompt.ts";

/**
 * The embedded model `offline`: no network, no weights, no knowledge. It answers from the prompt alone, the same every
 * time: it extracts what the given text says, fills schemas from it, calls tools that the prompt asks for, and says what
 * it is where it has nothing to go on. It makes every feature usable without a key; it is no substitute for a model.
 */
export function createOfflineBackend(): Backend {
  const refuse = (what: string): Promise<never> =>
    Promise.reject(
      new LlmspellError("provider.unsupported", `the offline model has no ${what}`, {
        details: { provider: "offline" },
        hint: "Configure a provider, e.g. set OPENAI_API_KEY.",
      }),
    );
  return {
    provider: "offline",
    generate: async (_model, request, signal) => {
      checkAbort(signal);
      return generate(request);
    },
    stream: (_model, request, signal) => stream(request, signal),
    embed: async (_model, { texts, dimensions }, signal) => {
      checkAbort(signal);
      return {
        embeddings: texts.map((text) => embedOffline(text, dimensions)),
        inputTokens: texts.reduce((sum, text) => sum + countTokens(text), 0),
      };
    },
    image: () => refuse("images"),
    speech: () => refuse("voice"),
    transcribe: () => refuse("hearing"),
  };
}

async function generate(request: ModelRequest): Promise<Generation> {
  const task = readTask(request.messages);
  // Loaded when wanted: they bring the schema validator along.
  const toolCall = request.tools?.length ? (await import("./choose-tool.ts")).chooseTool(request, task) : undefined;
  const value =
    request.schema && !toolCall ? (await import("./fill-schema.ts")).fillSchema(request.schema, task) : undefined;
  const whole = toolCall ? "" : value === undefined ? answerTask(task) : JSON.stringify(value);
  const { text, finishReason } = limited(whole, request);
  const inputTokens = countMessageTokens(request.messages, request.tools);
  const outputTokens = toolCall ? countTokens(JSON.stringify(toolCall.arguments)) + 8 : countTokens(text);
  return {
    text,
    reasoning: [],
    toolCalls: toolCall ? [toolCall] : [],
    usage: {
      inputTokens,
      outputTokens,
      totalTokens: inputTokens + outputTokens,
      cachedTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
    },
    finishReason: toolCall ? "tool_calls" : finishReason,
    warnings: [],
    files: [],
  };
}

async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<readonly GenerationEvent[]> {
  checkAbort(signal);
  const generation = await generate(request);
  for (const text of generation.text.match(/\s*\S+\s*/g) ?? []) {
    checkAbort(signal);
    yield [{ type: "text", text }];
  }
  for (const toolCall of generation.toolCalls) yield [{ type: "toolCall", toolCall }];
  yield [{ type: "finish", generation }];
}

/** Stop sequences and the token limit, as a model would keep them. */
function limited(whole: string, request: ModelRequest): { text: string; finishReason: Generation["finishReason"] } {
  let text = whole;
  for (const stop of request.stop ?? []) {
    const at = stop === "" ? -1 : text.indexOf(stop);
    if (at >= 0) text = text.slice(0, at);
  }
  const most = request.maxTokens;
  if (most === undefined || countTokens(text) <= most) return { text, finishReason: "stop" };
  const parts = text.match(/\s*\S+/g) ?? [];
  let kept = "";
  let tokens = 0;
  for (const part of parts) {
    tokens += countTokens(part);
    if (tokens > most) break;
    kept += part;
  }
  return { text: kept, finishReason: "length" };
}

function checkAbort(signal: AbortSignal): void {
  if (signal.aborted) throw abortError(signal);
}
