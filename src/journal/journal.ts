import type { ErrorData } from "../errors.ts";
import type { ScriptValue } from "../values/script-value.ts";

/** Tokens and money that an effect used. Costs are US dollars; absent means unknown. */
export interface Usage {
  inputTokens?: number;
  outputTokens?: number;
  cachedTokens?: number;
  cost?: number;
  /** Counted here, wholly or in part: the provider did not say (yet). */
  estimated?: true;
}

/** Both together. */
export function addUsage(a: Usage | undefined, b: Usage | undefined): Usage | undefined {
  if (!a || !b) return a ?? b;
  const sum: Usage = { ...a };
  for (const field of ["inputTokens", "outputTokens", "cachedTokens", "cost"] as const) {
    const added = b[field];
    if (added !== undefined) sum[field] = (sum[field] ?? 0) + added;
  }
  if (b.estimated) sum.estimated = true;
  return sum;
}

/**
 * One line of a run's journal. Times are milliseconds since the epoch. Effects are numbered by `seq` from 1 in the
 * order in which they started; `parent` is the effect whose code made the call, 0 the script itself. The order of
 * the `ended` entries is the order in which results reached the script, and a replay delivers in that order.
 */
export type JournalEntry =
  | { type: "started"; seq: number; parent: number; method: string; args: readonly ScriptValue[]; at: number }
  | { type: "ended"; seq: number; at: number; value: ScriptValue; usage?: Usage }
  /** Output or a log of the script, which answers nil at once: `started` and `ended` in one, as there may be very many. */
  | { type: "output"; seq: number; method: string; args: readonly ScriptValue[] }
  | { type: "failed"; seq: number; at: number; error: ErrorData; usage?: Usage }
  /**
   * The effect called a function of the script: the `index`-th function among its arguments. `nested`: before the
   * call itself had returned to the script.
   */
  | { type: "callback"; seq: number; index: number; args: readonly ScriptValue[]; at: number; nested?: true }
  /** The script's next `reads` readings of the clock answered `now`. */
  | { type: "clock"; now: number; reads: number };

/** Append-only record of a run's effects. */
export interface Journal {
  append(entry: JournalEntry): void;
  entries(): readonly JournalEntry[];
}
