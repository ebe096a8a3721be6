import { LlmspellError } from "../../errors.ts";
import type { Generation, GenerationEvent } from "../backend.ts";
import { clip, looksLikeHtml } from "../call/provider-errors.ts";
import type { FinishReason, ToolCall, Usage } from "../types.ts";
import { emptyGeneration, toToolCall } from "./from-result.ts";

/**
 * Reads a streamed chat completion (https://platform.openai.com/docs/api-reference/chat-streaming) off a response. The
 * package makes the request; its way of reading costs four web streams per event, which is more than all of the rest.
 * Gives every event but `finish`; answers the generation, without a finish reason when the stream ended before it.
 */
export async function* readChatChunks(
  body: ReadableStream<Uint8Array>,
  provider: string,
): AsyncGenerator<
  GenerationEvent[],
  { generation: Generation; usage: Usage | undefined; finish: FinishReason | undefined }
> {
  const generation = emptyGeneration();
  const calls = new Map<number, PartialCall>();
  let usage: Usage | undefined;
  let finish: FinishReason | undefined;
  let refused = false;
  /** Adds a chunk to the generation, and to `events` what a listener wants to know. */
  const take = (data: string, events: GenerationEvent[]): void => {
    const chunk = parseChunk(data, provider);
    if (chunk.error) throw chunk.error;
    if (chunk.id && generation.responseId === undefined) generation.responseId = chunk.id;
    const counted = chunk.usage ?? chunk.x_groq?.usage;
    if (counted) usage = toUsage(counted);
    const choice = chunk.choices?.[0];
    if (!choice) return;
    if (choice.finish_reason)
      finish =
        FINISH[choice.finish_reason] ?? (/filter|safety/.test(choice.finish_reason) ? "content_filter" : "other");
    const { delta } = choice;
    if (!delta) return;
    const thought = delta.reasoning_content ?? delta.reasoning;
    if (typeof thought === "string" && thought !== "") {
      const step = generation.reasoning[0];
      if (step) step.text += thought;
      else generation.reasoning.push({ text: thought });
      events.push({ type: "reasoning", text: thought });
    }
    if (delta.refusal) refused = true;
    const text = textOf(delta.content) + (delta.refusal ?? "");
    if (text !== "") {
      generation.text += text;
      events.push({ type: "text", text });
    }
    for (const part of delta.tool_calls ?? []) addCall(calls, part);
  };
  for await (const arrived of serverSentData(body)) {
    const events: GenerationEvent[] = [];
    let failure: { thrown: unknown } | undefined;
    for (const data of arrived) {
      try {
        take(data, events);
      } catch (thrown) {
        failure = { thrown };
        break;
      }
    }
    // What came before a failure is given first.
    if (events.length > 0) yield events;
    if (failure) throw failure.thrown;
  }
  generation.toolCalls = finishCalls(calls, provider);
  if (generation.toolCalls.length > 0) yield generation.toolCalls.map((toolCall) => ({ type: "toolCall", toolCall }));
  return { generation, usage, finish: refused && finish === "stop" ? "content_filter" : finish };
}

const FINISH: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  length: "length",
  tool_calls: "tool_calls",
  function_call: "tool_calls",
  content_filter: "content_filter",
};

const MAX_LINE = 16 * 1024 * 1024;

interface Chunk {
  id?: string;
  error?: unknown;
  usage?: ChunkUsage | null;
  x_groq?: { usage?: ChunkUsage | null };
  choices?: { delta?: Delta; finish_reason?: string | null }[];
}

interface ChunkUsage {
  prompt_tokens?: number;
  completion_tokens?: number;
  prompt_cache_hit_tokens?: number;
  prompt_tokens_details?: { cached_tokens?: number } | null;
  completion_tokens_details?: { reasoning_tokens?: number } | null;
}

interface Delta {
  content?: unknown;
  refusal?: string | null;
  reasoning?: unknown;
  reasoning_content?: unknown;
  tool_calls?: DeltaCall[] | null;
}

interface DeltaCall {
  index?: number;
  id?: string | null;
  function?: { name?: string | null; arguments?: string | null };
}

