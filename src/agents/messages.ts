import type { JsonSchema } from "../schemas/json-schema.ts";

export interface AgentToolCall {
  id: string;
  name: string;
  arguments: Record<string, unknown>;
  providerData?: Record<string, unknown>;
}

/** A message as the models take it. */
export interface AgentMessage {
  role: "system" | "user" | "assistant" | "tool";
  /** Text, or parts. */
  content: unknown;
  toolCalls?: readonly AgentToolCall[];
  toolCallId?: string;
  name?: string;
  isError?: boolean;
  reasoning?: readonly unknown[];
  provider?: string;
}

export interface AgentUsage {
  inputTokens: number;
  outputTokens: number;
  totalTokens: number;
  cachedTokens: number;
  cacheWriteTokens: number;
  reasoningTokens: number;
}

export const NO_AGENT_USAGE: AgentUsage = Object.freeze({
  inputTokens: 0,
  outputTokens: 0,
  totalTokens: 0,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
});

export function sumUsage(a: AgentUsage, b: AgentUsage): AgentUsage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    totalTokens: a.totalTokens + b.totalTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
  };
}

/** Dollars; unknown prices make an unknown sum. */
export function sumCost(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

/** One answer of a model. */
export interface ModelAnswer {
  content: string;
  message: AgentMessage;
  toolCalls: readonly AgentToolCall[];
  reasoning?: string | undefined;
  usage: AgentUsage;
  cost: number | null;
  model: string;
  provider: string;
  finishReason: string;
}

/** What the model is asked in one step; the rest of the request is the agent's settings. */
export interface StepRequest {
  messages: readonly AgentMessage[];
  tools: readonly ToolOffer[];
  /** Without tools: the model has to answer. */
  noTools: boolean;
  /** The answer's schema, for providers that can be held to one. */
  schema?: JsonSchema;
  /** Milliseconds that are left. */
  timeoutMs?: number;
}

/** A tool as the model sees it. */
export interface ToolOffer {
  name: string;
  description?: string | undefined;
  parameters: JsonSchema;
  /** Hands the conversation to this agent instead of answering. */
  transfersTo?: string;
}

/** The text of a message's content, media left out. */
export function textOfContent(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  const texts = content.map((part: unknown) =>
    typeof part === "string" ? part : ((part as { text?: string } | null)?.text ?? ""),
  );
  return texts.filter((text) => text !== "").join("\n");
}
