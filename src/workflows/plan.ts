import type { Handle, ScriptObject, ScriptValue } from "../values/script-value.ts";
import type { ActionType, LOOPS, MERGES, StepFunction, WorkflowType } from "./definition.ts";
import type { Lookup } from "./expressions/evaluate.ts";
import type { Expression } from "./expressions/syntax.ts";

/** A value whose texts are templates, ready to be filled. */
export interface Filled {
  fill(lookup: Lookup): ScriptValue;
  expressions: readonly Expression[];
  /** What it reads as, for drawings. */
  source?: string;
}

export type PlannedCondition = StepFunction | Filled;

/** What a step does. */
export type Action =
  | { kind: "agent"; agent: string | Handle; prompt: Filled | undefined; options: Filled | undefined }
  | { kind: "tool"; tool: string | Handle; params: Filled | undefined }
  | { kind: "llm"; prompt: Filled | undefined; options: Filled }
  | { kind: "function"; fn: StepFunction; params: Filled | undefined }
  | { kind: "workflow"; workflow: string | Handle | Plan; params: Filled | undefined }
  | { kind: "condition"; condition: PlannedCondition }
  | { kind: "wait"; duration: Filled }
  | { kind: "approval"; request: Filled; timeoutMs: number | undefined }
  | { kind: "spell"; spell: Filled; params: Filled | undefined }
  /** Steps that see what is around them. */
  | { kind: "steps"; body: PlannedBody };

export interface PlannedRetry {
  maxAttempts: number;
  backoff: "fixed" | "linear" | "exponential";
  baseDelayMs: number;
  maxDelayMs: number;
  jitter: boolean;
}

export interface PlannedStep {
  name: string;
  /** From the workflow inwards. */
  path: readonly PropertyKey[];
  /** As its type is called. */
  type: ActionType | WorkflowType;
  description: string | undefined;
  action: Action;
  condition: PlannedCondition | undefined;
  retry: PlannedRetry | undefined;
  timeoutMs: number | undefined;
  onError: "fail" | "continue" | "skip" | "fallback";
  fallback: PlannedStep | Filled | undefined;
  onSuccess: readonly string[] | StepFunction;
  onFailure: readonly string[] | StepFunction;
  compensate: PlannedStep | undefined;
  /** Of a graph: what is declared and what its templates read. */
  dependsOn: readonly string[];
  /** Runs only when another step's `onSuccess` or `onFailure` names it. */
  isReaction: boolean;
}

export interface PlannedBody {
  type: WorkflowType;
  steps: readonly PlannedStep[];
  branches: readonly { condition: PlannedCondition; body: PlannedBody }[];
  switch: Filled | StepFunction | undefined;
  cases: ReadonlyMap<string, PlannedBody>;
  default: PlannedBody | undefined;
  loop: (typeof LOOPS)[number];
  condition: PlannedCondition | undefined;
  items: Filled | StepFunction | undefined;
  range: Filled | undefined;
  as: string | undefined;
  maxIterations: number;
  collect: "all" | "last";
  maxConcurrency: number;
  merge: (typeof MERGES)[number] | StepFunction;
}

/** A workflow that has no problems, ready to run. */
export interface Plan {
  name: string;
  body: PlannedBody;
  input: ScriptObject | undefined;
  vars: ScriptObject;
  output: Filled | undefined;
  timeoutMs: number | undefined;
  agents: Readonly<Record<string, ScriptObject>>;
  defaultModel: string | undefined;
}

/** All bodies that stand directly in a body, its own steps left out. */
export function partsOf(body: PlannedBody): PlannedBody[] {
  return [
    ...body.branches.map((branch) => branch.body),
    ...body.cases.values(),
    ...(body.default ? [body.default] : []),
  ];
}
