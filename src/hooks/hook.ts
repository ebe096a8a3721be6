import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import type { HookedAction, HookPoint } from "./hook-points.ts";

/** What a hook is told besides what it works on. */
export interface HookContext {
  runId: string;
  point: HookPoint;
  /** What it is about: a model, a tool, an agent, a workflow, a step. */
  subject: string;
  action: HookedAction;
  /** From 1. */
  attempt: number;
  /** What the hooks of this piece of work have left for each other so far. */
  metadata: ScriptObject;
}

export type HookFunction = (ctx: HookContext, ...args: ScriptValue[]) => ScriptValue | Promise<ScriptValue>;

/** What happens when the hook itself fails: the work is refused, or goes on without it. */
export type OnFailure = "block" | "continue";

export interface HookSettings {
  name: string;
  point: HookPoint;
  /** Higher comes first. */
  priority: number;
  /** Longest wait for it, in milliseconds. */
  deadlineMs: number;
  onFailure: OnFailure;
  run: HookFunction;
  /** What it has to tell about itself. */
  info?: (() => ScriptObject) | undefined;
  /** Gives back what the function holds. */
  release?: (() => void) | undefined;
}

/** One function at one point. */
export class Hook {
  readonly settings: HookSettings;
  readonly breaker = new CircuitBreaker();
  enabled = true;
  calls = 0;
  failures = 0;
  /** A failure was logged. */
  complained = false;

  constructor(settings: HookSettings) {
    this.settings = settings;
  }
}
