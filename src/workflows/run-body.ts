import { LlmspellError } from "../errors.ts";
import { isPlainObject, type ScriptObject, type ScriptValue } from "../values/script-value.ts";
import type { StepResult } from "./definition.ts";
import { cancelledBy, type Environment, orAborted } from "./environment.ts";
import { numberOf } from "./expressions/filters.ts";
import { showValue } from "./expressions/show.ts";
import type { PlannedBody, PlannedStep } from "./plan.ts";
import { lanes } from "./lanes.ts";
import { mergeResults } from "./merge.ts";
import { runGraph } from "./run-graph.ts";
import { runStep } from "./run-step.ts";
import type { Scope } from "./scope.ts";
import { dataOf, fill, holds } from "./step-data.ts";

/** Runs steps in the order of their type and answers the output. Results stand in the scope. Throws `StepFailure`. */
export async function runBody(body: PlannedBody, scope: Scope, env: Environment): Promise<ScriptValue> {
  const reactions = new Map(body.steps.filter((step) => step.isReaction).map((step) => [step.name, step]));
  const inner = reactions.size > 0 ? { ...env, reactions } : env;
  switch (body.type) {
    case "sequential":
      return runSequence(body.steps, scope, inner);
    case "parallel":
      return runParallel(body, scope, inner);
    case "dag":
      return runGraph(body, scope, inner);
    case "conditional":
      return runConditional(body, scope, inner);
    case "loop":
      return runLoop(body, scope, inner);
  }
}

async function runSequence(steps: readonly PlannedStep[], scope: Scope, env: Environment): Promise<ScriptValue> {
  let output: ScriptValue = null;
  for (const step of steps) {
    if (step.isReaction) continue;
    const result = await runStep(step, scope, env);
    if (result.status === "completed") output = result.output ?? null;
  }
  return output;
}

async function runConditional(body: PlannedBody, scope: Scope, env: Environment): Promise<ScriptValue> {
  const chosen = await chooseBranch(body, scope, env);
  return chosen ? runBody(chosen, scope, env) : null;
}

async function chooseBranch(body: PlannedBody, scope: Scope, env: Environment): Promise<PlannedBody | undefined> {
  for (const branch of body.branches) if (await holds(branch.condition, scope, env)) return branch.body;
  if (body.switch) {
    const value =
      typeof body.switch === "function"
        ? await orAborted(env.ports.invoke(body.switch, dataOf(scope), env.signal), env.signal)
        : fill(body.switch, scope, env);
    const found = body.cases.get(showValue(value).trim());
    if (found) return found;
  }
  return body.default;
}

async function runParallel(body: PlannedBody, scope: Scope, env: Environment): Promise<ScriptValue> {
  const steps = body.steps.filter((step) => !step.isReaction);
  const stop = new AbortController();
  const inner = { ...env, signal: AbortSignal.any([env.signal, stop.signal]) };
  const enough = new LlmspellError("call.cancelled", "another step was enough");
  let failure: unknown;
  let first: StepResult | undefined;
  await lanes(steps, body.maxConcurrency, async (step) => {
    if (stop.signal.aborted) {
      scope.results.set(step.name, { status: "cancelled", attempts: 0, durationMs: 0 });
      return;
    }
    try {
      const result = await runStep(step, scope.beside(), inner);
      if (body.merge !== "first" || result.status !== "completed" || first) return;
      first = result;
      stop.abort(enough);
    } catch (error) {
      if (stop.signal.aborted) return;
      // Of the steps of which the first is enough, one may fail.
      if (body.merge === "first" && !env.signal.aborted && !isFinal(error)) {
        failure ??= error;
        return;
      }
      failure = error;
      stop.abort(cancelledBy(error, "another step failed"));
    }
  });
  if (first) return (scope.previous = first.output);
  if (failure !== undefined) throw failure as Error;
  const results = new Map(steps.map(({ name }) => [name, scope.results.get(name) as StepResult]));
  return (scope.previous = await orAborted(Promise.resolve(mergeResults(body.merge, results, env.name)), env.signal));
}

function isFinal(error: unknown): boolean {
  return LlmspellError.is(error) && error.final;
}

