import type { ErrorData } from "../errors.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import type { Repeat } from "./repeats.ts";

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

/** What a spell logged. */
export interface LoggedEvent {
  level: string;
  message: string;
  fields?: ScriptObject;
}

/**
 * Output and logs, of which there may be very many: `calls` calls of one method that came one after the other, from
 * `seq` on, each of which answered nil at once. Without calls: what the effect `parent` printed itself.
 */
export interface OutputEntry {
  type: "output";
  seq: number;
  parent: number;
  method: string;
  calls: number;
  /** All of them together. */
  text: string;
  logs?: readonly LoggedEvent[];
  /** Before the call of the effect `parent` had returned to the script. */
  nested?: true;
  /** When the first was made. */
  at: number;
}

/**
 * A module that the spell loaded: found in its folder, a library, a package. Its source stands in the first entry of
 * its id alone. `error` instead: there was none.
 */
export type ModuleEntry = { type: "module"; specifier: string; importer: string } & (
  | { id: string; source?: string }
  | { error: ErrorData }
);

/**
 * One line of a run's journal. Times are milliseconds since the epoch. Effects are numbered by `seq` from 1 in the
 * order in which they started; `parent` is the effect whose code made the call, 0 the script itself. The order of
 * the `ended` entries is the order in which results reached the script, and a replay delivers in that order.
 */
export type JournalEntry =
  | {
      type: "started";
      seq: number;
      parent: number;
      method: string;
      args: readonly ScriptValue[];
      at: number;
      /** It is made of calls to other methods: a replay runs it again, and what it answered is told in short. */
      composite?: true;
      /** The name of what it is about, for readers: not compared on a replay. */
      about?: string;
      /** What the arguments share with earlier ones: the lines of a journal hold it once. */
      repeats?: readonly Repeat[];
    }
  | { type: "ended"; seq: number; at: number; value: ScriptValue; usage?: Usage; composite?: true }
  | { type: "failed"; seq: number; at: number; error: ErrorData; usage?: Usage }
  | OutputEntry
  /**
   * The effect called a function of the script: the `index`-th function among its arguments. `nested`: before the
   * call itself had returned to the script.
   */
  | { type: "callback"; seq: number; index: number; args: readonly ScriptValue[]; at: number; nested?: true }
  /** The next `reads` readings of the clock answered `now`: of the run's own script, or of the one that effect `parent` runs. */
  | { type: "clock"; now: number; reads: number; parent?: number }
  | ModuleEntry;

/** Append-only record of a run's effects. */
export interface Journal {
  append(entry: JournalEntry): void;
}

/** Longest text of one output entry, in UTF-16 units, but for a single call that prints more. */
const MOST_OUTPUT = 16 * 1024;

/** Adds output to the entry before it where the two belong together. False: it needs an entry of its own. */
export function joinOutput(last: JournalEntry | undefined, next: OutputEntry): boolean {
  const joins =
    last?.type === "output" &&
    last.method === next.method &&
    last.parent === next.parent &&
    last.seq + last.calls === next.seq &&
    last.calls > 0 === next.calls > 0 &&
    last.text.length + next.text.length <= MOST_OUTPUT &&
    (last.logs?.length ?? 0) < 100;
  if (!joins) return false;
  last.calls += next.calls;
  last.text += next.text;
  if (next.logs) last.logs = [...(last.logs ?? []), ...next.logs];
  return true;
}
