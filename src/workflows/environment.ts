import { LlmspellError } from "../errors.ts";
import type { ScriptValue } from "../values/script-value.ts";
import type { StepResult } from "./definition.ts";
import type { Plan, PlannedBody, PlannedStep } from "./plan.ts";
import type { WorkflowPorts } from "./ports.ts";
import type { RunControl } from "./run-control.ts";
import type { Scope } from "./scope.ts";

/** Most steps of one run, those of nested workflows and iterations included. */
const MAX_RUN_STEPS = 100_000;
/** Most levels of workflows inside of workflows. */
export const MAX_NESTED_RUNS = 16;

/** What undoes a step that completed. */
export interface Undo {
  step: PlannedStep;
  scope: Scope;
}

/** What is known of the steps inside of one. */
export interface Nested {
  steps?: Record<string, StepResult>;
  /** Where one of them failed. */
  trail?: readonly string[];
}

/** How steps run that are made of steps. `nested` gets their results. */
interface Nesting {
  body(body: PlannedBody, scope: Scope, env: Environment): Promise<ScriptValue>;
  workflow(plan: Plan, input: ScriptValue, env: Environment, nested: Nested): Promise<ScriptValue>;
}

/** Where steps of a workflow run. */
export interface Environment {
  /** Unique within the run of the spell. */
  id: string;
  /** Name of the workflow. */
  name: string;
  ports: WorkflowPorts;
  control: RunControl;
  signal: AbortSignal;
  /** Newest last. */
  undo: Undo[];
  /** Steps so far, counted together over nested workflows. */
  count: { steps: number };
  depth: number;
  nest: Nesting;
  /** Resolves when a pause ends. */
  pause(): Promise<void>;
  /** Steps that only others start, by name. */
  reactions?: ReadonlyMap<string, PlannedStep>;
  /** What gives names and places to errors of a step. */
  step: string;
}

/** A step failed, and with it what it is part of. */
export class StepFailure extends Error {
  /** The step, then the one inside of it that failed, and so on. */
  readonly trail: readonly string[];
  readonly error: LlmspellError;

  constructor(trail: readonly string[], error: LlmspellError) {
    super(error.message);
    this.trail = trail;
    this.error = error;
  }
}

/** Waits while the workflow is paused. Throws when it was cancelled, or does too much. */
export async function enterStep(env: Environment): Promise<void> {
  while (env.control.isPaused) await env.pause();
  env.signal.throwIfAborted();
  env.count.steps += 1;
  if (env.count.steps > MAX_RUN_STEPS)
    throw new LlmspellError("workflow.limit", `the workflow "${env.name}" ran more than ${MAX_RUN_STEPS} steps`, {
      details: { workflow: env.name, limit: MAX_RUN_STEPS },
    });
}

/** What `promise` gives, unless the signal aborts before: what hangs is left behind. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => undefined);
    return Promise.reject(signal.reason as Error);
  }
  return new Promise<T>((resolve, reject) => {
    const aborted = () => reject(signal.reason as Error);
    signal.addEventListener("abort", aborted, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", aborted));
  });
}

/**
 * What cancels the steps beside one that failed. An error that ends the run is none that the journal keeps of them: a run that
 * goes on later does them again.
 */
export function cancelledBy(error: unknown, message: string): LlmspellError {
  return LlmspellError.is(error) && error.final ? error : new LlmspellError("call.cancelled", message);
}
