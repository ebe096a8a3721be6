import { LlmspellError } from "../errors.ts";
import type { AgentFinish, RunLeft, RunLimits } from "./agent-run.ts";
import { type AgentUsage, NO_AGENT_USAGE, sumCost, sumUsage } from "./messages.ts";

/** What a run has used, against what it may. */
export class RunAccount {
  usage: AgentUsage = NO_AGENT_USAGE;
  cost: number | null = 0;
  readonly #limits: RunLimits;
  readonly #now: () => number;
  readonly #startedAt: number;

  constructor(limits: RunLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
    this.#startedAt = limits.timeoutMs === undefined ? 0 : now();
  }

  add(usage: AgentUsage | undefined, cost: number | null | undefined): void {
    if (usage) this.usage = sumUsage(this.usage, usage);
    if (cost !== undefined) this.cost = sumCost(this.cost, cost);
  }

  /** The limit that is reached, if one is. */
  reached(): AgentFinish | undefined {
    const { maxTokens, maxCost } = this.#limits;
    if (maxTokens !== undefined && this.usage.totalTokens >= maxTokens) return "budget";
    if (maxCost !== undefined && this.cost !== null && this.cost >= maxCost) return "budget";
    return (this.left().timeoutMs ?? 1) <= 0 ? "timeout" : undefined;
  }

  left(): RunLeft {
    const { maxTokens, maxCost, timeoutMs } = this.#limits;
    return {
      ...(maxTokens === undefined ? {} : { tokens: maxTokens - this.usage.totalTokens }),
      ...(maxCost === undefined ? {} : { cost: maxCost - (this.cost ?? 0) }),
      ...(timeoutMs === undefined ? {} : { timeoutMs: this.#startedAt + timeoutMs - this.#now() }),
    };
  }

  /** Whether an error says that this run's own time is up. */
  isTimeout(error: unknown): boolean {
    return (
      this.#limits.timeoutMs !== undefined &&
      LlmspellError.is(error) &&
      (error.code === "provider.timeout" || error.code === "tool.timeout" || error.code === "async.timeout") &&
      this.reached() === "timeout"
    );
  }
}
