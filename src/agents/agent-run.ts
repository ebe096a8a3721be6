import type { JsonSchema } from "../schemas/json-schema.ts";
import type { AgentMessage, AgentToolCall, AgentUsage, ModelAnswer, StepRequest, ToolOffer } from "./messages.ts";

/** What bounds a run, and how it is to end. */
export interface RunLimits {
  /** Answers of the model that may call tools. */
  maxSteps: number;
  maxHandoffs: number;
  /** Steps in a row in which no call was right, before the model has to answer without tools. */
  repairs: number;
  /** Of the run as a whole, sub-agents included. */
  maxTokens?: number | undefined;
  /** Dollars. */
  maxCost?: number | undefined;
  timeoutMs?: number | undefined;
  /** Characters of a tool's result that the model gets. */
  maxToolResult: number;
  /** Times that a step is asked again after a stream broke off. */
  retries: number;
}

export interface StopRule {
  tools: readonly string[];
  texts: readonly string[];
  /** Asked after each step. */
  decide?: ((step: AgentStep) => unknown) | undefined;
}

/** One run of an agent, as it is to be done. */
export interface AgentTask {
  agentId: string;
  agentName: string;
  /** Who the agent is, and what it is to do. */
  system: string | undefined;
  /** The conversation, this run's input at its end. */
  messages: readonly AgentMessage[];
  limits: RunLimits;
  stop: StopRule;
  output: JsonSchema | undefined;
  /** Rounds in which a value that does not fit is corrected. */
  outputRepairs: number;
  /** How many handoffs led here. */
  handoffDepth: number;
}

/** A call of a tool, with what came of it. */
export interface PerformedCall {
  id: string;
  name: string;
  arguments: Record<string, unknown>;
  /** As the tool answered, or the error's message; cut where it was too large for the model. */
  result: unknown;
  isError: boolean;
  /** The error's code. */
  code?: string;
  durationMs: number;
  /** The agent that made it. */
  agent: string;
}

export interface AgentStep {
  /** Counts from 1. */
  number: number;
  agent: string;
  text: string;
  reasoning?: string;
  toolCalls: PerformedCall[];
  usage: AgentUsage;
  cost: number | null;
  model: string;
  finishReason: string;
  durationMs: number;
}

export interface Handoff {
  from: string;
  to: string;
  reason: string | null;
}

export type AgentFinish =
  | "stop"
  | "length"
  | "content_filter"
  | "other"
  | "max_steps"
  | "max_repairs"
  | "stop_when"
  | "budget"
  | "timeout";

export interface AgentOutcome {
  text: string;
  object?: unknown;
  reasoning?: string;
  steps: AgentStep[];
  usage: AgentUsage;
  cost: number | null;
  handoffs: Handoff[];
  finishReason: AgentFinish;
  /** What the run added to the conversation, behind its input. */
  added: AgentMessage[];
  /** The agent that answered. */
  agent: string;
  model: string | null;
}

/** What a tool's call came to. */
export interface ToolOutcome {
  value: unknown;
  isError: boolean;
  code?: string;
  /** The call itself was wrong: unknown tool, arguments that do not fit. */
  wrongCall?: boolean;
  /** Of agents that worked as a tool. */
  usage?: AgentUsage;
  cost?: number | null;
}

/** What happens in a run, as it happens. */
export type AgentProgress =
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string }
  | { type: "toolCall"; toolCall: AgentToolCall }
  | { type: "toolResult"; toolResult: PerformedCall }
  | { type: "step"; step: AgentStep }
  | { type: "handoff"; handoff: Handoff }
  /** A stream broke off: what came of this step comes again. */
  | { type: "retry"; text: string };

/** How a run reaches models, tools and people. All of it is journaled by whoever implements it. */
export interface AgentPorts {
  /** Calls `begun` when the first piece of a stream was told. */
  ask(request: StepRequest, begun: () => void): Promise<ModelAnswer>;
  /** The tools as they are now. */
  tools(): readonly ToolOffer[];
  /** Never rejects but for what ends the run. */
  perform(call: AgentToolCall, left: RunLeft): Promise<ToolOutcome>;
  /** Why a person refused; undefined where the call may be made. */
  refusal(call: AgentToolCall): Promise<string | undefined>;
  /** Lets another agent take over. */
  transfer(handoff: Handoff, messages: readonly AgentMessage[], left: RunLeft): Promise<AgentOutcome>;
  /** What the model gets of a conversation that may be longer. */
  remembered(messages: readonly AgentMessage[]): Promise<Recollection>;
  /** Journaled clock, in milliseconds. */
  now(): number;
  /** Tells whoever listens; waits for a function that is asked piece by piece. */
  tell(progress: AgentProgress): unknown;
  /** Of a result, as the model reads it. */
  toText(value: unknown): string;
}

/** Messages for the model, and what it took to make them. */
export interface Recollection {
  messages: readonly AgentMessage[];
  usage?: AgentUsage;
  cost?: number | null;
}

/** What a run may still use, for what works on its behalf. */
export interface RunLeft {
  tokens?: number;
  cost?: number;
  timeoutMs?: number;
}
