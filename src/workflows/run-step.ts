import { LlmspellError, toLlmspellError } from "../errors.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import type { StepResult } from "./definition.ts";
import { type Environment, enterStep, type Nested, orAborted, StepFailure } from "./environment.ts";
import type { PlannedRetry, PlannedStep } from "./plan.ts";
import { performAction, prepareAction } from "./run-action.ts";
import type { Scope } from "./scope.ts";
import { brief, dataOf, fill, holds } from "./step-data.ts";

/** Runs a step with all that its definition says around its action, and records its result. Throws `StepFailure` where the workflow fails with it. */
export async function runStep(step: PlannedStep, scope: Scope, env: Environment): Promise<StepResult> {
  await enterStep(env);
  const inner = { ...env, step: step.name };
  const fields = { workflowId: env.id, workflowName: env.name, stepName: step.name, stepType: step.type };
  const startedAt = env.ports.now();
  let attempts = 0;
  const nested: Nested = {};
  const record = (result: Omit<StepResult, "attempts" | "durationMs">, isSkipped = false): StepResult => {
    const durationMs = isSkipped ? 0 : env.ports.now() - startedAt;
    const whole: StepResult = { ...withValue(result), attempts, durationMs };
    scope.results.set(step.name, whole);
    return whole;
  };
  try {
    if (step.condition && !(await holds(step.condition, scope, inner))) {
      env.ports.emit("workflow.step.skipped", fields);
      return record({ status: "skipped" }, true);
    }
    env.ports.emit("workflow.step.started", fields);
    const tries = {
      nested,
      retried: (attempt: number, delay: number, error: LlmspellError) =>
        env.ports.emit("workflow.step.retried", { ...fields, attempt, delay, error: brief(error) }),
      counted: () => {
        attempts += 1;
      },
    };
    const output = await env.ports.step(
      { workflow: env.name, step: step.name },
      (ports) => attemptsOf(step, scope, { ...inner, ports }, tries),
      env.signal,
    );
    const { steps } = nested;
    const result = record({ status: "completed", output, ...(steps ? { steps } : {}) });
    env.ports.emit("workflow.step.finished", { ...fields, attempts, duration: result.durationMs, success: true });
    scope.previous = output;
    if (step.compensate) env.undo.push({ step, scope });
    await react(step, step.onSuccess, scope, inner, { output });
    return result;
  } catch (thrown) {
    return fail(step, thrown, scope, inner, fields, record, nested.trail);
  }
}

async function fail(
  step: PlannedStep,
  thrown: unknown,
  scope: Scope,
  env: Environment,
  fields: ScriptObject,
  record: (result: Omit<StepResult, "attempts" | "durationMs">) => StepResult,
  trail: readonly string[] = [],
): Promise<StepResult> {
  // What a reaction to its success threw is no failure of the step's own.
  if (thrown instanceof StepFailure && scope.results.get(step.name)?.status === "completed") throw thrown;
  const error = errorOf(thrown, step, env);
  if (env.signal.aborted) {
    record({ status: "cancelled" });
    throw error;
  }
  if (error.final) throw error;
  const failed = record({ status: "failed", error: brief(error) });
  env.ports.emit("workflow.step.failed", {
    ...fields,
    attempts: failed.attempts,
    duration: failed.durationMs,
    success: false,
    error: brief(error),
  });
  await react(step, step.onFailure, scope, env, { error: brief(error) });
  if (step.onError === "fallback") return useFallback(step, error, scope, env, failed);
  if (step.onError === "fail") throw new StepFailure([step.name, ...trail], error);
  scope.previous = null;
  return step.onError === "skip" ? record({ status: "skipped", error: brief(error) }) : failed;
}

async function useFallback(
  step: PlannedStep,
  error: LlmspellError,
  scope: Scope,
  env: Environment,
  failed: StepResult,
): Promise<StepResult> {
  const { fallback } = step;
  let output: ScriptValue = null;
  if (fallback && "fill" in fallback) output = fill(fallback, scope, env, { error: brief(error) });
  else if (fallback) output = (await runStep(fallback, scope, env)).output ?? null;
  const result: StepResult = withValue({ ...failed, status: "completed", output, fallback: true });
  scope.results.set(step.name, result);
  scope.previous = output;
  return result;
}

