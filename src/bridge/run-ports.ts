import type { Budget } from "../budget/budget.ts";
import type { Naming } from "../engine/shape.ts";
import type { LlmspellError } from "../errors.ts";
import type { Journal, OutputEntry, Usage } from "../journal/journal.ts";
import type { Replay } from "../journal/replay.ts";
import type { Policy } from "../policy/policy.ts";
import type { ScriptValue } from "../values/script-value.ts";
import type { EmittedEvent, LogEvent } from "./call-context.ts";

/** The call that a hook sees. */
export interface HookedCall {
  readonly method: string;
  readonly runId: string;
  /** Validated input by parameter name. A `before` hook may change its members. */
  readonly input: Record<string, unknown>;
}

/** Native hook around every call but pure ones. May throw to block the call. */
export interface CallHook {
  /** Runs before the call; a returned value replaces it. A promise is only allowed for methods that wait. */
  before?(call: HookedCall): undefined | { value: ScriptValue } | Promise<undefined | { value: ScriptValue }>;
  /** Sees the result and may return another. */
  after?(call: HookedCall, value: ScriptValue): ScriptValue | Promise<ScriptValue>;
}

/** A call that waits has begun; one that answers at once only finishes. Times in milliseconds since the epoch. */
export interface CallStarted {
  type: "call.started";
  runId: string;
  seq: number;
  parent: number;
  method: string;
  /** What it is about: a model, a host, a path. */
  target?: string;
  at: number;
}

/** A call has ended. */
export interface CallFinished {
  type: "call.finished";
  runId: string;
  seq: number;
  parent: number;
  method: string;
  at: number;
  durationMs: number;
  error?: string;
  usage?: Usage;
}

/** What observers of a run are told. */
export type RunEvent = CallStarted | CallFinished | EmittedEvent;

export interface HostLimits {
  /** Calls that are neither pure nor output. Default 10,000. */
  hostCalls: number;
  /** Of them, such as wait at once. Default 10,000. */
  concurrentCalls: number;
  /** Bytes of output. Default 10 MB. */
  outputBytes: number;
  /** Bytes that the host may hold for the run: journal, state, caches, channels. Default 32 MB. */
  hostBytes: number;
}

export const DEFAULT_HOST_LIMITS: HostLimits = {
  hostCalls: 10_000,
  concurrentCalls: 10_000,
  outputBytes: 10 * 1024 * 1024,
  hostBytes: 32 * 1024 * 1024,
};

/** Everything that one run brings to the dispatcher. */
export interface RunPorts {
  readonly runId: string;
  readonly naming: Naming;
  readonly limits: HostLimits;
  readonly journal: Journal;
  /** Present while the run is continued or replayed from a journal. */
  readonly replay: Replay | undefined;
  readonly policy: Policy;
  /** Bridges that the script may not call. */
  readonly refusedBridges?: ReadonlySet<string>;
  readonly budget: Budget;
  readonly hooks: readonly CallHook[];
  readonly signal: AbortSignal;
  /** Services by key name, made when first used. */
  readonly services: ReadonlyMap<string, () => unknown>;
  /** The real clock and the run's journaled one. */
  readonly clock: { real(): number; journaled(): number };
  readonly observe: ((event: RunEvent) => void) | undefined;
  /** Takes the events that the run emits, where somebody wants them. */
  readonly tell?: ((event: EmittedEvent) => void) | undefined;
  /** Output and logs as they are, and in the journal. */
  print(output: OutputEntry): void;
  /** What is not journaled: a replay makes it again. */
  write(text: string): void;
  log(event: LogEvent): void;
  /** A new stretch of work begins: what is counted by stretch counts anew. */
  renewed?(): void;
  /** The run breaks a final limit: it must end with this error. */
  condemn(error: LlmspellError): void;
}
