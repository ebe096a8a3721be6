import type {
  EmbedRequest,
  FinishReason,
  ImageRequest,
  ModelRequest,
  SpeechRequest,
  ToolCall,
  TranscribeRequest,
  ReasoningStep,
  TranscribeResponse,
  Usage,
} from "./types.ts";

/** What one attempt at a provider gives; the client adds price, time and message. */
export interface Generation {
  text: string;
  reasoning: ReasoningStep[];
  toolCalls: ToolCall[];
  usage: Usage;
  finishReason: FinishReason;
  warnings: string[];
  responseId?: string;
  files: { mediaType: string; data: Uint8Array }[];
}

export type GenerationEvent =
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string }
  | { type: "toolCall"; toolCall: ToolCall }
  | { type: "finish"; generation: Generation };

/** Fetches a file that a message names by address. It is the run's network policy that decides. */
export type Download = (url: string, signal: AbortSignal) => Promise<Response>;

/**
 * One provider, as the client drives it: one attempt a call, no retries. Every failure is an LlmspellError of the
 * `provider.*` codes; an abort rejects with whatever, since the client knows why it aborted.
 */
export interface Backend {
  readonly provider: string;
  generate(model: string, request: ModelRequest, signal: AbortSignal, download?: Download): Promise<Generation>;
  /** Gives what arrived together as one list. The last event is the one `finish`, or the stream throws. */
  stream(
    model: string,
    request: ModelRequest,
    signal: AbortSignal,
    download?: Download,
  ): AsyncIterable<readonly GenerationEvent[]>;
  embed(
    model: string,
    request: EmbedRequest,
    signal: AbortSignal,
  ): Promise<{ embeddings: number[][]; inputTokens: number }>;
  image(model: string, request: ImageRequest, signal: AbortSignal): Promise<{ data: Uint8Array; mediaType: string }[]>;
  speech(model: string, request: SpeechRequest, signal: AbortSignal): Promise<{ audio: Uint8Array; mediaType: string }>;
  transcribe(
    model: string,
    request: TranscribeRequest,
    signal: AbortSignal,
  ): Promise<Pick<TranscribeResponse, "text" | "segments" | "language" | "duration">>;
}
