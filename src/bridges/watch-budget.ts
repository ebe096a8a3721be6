import type { CallContext } from "../bridge/call-context.ts";
import type { AnswerData } from "./llm-schemas.ts";
import { emitEvent } from "./run-events.ts";

/** The share of a budget at which a run is warned. */
const WARNING = 0.8;

const SPENT = {};

interface Spent {
  cost: number;
  tokens: number;
  warned: Set<string>;
}

/**
 * Tells once when the answers of models have used up most of the run's budget. It counts by the answers, which a replay gets in the same
 * order, not by what is booked meanwhile.
 */
export function watchBudget(ctx: CallContext, { usage, cost }: AnswerData): void {
  const limits = ctx.budget;
  if (limits.cost === undefined && limits.tokens === undefined) return;
  const spent = ctx.own<Spent>(SPENT, () => ({ cost: 0, tokens: 0, warned: new Set() }));
  spent.cost += cost ?? 0;
  spent.tokens += usage.totalTokens;
  for (const unit of ["cost", "tokens"] as const) {
    const limit = limits[unit];
    if (limit === undefined || spent.warned.has(unit) || spent[unit] < limit * WARNING) continue;
    spent.warned.add(unit);
    emitEvent(ctx, "budget.warning", { unit, limit, spent: spent[unit] });
  }
}
