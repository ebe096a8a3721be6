import type { CallContext } from "../bridge/call-context.ts";
import type { Spend } from "../budget/budget.ts";
import type { Usage } from "../journal/journal.ts";
import { estimateCall, estimatePiece } from "../models/estimate.ts";
import type { ModelRequest } from "../models/types.ts";
import { MODELS } from "./services.ts";

/** What a call used, for the journal and the budget. */
export function usageOf(data: {
  usage: { inputTokens: number; outputTokens: number; cachedTokens: number };
  cost: number | null;
}): Usage {
  const { inputTokens, outputTokens, cachedTokens } = data.usage;
  return { inputTokens, outputTokens, cachedTokens, ...(data.cost === null ? {} : { cost: data.cost }) };
}

/** What a call without a usage of its own is taken to have used: all that it may use, or the given output. */
export function estimatedUsage(request: ModelRequest, ctx: CallContext, outputTokens?: number): Usage {
  return { ...usageOf(estimateCall(request, ctx.use(MODELS).config, outputTokens)), estimated: true };
}

export function estimatedPiece(request: ModelRequest, ctx: CallContext, text: string): Usage {
  return { ...usageOf(estimatePiece(request, ctx.use(MODELS).config, text)), estimated: true };
}

/** What is reserved for calls, at the price of the models that they name or mean. */
export function estimateSpend(requests: readonly ModelRequest[], ctx: CallContext): Spend {
  const spend = { tokens: 0, cost: 0 };
  for (const request of requests) {
    const { usage, cost } = estimateCall(request, ctx.use(MODELS).config);
    spend.tokens += usage.totalTokens;
    spend.cost += cost ?? 0;
  }
  return spend;
}

/** What `later` has more than `sooner`; less is negative. */
export function difference(later: Usage, sooner: Usage): Usage {
  return {
    inputTokens: (later.inputTokens ?? 0) - (sooner.inputTokens ?? 0),
    outputTokens: (later.outputTokens ?? 0) - (sooner.outputTokens ?? 0),
    cachedTokens: (later.cachedTokens ?? 0) - (sooner.cachedTokens ?? 0),
    cost: (later.cost ?? 0) - (sooner.cost ?? 0),
  };
}
