import { decodeEntries } from "../journal/codec.ts";
import type { JournalEntry, LoggedEvent, Usage } from "../journal/journal.ts";
import type { ScriptValue } from "../values/script-value.ts";
import type { ErrorData } from "../errors.ts";

/** One effect of a run, with the effects that it made. Times are milliseconds since the epoch. */
export interface Effect {
  seq: number;
  method: string;
  /** The name of what it is about, where its method says it. */
  about?: string;
  /** Of output: how many calls it was. */
  calls?: number;
  startedAt: number;
  /** Undefined while it goes on, or where the run's process ended before it did. */
  endedAt?: number;
  args: readonly ScriptValue[];
  value?: ScriptValue;
  error?: ErrorData;
  usage?: Usage;
  /** What it printed and logged. */
  text?: string;
  logs?: readonly LoggedEvent[];
  effects: Effect[];
}

/** The effects of a run in the order in which they started, as a tree, from the lines of its journal. */
export function effectTree(lines: readonly string[]): Effect[] {
  const roots: Effect[] = [];
  const known = new Map<number, Effect>();
  const add = (parent: number, effect: Effect) => void (known.get(parent)?.effects ?? roots).push(effect);
  for (const entry of decodeEntries(lines)) {
    if (entry.type === "started") {
      const { seq, method, args, at: startedAt, about } = entry;
      const earlier = known.get(seq);
      // A run that went on in another worker made it again.
      if (earlier) Object.assign(earlier, { startedAt, effects: [] });
      else known.set(seq, { seq, method, ...(about === undefined ? {} : { about }), startedAt, args, effects: [] });
      const effect = known.get(seq) as Effect;
      if (!earlier) add(entry.parent, effect);
    } else if (entry.type === "output") add(entry.parent, outputOf(entry));
    else if (entry.type === "ended" || entry.type === "failed") end(known.get(entry.seq), entry);
  }
  return roots;
}

function outputOf(entry: JournalEntry & { type: "output" }): Effect {
  const { seq, method, calls, text, logs, at } = entry;
  return { seq, method, calls, startedAt: at, endedAt: at, args: [], text, ...(logs ? { logs } : {}), effects: [] };
}

function end(effect: Effect | undefined, entry: JournalEntry & { type: "ended" | "failed" }): void {
  if (!effect) return;
  effect.endedAt = entry.at;
  if (entry.usage) effect.usage = entry.usage;
  if (entry.type === "ended") effect.value = entry.value;
  else effect.error = entry.error;
}
