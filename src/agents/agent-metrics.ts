import type { AgentOutcome } from "./agent-run.ts";
import { type AgentUsage, NO_AGENT_USAGE, sumCost, sumUsage } from "./messages.ts";

/** What an agent has done so far. */
export interface AgentMetrics {
  runs: number;
  failed: number;
  steps: number;
  toolCalls: number;
  toolErrors: number;
  handoffs: number;
  usage: AgentUsage;
  /** Dollars; null once the price of a model was unknown. */
  cost: number | null;
  totalMs: number;
  averageMs: number;
  lastMs: number;
}

export const NO_METRICS: AgentMetrics = Object.freeze({
  runs: 0,
  failed: 0,
  steps: 0,
  toolCalls: 0,
  toolErrors: 0,
  handoffs: 0,
  usage: NO_AGENT_USAGE,
  cost: 0,
  totalMs: 0,
  averageMs: 0,
  lastMs: 0,
});

/** The metrics with a further run. `outcome` is absent where it failed. */
export function withRun(before: AgentMetrics, outcome: AgentOutcome | undefined, durationMs: number): AgentMetrics {
  const calls = outcome?.steps.flatMap((step) => step.toolCalls) ?? [];
  const runs = before.runs + 1;
  const totalMs = before.totalMs + durationMs;
  return {
    runs,
    failed: before.failed + (outcome ? 0 : 1),
    steps: before.steps + (outcome?.steps.length ?? 0),
    toolCalls: before.toolCalls + calls.length,
    toolErrors: before.toolErrors + calls.filter(({ isError }) => isError).length,
    handoffs: before.handoffs + (outcome?.handoffs.length ?? 0),
    usage: outcome ? sumUsage(before.usage, outcome.usage) : before.usage,
    cost: outcome ? sumCost(before.cost, outcome.cost) : before.cost,
    totalMs,
    averageMs: totalMs / runs,
    lastMs: durationMs,
  };
}
