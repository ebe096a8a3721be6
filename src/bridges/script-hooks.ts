import type { Callback } from "../bridge/schemas.ts";
import type { HookFunction, HookSettings } from "../hooks/hook.ts";
import { type HookPoint, isBefore } from "../hooks/hook-points.ts";
import { HookRegistry } from "../hooks/hook-registry.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { hookOptions, type HookOptions } from "./hooks-schemas.ts";
import { toAnswer } from "./llm-answer.ts";
import type { AnswerData } from "./llm-schemas.ts";

/** A script's function as a hook: an answer of a model is a text with fields to it. */
export function scriptHook(fn: Callback, point: HookPoint): HookFunction {
  if (point !== "afterGenerate") return (ctx, ...args) => fn(ctx as unknown as ScriptValue, ...args);
  return (ctx, request, response) =>
    fn(ctx as unknown as ScriptValue, request, toAnswer(response as unknown as AnswerData));
}

export function settingsOf(
  point: HookPoint,
  run: HookFunction,
  registered: string,
  options: HookOptions,
): HookSettings {
  const { priority, deadlineMs, onFailure = isBefore(point) ? "block" : "continue" } = options;
  return { name: registered, point, priority, deadlineMs, onFailure, run };
}

type HookTable = Partial<Record<HookPoint, unknown>>;

/** Hooks of one thing alone, e.g. an agent. Removing `name` gives the functions back. */
export function ownHooks(table: HookTable, name: string): HookRegistry {
  const registry = new HookRegistry();
  const defaults = hookOptions.parse({});
  for (const [point, fn] of Object.entries(table) as [HookPoint, Callback | undefined][]) {
    if (fn === undefined) continue;
    fn.retain();
    const settings = settingsOf(point, scriptHook(fn, point), name, defaults);
    registry.add([{ ...settings, release: () => fn.release() }]);
  }
  return registry;
}
