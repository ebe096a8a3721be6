import { LlmspellError } from "../errors.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import type { StepResult } from "./definition.ts";
import { toJsonText } from "./expressions/show.ts";
import type { PlannedBody } from "./plan.ts";

/** One output from those of parallel steps. */
export function mergeResults(
  merge: PlannedBody["merge"],
  results: ReadonlyMap<string, StepResult>,
  workflow: string,
): ScriptValue | Promise<ScriptValue> {
  if (typeof merge === "function") return merge(Object.fromEntries(results) as unknown as ScriptObject);
  const completed = [...results].filter(([, { status }]) => status === "completed");
  if (merge === "all") return Object.fromEntries(completed.map(([name, { output }]) => [name, output ?? null]));
  if (completed.length === 0)
    throw new LlmspellError(
      "workflow.failed",
      `no step of "${workflow}" completed, so that there is nothing to ${merge === "vote" ? "vote on" : "choose"}`,
    );
  return merge === "vote" ? vote(completed.map(([, { output }]) => output)) : (completed[0]?.[1].output ?? null);
}

/** What most gave; of several as many the earliest. Texts that differ in case and blanks are the same. */
function vote(outputs: readonly ScriptValue[]): ScriptValue {
  const counts = new Map<string, { value: ScriptValue; votes: number }>();
  for (const value of outputs) {
    const text = toJsonText(value);
    const key = text.startsWith('"') ? text.toLowerCase().replace(/^"(\s|\\[nrt])+|[\s.]+"$|(\\[nrt])+"$/g, '"') : text;
    const known = counts.get(key) ?? { value, votes: 0 };
    known.votes += 1;
    counts.set(key, known);
  }
  return [...counts.values()].reduce((best, each) => (each.votes > best.votes ? each : best)).value;
}
