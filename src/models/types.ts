/**
 * What the models layer takes and gives: plain data, the same for every provider. Nothing here knows the AI SDK.
 */

import type { JsonSchema } from "../schemas/json-schema.ts";

export interface TextPart {
  type: "text";
  text: string;
}

/** An image, a document, a sound or a film: by its bytes, as base64, or by address. One of `data` and `url`. */
export interface MediaPart {
  type: "image" | "file" | "audio" | "video";
  /** Bytes, or base64 without a `data:` prefix. */
  data?: Uint8Array | string;
  /** `https:`, `http:` or `data:`. */
  url?: string;
  /** IANA type; detected from the bytes or the address when absent. */
  mediaType?: string;
  name?: string;
}

export type ContentPart = TextPart | MediaPart;

export interface ToolCall {
  id: string;
  name: string;
  arguments: Record<string, unknown>;
  /** What the provider wants back with the call (a thought signature, ...). Opaque JSON. */
  providerData?: Record<string, unknown>;
}

/** A step of reasoning that the provider wants back in the next request. Opaque but for `text`. */
export interface ReasoningStep {
  text: string;
  providerData?: Record<string, unknown>;
}

export interface ModelMessage {
  role: "system" | "user" | "assistant" | "tool";
  content: string | readonly ContentPart[];
  /** Assistant: the calls that it made. */
  toolCalls?: readonly ToolCall[];
  /** Tool: the call that this answers. */
  toolCallId?: string;
  /** Tool: the tool's name; found by `toolCallId` when absent. */
  name?: string;
  /** Tool: the call failed and `content` says why. */
  isError?: boolean;
  /** Assistant: reasoning to hand back. Only the provider that made it sees it again. */
  reasoning?: readonly ReasoningStep[];
  /** The provider that made this message. */
  provider?: string;
}

export interface ToolSpec {
  name: string;
  description?: string;
  /** JSON Schema of the arguments, an object. */
  parameters: JsonSchema;
}

export type ToolChoice = "auto" | "none" | "required" | { tool: string };

export type ReasoningEffort = "none" | "minimal" | "low" | "medium" | "high" | "max";

export interface CallSettings {
  /** `provider/model`, a known model's name, or absent for the default. */
  model?: string;
  /** A provider's name; with no `model`, its default model. */
  provider?: string;
  /** Models to try in this order when the first stays unreachable, overloaded or too small; see `callWithFallback`. */
  fallback?: readonly string[];
  /** Whole call, retries and waits included, in milliseconds. Default 300,000. */
  timeoutMs?: number;
  /** One attempt: to its end, or, of a stream, to its first event. Default 120,000. */
  attemptTimeoutMs?: number;
  /** Longest silence within a stream. Default 60,000. */
  idleTimeoutMs?: number;
  /** Further attempts after the first. Default 2. */
  retries?: number;
  /** Passed to the provider as they are, by provider name: `{openai: {...}}`. */
  providerOptions?: Record<string, Record<string, unknown>>;
}

export interface ModelRequest extends CallSettings {
  messages: readonly ModelMessage[];
  tools?: readonly ToolSpec[];
  toolChoice?: ToolChoice;
  temperature?: number;
  topP?: number;
  topK?: number;
  frequencyPenalty?: number;
  presencePenalty?: number;
  /** Most tokens to generate. */
  maxTokens?: number;
  stop?: readonly string[];
  seed?: number;
  reasoning?: ReasoningEffort;
  /** The answer must be JSON that fits this schema. Use `generateObject`, which also repairs and validates. */
  schema?: JsonSchema;
  schemaName?: string;
}

export interface Usage {
  inputTokens: number;
  outputTokens: number;
  totalTokens: number;
  /** Input tokens read from the provider's cache; part of `inputTokens`. */
  cachedTokens: number;
  /** Input tokens written to the provider's cache; part of `inputTokens`. */
  cacheWriteTokens: number;
  /** Output tokens spent on reasoning; part of `outputTokens`. */
  reasoningTokens: number;
}

export type FinishReason = "stop" | "length" | "tool_calls" | "content_filter" | "error" | "other";

export interface ModelResponse {
  text: string;
  /** The answer as a message, to append to the next request. */
  message: ModelMessage;
  toolCalls: ToolCall[];
  reasoning?: string;
  usage: Usage;
  /** US dollars, null when the model's price is unknown. */
  cost: number | null;
  /** The model's id at its provider. */
  model: string;
  provider: string;
  finishReason: FinishReason;
  /** From the start of the call, retries included, to its end. */
  latencyMs: number;
  /** Settings that the model ignored. */
  warnings: string[];
  /** The provider's own id of the answer, for its support. */
  responseId?: string;
  /** Media that the model made. */
  files?: { mediaType: string; data: Uint8Array }[];
}

export type StreamEvent =
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string }
  | { type: "toolCall"; toolCall: ToolCall }
  /** The last event of every stream that did not throw. */
  | { type: "finish"; response: ModelResponse };

export interface ObjectResponse {
  /** Fits the schema. */
  value: unknown;
  /** The last answer, with the usage and cost of all rounds. */
  response: ModelResponse;
  /** How many times the model was asked. */
  rounds: number;
}

export interface EmbedRequest extends CallSettings {
  texts: readonly string[];
  dimensions?: number;
}

export interface EmbedResponse {
  embeddings: number[][];
  usage: Usage;
  cost: number | null;
  model: string;
  provider: string;
  latencyMs: number;
}

export interface ImageRequest extends CallSettings {
  prompt: string;
  count?: number;
  /** `1024x1024`. */
  size?: string;
  /** `16:9`. */
  aspectRatio?: string;
  seed?: number;
}

export interface ImageResponse {
  images: { data: Uint8Array; mediaType: string }[];
  model: string;
  provider: string;
  latencyMs: number;
}

export interface SpeechRequest extends CallSettings {
  text: string;
  voice?: string;
  /** `mp3`, `wav`, ... */
  format?: string;
  instructions?: string;
  speed?: number;
  language?: string;
}

export interface SpeechResponse {
  audio: Uint8Array;
  mediaType: string;
  model: string;
  provider: string;
  latencyMs: number;
}

export interface TranscribeRequest extends CallSettings {
  audio: Uint8Array;
  mediaType?: string;
}

export interface TranscribeResponse {
  text: string;
  segments: { text: string; start: number; stop: number }[];
  language?: string;
  /** Seconds. */
  duration?: number;
  model: string;
  provider: string;
  latencyMs: number;
}

export const NO_USAGE: Usage = Object.freeze({
  inputTokens: 0,
  outputTokens: 0,
  totalTokens: 0,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
});

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    totalTokens: a.totalTokens + b.totalTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
  };
}

/** The text of a message's content, media left out. */
export function textOf(content: string | readonly ContentPart[]): string {
  if (typeof content === "string") return content;
  return content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}
