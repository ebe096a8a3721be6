import { addUsage, type Usage } from "../../journal/journal.ts";
import type { Effect } from "../../runs/effect-tree.ts";
import { formatElapsed, formatSpent } from "../figures.ts";
import { partsOf, subjectOf, titleOf } from "./effect-kind.ts";

/**
 * A run's effects as a drawn tree: what each is about, how long it took, what it and all below it spent. Output is left
 * out; `open` is said of what has no end.
 *
 *     ├─ agent researcher  2.1 s  1,234 tokens in, 56 out, $0.0042
 *     │  └─ model gpt-5  1.9 s  1,234 tokens in, 56 out, $0.0042
 */
export function treeLines(effects: readonly Effect[], open = "did not end", indent = ""): string[] {
  const shown = effects.filter(({ text, logs }) => text === undefined && logs === undefined);
  return shown.flatMap((effect, index) => {
    const isLast = index === shown.length - 1;
    const line = `${indent}${isLast ? "└─" : "├─"} ${lineOf(effect, open)}`;
    return [line, ...treeLines(partsOf(effect), open, `${indent}${isLast ? "   " : "│  "}`)];
  });
}

function lineOf(effect: Effect, open: string): string {
  const { startedAt, endedAt, error } = effect;
  const subject = subjectOf(effect);
  const spent = spentBy(effect);
  const parts = [
    subject === undefined ? titleOf(effect) : `${titleOf(effect)} ${subject}`,
    endedAt === undefined ? open : formatElapsed(endedAt - startedAt),
    spent ? spentText(spent) : "",
    error ? `${error.code}: ${error.message.replaceAll(/\s+/g, " ")}` : "",
  ];
  return parts.filter((part) => part !== "").join("  ");
}

interface Spending extends Usage {
  /** Some of it had no known price. */
  unknown?: true;
}

/** By the effect and all that it made. */
function spentBy({ usage, effects }: Effect): Spending | undefined {
  const own: Spending | undefined = usage && usage.cost === undefined ? { ...usage, unknown: true } : usage;
  return effects.map(spentBy).reduce(both, own);
}

function both(a: Spending | undefined, b: Spending | undefined): Spending | undefined {
  const sum = addUsage(a, b);
  return sum && (a?.unknown || b?.unknown) ? { ...sum, unknown: true } : sum;
}

/** What one effect spent, or several of which some had no known price. */
export function spentText({ inputTokens = 0, outputTokens = 0, cost, unknown }: Spending): string {
  return formatSpent({ inputTokens, outputTokens, cost: cost ?? 0, costKnown: cost !== undefined && !unknown });
}