interface PartialCall {
  id: string;
  name: string;
  arguments: string;
}

function parseChunk(data: string, provider: string): Chunk {
  let chunk: unknown;
  try {
    chunk = JSON.parse(data);
  } catch (cause) {
    throw badChunk(data, provider, cause);
  }
  if (typeof chunk !== "object" || chunk === null) throw badChunk(data, provider);
  const { choices, error } = chunk as Chunk;
  if (!error && choices !== undefined && !Array.isArray(choices)) throw badChunk(data, provider);
  return chunk as Chunk;
}

function badChunk(data: string, provider: string, cause?: unknown): LlmspellError {
  const what = looksLikeHtml(data) ? "an HTML page" : clip(data, 120);
  return new LlmspellError("provider.bad_reply", `${provider} streamed something that is no valid answer: ${what}`, {
    cause,
    details: { provider },
  });
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return (content as { text?: unknown }[]).map((part) => (typeof part.text === "string" ? part.text : "")).join("");
}

/** Some servers number no calls, some send the name late: an id of its own begins a new call. */
function addCall(calls: Map<number, PartialCall>, { index, id, function: called }: DeltaCall): void {
  const at = index ?? (id || calls.size === 0 ? calls.size : calls.size - 1);
  const known = calls.get(at) ?? { id: "", name: "", arguments: "" };
  if (id) known.id = id;
  if (called?.name) known.name ||= called.name;
  known.arguments += called?.arguments ?? "";
  calls.set(at, known);
}

function finishCalls(calls: ReadonlyMap<number, PartialCall>, provider: string): ToolCall[] {
  return [...calls].map(([index, { id, name, arguments: input }]) => {
    if (name === "")
      throw new LlmspellError("provider.bad_reply", `${provider} called a tool without a name`, {
        details: { provider },
      });
    return toToolCall({ type: "tool-call", toolCallId: id || `call_${index}`, toolName: name, input }, provider);
  });
}

function toUsage(usage: ChunkUsage): Usage {
  const inputTokens = usage.prompt_tokens ?? 0;
  const outputTokens = usage.completion_tokens ?? 0;
  return {
    inputTokens,
    outputTokens,
    totalTokens: inputTokens + outputTokens,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? 0,
    cacheWriteTokens: 0,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
  };
}

/** How long the connection may take to end after the answer did, to be used again. */
const DRAIN_MS = 1_000;

/** Data of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) up to `[DONE]`, those of one read together; names and ids are not used here. */
async function* serverSentData(body: ReadableStream<Uint8Array>): AsyncGenerator<string[]> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let data = "";
  let done = false;
  try {
    for (;;) {
      const read = await reader.read();
      if (read.done) break;
      const piece = decoder.decode(read.value, { stream: true });
      if (!piece.includes("\n")) {
        rest += piece;
        if (rest.length > MAX_LINE)
          throw new LlmspellError("provider.bad_reply", `a line of the stream is longer than ${MAX_LINE} characters`);
        continue;
      }
      const lines = (rest + piece).split("\n");
      rest = lines.pop() ?? "";
      const arrived: string[] = [];
      for (const raw of lines) {
        const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
        if (line.startsWith("data:")) {
          const part = line.slice(line[5] === " " ? 6 : 5);
          data = data === "" ? part : `${data}\n${part}`;
        } else if (line === "" && data !== "") {
          done ||= data === "[DONE]";
          if (!done) arrived.push(data);
          data = "";
        }
      }
      if (arrived.length > 0) yield arrived;
      if (done) return;
    }
    const last = rest.startsWith("data:") ? rest.slice(5).trim() : data;
    done = true;
    if (last !== "" && last !== "[DONE]") yield [last];
  } finally {
    void (done ? drain(reader) : reader.cancel()).catch(() => undefined);
  }
}

/** Reads what is left after the end: a body that is given up takes its connection with it. */
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const timer = setTimeout(() => void reader.cancel().catch(() => undefined), DRAIN_MS).unref();
  try {
    while (!(await reader.read()).done);
  } finally {
    clearTimeout(timer);
  }
}
