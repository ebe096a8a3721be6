import type { Spend } from "../budget/budget.ts";
import type { OutputEntry, Usage } from "../journal/journal.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";

/** What the journal needs for one effect besides its values. */
export const EFFECT_BYTES = 128;

/** What the journal needs for an output besides the entry itself. */
export function outputBytes({ text, logs }: OutputEntry): number {
  return text.length + (logs ? sizeOf(logs as unknown as ScriptValue) : 0);
}

export function spendOf(usage: Usage | undefined): Spend {
  return { cost: usage?.cost ?? 0, tokens: (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0) };
}
