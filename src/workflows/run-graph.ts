import type { ScriptValue } from "../values/script-value.ts";
import { cancelledBy, type Environment } from "./environment.ts";
import type { PlannedBody, PlannedStep } from "./plan.ts";
import { runStep } from "./run-step.ts";
import type { Scope } from "./scope.ts";

/**
 * Runs the steps of a graph, each as soon as those that it depends on are done, at most `maxConcurrency` at once. A step that
 * was skipped is done. The output is that of the last step, or of all on which none depends, by name.
 */
export async function runGraph(body: PlannedBody, scope: Scope, env: Environment): Promise<ScriptValue> {
  const steps = body.steps.filter((step) => !step.isReaction);
  const names = new Set(steps.map(({ name }) => name));
  const waiting = new Set(steps);
  const done = new Set<string>();
  const stop = new AbortController();
  const inner = { ...env, signal: AbortSignal.any([env.signal, stop.signal]) };
  let running = 0;
  let failure: unknown;
  const isReady = ({ dependsOn }: PlannedStep) => dependsOn.every((name) => done.has(name) || !names.has(name));
  await new Promise<void>((resolve) => {
    const launch = () => {
      for (const step of waiting) {
        if (running >= body.maxConcurrency || failure !== undefined) break;
        if (!isReady(step)) continue;
        waiting.delete(step);
        running += 1;
        void run(step);
      }
      if (running === 0) resolve();
    };
    const run = async (step: PlannedStep) => {
      try {
        await runStep(step, scope, inner);
        done.add(step.name);
      } catch (error) {
        failure ??= error;
        stop.abort(cancelledBy(error, "another step failed"));
      }
      running -= 1;
      launch();
    };
    launch();
  });
  if (failure !== undefined) throw failure as Error;
  const ends = steps.filter(({ name }) => !steps.some(({ dependsOn }) => dependsOn.includes(name)));
  const outputOf = ({ name }: PlannedStep) => scope.results.get(name)?.output ?? null;
  const [only] = ends;
  return (scope.previous =
    ends.length === 1 && only ? outputOf(only) : Object.fromEntries(ends.map((end) => [end.name, outputOf(end)])));
}