async function runLoop(body: PlannedBody, scope: Scope, env: Environment): Promise<ScriptValue> {
  if (body.loop === "forEach" || body.loop === "range") return runEach(body, scope, env);
  const outputs: ScriptValue[] = [];
  let last: ScriptValue = null;
  let inside = scope.within({ iteration: 0, last });
  for (let iteration = 1; ; iteration++) {
    const test = body.condition as NonNullable<PlannedBody["condition"]>;
    if (body.loop === "while" && !(await holds(test, inside, env))) break;
    if (iteration > body.maxIterations) throw tooMany(body, env);
    inside = scope.within({ iteration, index: iteration - 1, last });
    last = await runSequence(body.steps, inside, env);
    publish(inside, scope);
    inside = afterIteration(inside, scope, iteration, last);
    if (body.collect === "all") outputs.push(last);
    if (body.loop === "until" && (await holds(test, inside, env))) break;
  }
  return (scope.previous = body.collect === "all" ? outputs : last);
}

/** What the condition of a loop sees: the results of the iteration that ended, whose output is `last`. */
function afterIteration(inside: Scope, scope: Scope, iteration: number, last: ScriptValue): Scope {
  const seen = scope.within({ iteration, index: iteration - 1, last });
  for (const [name, result] of inside.results) seen.results.set(name, result);
  seen.previous = last;
  return seen;
}

async function runEach(body: PlannedBody, scope: Scope, env: Environment): Promise<ScriptValue> {
  const items = await itemsOf(body, scope, env);
  if (items.length > body.maxIterations) throw tooMany(body, env);
  const outputs: ScriptValue[] = Array.from(items, () => null);
  const stop = new AbortController();
  const isAlone = body.maxConcurrency === 1;
  const inner = isAlone ? env : { ...env, signal: AbortSignal.any([env.signal, stop.signal]) };
  let last: ScriptValue = null;
  let failure: unknown;
  await lanes([...items.entries()], body.maxConcurrency, async ([index, item]) => {
    if (failure !== undefined) return;
    const locals = { item, index, iteration: index + 1, as: body.as, ...(isAlone ? { last } : {}) };
    const inside = scope.within(locals);
    try {
      outputs[index] = last = await runSequence(body.steps, inside, inner);
    } catch (error) {
      failure ??= error;
      stop.abort(cancelledBy(error, "another iteration failed"));
    }
    publish(inside, scope);
  });
  if (failure !== undefined) throw failure as Error;
  return (scope.previous = body.collect === "all" ? outputs : (outputs.at(-1) ?? null));
}

/** Of a loop the results of the latest iteration are seen. */
function publish(inside: Scope, scope: Scope): void {
  for (const [name, result] of inside.results) scope.results.set(name, result);
}

async function itemsOf(body: PlannedBody, scope: Scope, env: Environment): Promise<readonly ScriptValue[]> {
  if (body.loop === "range" && body.range) return rangeOf(fill(body.range, scope, env) as ScriptObject, body, env);
  const value =
    typeof body.items === "function"
      ? await orAborted(env.ports.invoke(body.items, dataOf(scope), env.signal), env.signal)
      : body.items && fill(body.items, scope, env);
  if (Array.isArray(value)) return value;
  if (isPlainObject(value)) return Object.entries(value).map(([key, each]) => ({ key, value: each }));
  throw new LlmspellError("workflow.invalid", `the items of a loop of "${env.name}" are neither a list nor an object`, {
    details: { workflow: env.name, step: env.step },
    hint: "A text becomes a list with {{ text | lines }} or {{ text | parse_json }}.",
  });
}

function rangeOf({ from = 1, to, step = 1 }: ScriptObject, body: PlannedBody, env: Environment): number[] {
  const [start, end, by] = [numberOf(from), numberOf(to), numberOf(step)];
  if (by === 0 || ![start, end, by].every(Number.isFinite))
    throw new LlmspellError("workflow.invalid", `the range of a loop of "${env.name}" has no end`);
  const length = Math.max(0, Math.floor((end - start) / by + 1e-9) + 1);
  if (length > body.maxIterations) throw tooMany(body, env);
  return Array.from({ length }, (_, index) => start + index * by);
}

function tooMany({ maxIterations: limit }: PlannedBody, env: Environment): LlmspellError {
  return new LlmspellError("workflow.limit", `a loop of "${env.name}" has more than ${limit} iterations`, {
    details: { workflow: env.name, step: env.step, limit },
    hint: "Raise maxIterations, or see that its condition changes.",
  });
}
