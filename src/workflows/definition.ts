import type { Handle, ScriptObject, ScriptValue } from "../values/script-value.ts";

export const WORKFLOW_TYPES = ["sequential", "parallel", "conditional", "loop", "dag"] as const;
export type WorkflowType = (typeof WORKFLOW_TYPES)[number];

export const ACTION_TYPES = [
  "agent",
  "tool",
  "llm",
  "function",
  "workflow",
  "condition",
  "wait",
  "approval",
  "spell",
] as const;
export type ActionType = (typeof ACTION_TYPES)[number];

export const ON_ERROR = ["fail", "continue", "skip", "retry", "fallback"] as const;
export const BACKOFFS = ["fixed", "linear", "exponential"] as const;
export const MERGES = ["all", "first", "vote"] as const;
export const LOOPS = ["while", "until", "forEach", "range"] as const;

/** A function of a script, or of the program: gets what the step sees, answers its output. */
export interface StepFunction {
  (...args: ScriptValue[]): ScriptValue | Promise<ScriptValue>;
  retain(): void;
}

/** A function, or the text of an expression or of a template. */
export type Condition = StepFunction | string | boolean;

/** Milliseconds, or a text such as 500ms, 90s or 5m. */
export type Duration = number | string;

export interface Retry {
  /** Calls in all. */
  maxAttempts?: number | undefined;
  backoff?: (typeof BACKOFFS)[number] | undefined;
  baseDelay?: Duration | undefined;
  maxDelay?: Duration | undefined;
  jitter?: boolean | undefined;
}

export interface Range {
  from?: number | string | undefined;
  to: number | string;
  step?: number | string | undefined;
}

/** What steps are made of, and in which order they run: a workflow, or a step that is one. */
export interface Body {
  type?: WorkflowType | undefined;
  steps?: GivenStep[] | undefined;
  /** Of conditional ones: the first whose condition holds runs. */
  branches?: { condition: Condition; steps: GivenStep[] }[] | undefined;
  /** An expression or template whose value names one of `cases`. */
  switch?: string | StepFunction | undefined;
  cases?: Record<string, GivenStep[]> | undefined;
  default?: GivenStep[] | undefined;
  condition?: Condition | undefined;
  /** Of loops. */
  loop?: (typeof LOOPS)[number] | undefined;
  items?: ScriptValue | StepFunction | undefined;
  range?: Range | undefined;
  as?: string | undefined;
  maxIterations?: number | undefined;
  collect?: "all" | "last" | undefined;
  maxConcurrency?: number | undefined;
  merge?: (typeof MERGES)[number] | StepFunction | undefined;
}

export interface Step extends Omit<Body, "type"> {
  name?: string | undefined;
  description?: string | undefined;
  type?: ActionType | WorkflowType | undefined;
  agent?: string | Handle | undefined;
  tool?: string | Handle | undefined;
  fn?: StepFunction | undefined;
  workflow?: string | Handle | Workflow | undefined;
  spell?: string | undefined;
  prompt?: string | undefined;
  params?: ScriptValue | undefined;
  model?: string | undefined;
  system?: string | undefined;
  schema?: ScriptObject | undefined;
  options?: ScriptObject | undefined;
  wait?: Duration | undefined;
  approval?: string | { title: string; details?: ScriptValue; timeout?: Duration | undefined } | undefined;
  retry?: Retry | number | undefined;
  /** Of each attempt. */
  timeout?: Duration | undefined;
  onError?: (typeof ON_ERROR)[number] | undefined;
  fallback?: GivenStep | undefined;
  fallbackValue?: ScriptValue | undefined;
  onSuccess?: Reaction | undefined;
  onFailure?: Reaction | undefined;
  compensate?: GivenStep | undefined;
  dependsOn?: string | string[] | undefined;
}

/** Names of steps of the same workflow, or a function. */
export type Reaction = string | string[] | StepFunction;

/** As it is written: a function or a workflow stands for a step too. */
export type GivenStep = Step | StepFunction | Handle;

/** A workflow as data. What a file says is the same without functions and handles. */
export interface Workflow extends Body {
  name?: string | undefined;
  description?: string | undefined;
  version?: string | number | undefined;
  /** JSON Schema of the input, or the short form. */
  input?: ScriptObject | undefined;
  /** Values beside the input that templates see as `vars`. */
  vars?: ScriptObject | undefined;
  /** Template of the result. */
  output?: ScriptValue | undefined;
  timeout?: Duration | undefined;
  agents?: Record<string, ScriptObject> | undefined;
  models?: { default?: string | undefined } | undefined;
}

export type Status = "completed" | "failed" | "skipped" | "cancelled";

/** How a step went. */
export interface StepResult {
  status: Status;
  /** Absent: nil. */
  output?: ScriptValue;
  error?: { code: string; message: string };
  /** Calls of its action. 0: none, it was skipped. */
  attempts: number;
  durationMs: number;
  /** Its fallback stood in. */
  fallback?: boolean;
  /** Of a step that is a workflow. */
  steps?: Record<string, StepResult>;
}

export interface WorkflowResult {
  status: Exclude<Status, "skipped">;
  /** Absent: nil. */
  output?: ScriptValue;
  steps: Record<string, StepResult>;
  error?: { code: string; message: string; step?: string };
  durationMs: number;
}
