import type { LlmspellError } from "../errors.ts";
import type { Handle, ScriptObject, ScriptValue } from "../values/script-value.ts";
import type { StepFunction } from "./definition.ts";
import type { Plan } from "./plan.ts";

/** What a step asks others to do, filled in. */
export type ActionRequest =
  | { kind: "agent"; agent: string | Handle; input: ScriptValue; options: ScriptObject }
  | { kind: "tool"; tool: string | Handle; params: ScriptValue }
  | { kind: "llm"; prompt: string; options: ScriptObject }
  | { kind: "spell"; spell: string; params: ScriptObject }
  | { kind: "approval"; title: string; details: ScriptValue; timeoutMs: number | undefined }
  | { kind: "wait"; ms: number };

/** What running a workflow needs from outside. What it answers and when is the same on replay. */
export interface WorkflowPorts {
  /** Milliseconds since the epoch. */
  now(): number;
  /** From 0 to less than 1. */
  random(): number;
  sleep(ms: number, signal: AbortSignal): Promise<unknown>;
  /** Bounds `run`, whose signal aborts when its time is over: then it rejects with the error of `late`. */
  limit<T>(ms: number, late: () => LlmspellError, run: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Runs a step as an entry of the journal. `run` gets the ports of what is done inside. */
  step(
    name: { workflow: string; step: string },
    run: (ports: WorkflowPorts) => Promise<ScriptValue>,
    signal: AbortSignal,
  ): Promise<ScriptValue>;
  /** Calls a function. The signal cancels what it calls. */
  invoke(fn: StepFunction, data: ScriptObject, signal: AbortSignal): Promise<ScriptValue>;
  /** With the hooks of steps around. */
  hooked(step: string, input: ScriptValue, run: (input: ScriptValue) => Promise<ScriptValue>): Promise<ScriptValue>;
  perform(request: ActionRequest, signal: AbortSignal): Promise<ScriptValue>;
  /** The plan of a registered workflow. Throws `workflow.unknown`. */
  find(workflow: string | Handle): Plan;
  emit(name: string, fields: ScriptObject): void;
}
