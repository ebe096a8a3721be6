import { LlmspellError, toLlmspellError } from "../errors.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import type { StepResult, WorkflowResult } from "./definition.ts";
import { type Environment, MAX_NESTED_RUNS, type Nested, StepFailure, orAborted } from "./environment.ts";
import type { Plan } from "./plan.ts";
import { workflowInput } from "./workflow-input.ts";
import type { WorkflowPorts } from "./ports.ts";
import { runBody } from "./run-body.ts";
import type { RunControl } from "./run-control.ts";
import { runStep } from "./run-step.ts";
import { Scope } from "./scope.ts";
import { brief, fill } from "./step-data.ts";

interface Run {
  id: string;
  ports: WorkflowPorts;
  control: RunControl;
  /** Resolves when a pause ends. */
  pause(): Promise<void>;
  /** Cancels it from outside, besides the control. */
  signal?: AbortSignal;
}

/** How a workflow went, and what it failed with. */
export interface Outcome {
  result: WorkflowResult;
  error?: LlmspellError;
}

/** Runs a workflow to its end. Rejects with final errors alone; what failed is in the outcome. */
export async function runWorkflow(plan: Plan, input: ScriptValue, run: Run): Promise<Outcome> {
  const signal = run.signal ? AbortSignal.any([run.control.signal, run.signal]) : run.control.signal;
  const env: Environment = {
    ...run,
    name: plan.name,
    signal,
    undo: [],
    count: { steps: 0 },
    depth: 0,
    nest: { body: runBody, workflow: runNested },
    step: "",
  };
  return runPlan(plan, input, env);
}

/** A workflow as a step of another one. Throws with what it failed with; what undoes its steps then belongs to the outer one. */
async function runNested(plan: Plan, input: ScriptValue, outer: Environment, nested: Nested): Promise<ScriptValue> {
  if (outer.depth + 1 > MAX_NESTED_RUNS)
    throw new LlmspellError("workflow.limit", `workflows are nested more than ${MAX_NESTED_RUNS} levels deep`, {
      details: { workflow: plan.name, limit: MAX_NESTED_RUNS },
      hint: "A workflow that is a step of itself has no end.",
    });
  const { reactions: _, ...rest } = outer;
  const env: Environment = { ...rest, name: plan.name, undo: [], depth: outer.depth + 1, step: "" };
  const { result, error } = await runPlan(plan, input, env);
  nested.steps = result.steps;
  if (error) throw error;
  outer.undo.push(...env.undo);
  return result.output;
}

async function runPlan(plan: Plan, given: ScriptValue, env: Environment): Promise<Outcome> {
  const { ports } = env;
  const startedAt = ports.now();
  const fields = { workflowId: env.id, workflowName: plan.name };
  const input = workflowInput(plan, given);
  const scope = new Scope({ workflow: plan.name, input, vars: plan.vars });
  const steps = () => Object.fromEntries(scope.results);
  ports.emit("workflow.started", { ...fields, steps: plan.body.steps.length });
  const finish = (status: WorkflowResult["status"], more: Partial<WorkflowResult>): WorkflowResult => {
    const result = { status, steps: steps(), ...more, durationMs: ports.now() - startedAt };
    const { error } = result;
    const name = status === "completed" ? "finished" : status;
    const told = { ...fields, duration: result.durationMs, success: status === "completed" };
    ports.emit(`workflow.${name}`, error ? { ...told, error: error as ScriptObject } : told);
    return result;
  };
  try {
    const output = await bounded(plan, env, async (inner) => {
      const value = await runBody(plan.body, scope, inner);
      return plan.output ? fill(plan.output, scope, inner, { output: value }) : value;
    });
    return { result: finish("completed", output === null ? {} : { output }) };
  } catch (thrown) {
    if (env.signal.aborted) return cancelled(finish, env);
    const trail = thrown instanceof StepFailure ? thrown.trail : [];
    const [step] = trail;
    const cause = thrown instanceof StepFailure ? thrown.error : toLlmspellError(thrown, "workflow.failed");
    if (cause.final) throw cause;
    const undone = await compensate(env);
    const result = finish("failed", { error: { ...brief(cause), ...(step === undefined ? {} : { step }) } });
    return { result, error: failure(plan.name, trail, cause, result, undone) };
  }
}

function cancelled(
  finish: (status: "cancelled", more: Partial<WorkflowResult>) => WorkflowResult,
  env: Environment,
): Outcome {
  const reason = toLlmspellError(env.signal.reason, "workflow.cancelled");
  if (reason.final) throw reason;
  return { result: finish("cancelled", { error: brief(reason) }), error: reason };
}

function bounded<T>(plan: Plan, env: Environment, run: (env: Environment) => Promise<T>): Promise<T> {
  const { timeoutMs } = plan;
  if (timeoutMs === undefined) return run(env);
  const late = () =>
    new LlmspellError("workflow.timeout", `the workflow "${plan.name}" took longer than ${timeoutMs} ms`, {
      details: { workflow: plan.name, timeoutMs },
      retryable: true,
    });
  return env.ports.limit(timeoutMs, late, (signal) => {
    const both = AbortSignal.any([env.signal, signal]);
    return orAborted(run({ ...env, signal: both }), both);
  });
}

/** Undoes what completed, the newest first. What cannot be undone does not keep the rest from it. */
async function compensate(env: Environment): Promise<string[]> {
  const failed: string[] = [];
  for (const { step, scope } of env.undo.toReversed()) {
    if (!step.compensate) continue;
    try {
      await runStep(step.compensate, scope, env);
    } catch (thrown) {
      const error = thrown instanceof StepFailure ? thrown.error : toLlmspellError(thrown, "workflow.failed");
      if (error.final) throw error;
      failed.push(step.name);
    }
  }
  env.undo.length = 0;
  return failed;
}

function failure(
  workflow: string,
  trail: readonly string[],
  cause: LlmspellError,
  { steps }: WorkflowResult,
  notUndone: readonly string[],
): LlmspellError {
  const [step] = trail;
  const where = step === undefined ? "" : ` at step ${trail.map((name) => `"${name}"`).join(", in it ")}`;
  const left = notUndone.length > 0 ? `; could not be undone: ${notUndone.join(", ")}` : "";
  const { code, message, retryable, hint } = reasonOf(cause);
  return new LlmspellError("workflow.failed", `the workflow "${workflow}" failed${where}: ${message}${left}`, {
    cause,
    retryable,
    details: {
      workflow,
      ...(step === undefined ? {} : { step }),
      ...(trail.length > 1 ? { path: trail } : {}),
      error: { code, message },
      steps: Object.fromEntries(Object.entries(steps).map(([name, result]) => [name, withoutOutput(result)])),
      ...(notUndone.length > 0 ? { notUndone } : {}),
    },
    ...(hint === undefined ? {} : { hint }),
  });
}

/** A limit is what it is, however many workflows it ended. */
function reasonOf(error: LlmspellError): LlmspellError {
  let reason = error;
  while (reason.code === "workflow.failed" && LlmspellError.is(reason.cause)) reason = reason.cause;
  return reason.code === "workflow.limit" ? reason : error;
}

function withoutOutput({ output: _, steps, ...rest }: StepResult): unknown {
  if (!steps) return rest;
  return {
    ...rest,
    steps: Object.fromEntries(Object.entries(steps).map(([name, each]) => [name, withoutOutput(each)])),
  };
}
