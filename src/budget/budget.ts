import { LlmspellError } from "../errors.ts";

/** Money in US dollars, tokens in and out together. */
export interface Spend {
  cost?: number;
  tokens?: number;
}

/** A reservation against a budget: settle it with what was really spent, once. */
export interface Lease {
  settle(actual: Spend): void;
}

export interface Budget {
  /** Its ceilings. */
  readonly limit: Readonly<Spend>;
  /** Throws `budget.exceeded` when the estimate does not fit into what is left. Nothing is estimated where there is no ceiling. */
  reserve(estimate: () => Spend): Lease;
  /** Counts what was spent before, without asking whether it fits. */
  book(actual: Spend): void;
  spent(): Required<Spend>;
}

/** A budget with the given ceilings; an absent ceiling is no limit. */
export function createBudget(limit: Spend = {}): Budget {
  const spent: Required<Spend> = { cost: 0, tokens: 0 };
  const held: Required<Spend> = { cost: 0, tokens: 0 };
  const book = (actual: Spend) => {
    spent.cost += actual.cost ?? 0;
    spent.tokens += actual.tokens ?? 0;
  };
  const unlimited = limit.cost === undefined && limit.tokens === undefined;
  return {
    limit,
    book,
    reserve(estimate) {
      if (unlimited) return { settle: book };
      const { cost = 0, tokens = 0 } = estimate();
      const lease = { cost, tokens };
      for (const unit of ["cost", "tokens"] as const) {
        const ceiling = limit[unit];
        const wanted = spent[unit] + held[unit] + lease[unit];
        if (ceiling !== undefined && (wanted > ceiling || spent[unit] >= ceiling))
          throw exceeded(unit, ceiling, spent[unit] + held[unit], wanted);
      }
      held.cost += lease.cost;
      held.tokens += lease.tokens;
      let settled = false;
      return {
        settle(actual) {
          if (settled) return;
          settled = true;
          held.cost -= lease.cost;
          held.tokens -= lease.tokens;
          book(actual);
        },
      };
    },
    spent: () => ({ ...spent }),
  };
}

/** `used` is spent or reserved by calls in flight. */
function exceeded(unit: "cost" | "tokens", ceiling: number, used: number, wanted: number): LlmspellError {
  const show = (amount: number) => (unit === "cost" ? `$${Number(amount.toFixed(6))}` : `${Math.ceil(amount)} tokens`);
  const why =
    used >= ceiling
      ? `is used up (${show(used)} spent)`
      : `does not cover the next call, which may take ${show(wanted - used)} (${show(used)} spent so far)`;
  return new LlmspellError("budget.exceeded", `the run's budget of ${show(ceiling)} ${why}`, {
    details: { unit, limit: ceiling, spent: used },
    hint: `Raise it with ${unit === "cost" ? "--max-cost" : "--max-tokens"} or \`budget.${unit}\`, limit the call's maxTokens, or use a cheaper model.`,
  });
}
