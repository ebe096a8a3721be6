import { isPlainObject, type ScriptObject, type ScriptValue } from "../values/script-value.ts";

/** What a hook wants. */
export type HookOutcome =
  | { kind: "keep" }
  | { kind: "change"; value: ScriptValue }
  | { kind: "block"; reason: string }
  | { kind: "replace"; value: ScriptValue }
  | { kind: "retry"; delayMs: number };

const CONTROL = new Set(["block", "replace", "retry", "value", "metadata", "delayMs", "delay_ms"]);

export const KEEP: HookOutcome = { kind: "keep" };

/**
 * Reads what a hook answered: nothing keeps all as it is; an object of only `block`, `replace`, `retry`, `delayMs`, `value`
 * and `metadata` says what is to be done; anything else takes the place of what the hook was given.
 */
export function readOutcome(answer: ScriptValue): { outcome: HookOutcome; metadata?: ScriptObject } {
  if (answer === null || answer === undefined) return { outcome: KEEP };
  if (!isOrder(answer)) return { outcome: { kind: "change", value: answer } };
  const { metadata } = answer;
  return { outcome: orderOf(answer), ...(isPlainObject(metadata) ? { metadata } : {}) };
}

function isOrder(answer: ScriptValue): answer is ScriptObject {
  if (!isPlainObject(answer)) return false;
  const keys = Object.keys(answer);
  return keys.length > 0 && keys.every((key) => CONTROL.has(key));
}

function orderOf(order: ScriptObject): HookOutcome {
  const { block, retry, value } = order;
  if (block !== undefined && block !== null && block !== false)
    return { kind: "block", reason: typeof block === "string" ? block : "it said no" };
  if ("replace" in order) return { kind: "replace", value: order.replace };
  if (retry === true) {
    const delay = order.delayMs ?? order.delay_ms;
    return { kind: "retry", delayMs: typeof delay === "number" && delay > 0 ? Math.min(delay, 3_600_000) : 0 };
  }
  return "value" in order && value !== null ? { kind: "change", value } : KEEP;
}
