import { describe, expect, it } from "vitest";
import type { LlmspellError } from "../errors.ts";
import { createBudget } from "./budget.ts";

const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    return (error as LlmspellError).code;
  }
  return "none";
};

describe("a budget", () => {
  it("refuses what does not fit into what is left, reservations in flight included", () => {
    const budget = createBudget({ tokens: 100 });
    const lease = budget.reserve(() => ({ tokens: 60 }));
    expect(codeOf(() => budget.reserve(() => ({ tokens: 50 })))).toBe("budget.exceeded");
    lease.settle({ tokens: 10 });
    expect(codeOf(() => budget.reserve(() => ({ tokens: 50 })))).toBe("none");
    expect(budget.spent()).toEqual({ cost: 0, tokens: 10 });
  });

  it("counts what was really spent, once, also above the estimate", () => {
    const budget = createBudget({ cost: 1 });
    const lease = budget.reserve(() => ({ cost: 0.1 }));
    lease.settle({ cost: 1.5 });
    lease.settle({ cost: 1.5 });
    expect(budget.spent().cost).toBe(1.5);
    expect(codeOf(() => budget.reserve(() => ({})))).toBe("budget.exceeded");
  });

  it("has no limit where none is set", () => {
    const budget = createBudget();
    budget.book({ cost: 1e9, tokens: 1e12 });
    expect(codeOf(() => budget.reserve(() => ({ cost: 1, tokens: 1 })))).toBe("none");
  });
});