/** Nil is what is not there. */
function withValue<T extends { output?: ScriptValue }>(result: T): T {
  if (result.output !== null) return result;
  const { output: _, ...rest } = result;
  return rest as T;
}

async function attemptsOf(
  step: PlannedStep,
  scope: Scope,
  env: Environment,
  tries: {
    nested: Nested;
    counted(): void;
    retried(attempt: number, delay: number, error: LlmspellError): void;
  },
): Promise<ScriptValue> {
  const { retry, timeoutMs } = step;
  const prepared = prepareAction(step, scope, env);
  return env.ports.hooked(step.name, prepared.input, async (input) => {
    const most = retry?.maxAttempts ?? 1;
    for (let attempt = 1; ; attempt++) {
      tries.counted();
      const run = async (signal: AbortSignal) => {
        const action = { step, scope, env: { ...env, signal }, prepared, input, attempt };
        return orAborted(performAction(action, tries.nested), signal);
      };
      try {
        return (
          (timeoutMs === undefined
            ? await run(env.signal)
            : await env.ports.limit(
                timeoutMs,
                () => tooLate(step, timeoutMs, env),
                (signal) => run(AbortSignal.any([signal, env.signal])),
              )) ?? null
        );
      } catch (thrown) {
        const error = errorOf(thrown, step, env);
        if (thrown instanceof StepFailure) tries.nested.trail = thrown.trail;
        if (attempt >= most || error.final || env.signal.aborted || !retry || isHopeless(error)) throw error;
        const delay = delayOf(retry, attempt, env, error);
        tries.retried(attempt, delay, error);
        if (delay > 0) await env.ports.sleep(delay, env.signal);
      }
    }
  });
}

/** Comes out the same at every attempt. */
function isHopeless({ code }: LlmspellError): boolean {
  return code === "workflow.template" || code === "workflow.denied" || code === "permission.denied";
}

function delayOf(retry: PlannedRetry, attempt: number, env: Environment, error: LlmspellError): number {
  const { backoff, baseDelayMs: base, maxDelayMs, jitter } = retry;
  const grown = backoff === "fixed" ? base : backoff === "linear" ? base * attempt : base * 2 ** (attempt - 1);
  const bounded = Math.min(maxDelayMs, grown);
  const delay = jitter && bounded > 0 ? bounded * (0.5 + env.ports.random() / 2) : bounded;
  const told = error.details?.["retryAfterMs"];
  return Math.round(Math.min(maxDelayMs, typeof told === "number" ? Math.max(told, delay) : delay));
}

function tooLate(step: PlannedStep, limit: number, env: Environment): LlmspellError {
  return new LlmspellError(
    "workflow.timeout",
    `the step "${step.name}" of "${env.name}" took longer than ${limit} ms`,
    {
      details: { workflow: env.name, step: step.name, timeoutMs: limit },
      hint: "Give it more time with timeout, or say with onError what happens then.",
      retryable: true,
    },
  );
}

async function react(
  step: PlannedStep,
  reaction: PlannedStep["onSuccess"],
  scope: Scope,
  env: Environment,
  more: ScriptObject,
): Promise<void> {
  if (typeof reaction === "function") {
    await orAborted(env.ports.invoke(reaction, dataOf(scope, more), env.signal), env.signal);
    return;
  }
  for (const name of reaction) {
    const other = env.reactions?.get(name);
    if (other && other !== step) await runStep(other, scope, env);
  }
}

function errorOf(thrown: unknown, step: PlannedStep, env: Environment): LlmspellError {
  if (thrown instanceof StepFailure) return thrown.error;
  if (thrown instanceof TypeError && !LlmspellError.is(thrown))
    return new LlmspellError("workflow.template", `workflow "${env.name}", step "${step.name}": ${thrown.message}`);
  return toLlmspellError(thrown, "workflow.failed");
}
