import type { Spend } from "../budget/budget.ts";
import type { Usage } from "../journal/journal.ts";
import type { Stop } from "./stop.ts";
import type { Handle, ScriptObject, ScriptValue } from "../values/script-value.ts";

/** Names a service that the runtime offers to bridges, with its type. */
export interface ServiceKey<T> {
  readonly name: string;
  /** Carries the type; never set. */
  readonly type?: T;
}

export function serviceKey<T>(name: string): ServiceKey<T> {
  return { name };
}

export interface LogEvent {
  level: "debug" | "info" | "warn" | "error";
  message: string;
  fields?: ScriptObject;
}

export interface NestedCallOptions {
  /** Cancels the call, and what it calls, with the signal's reason. Abort it only at points that a replay comes to again: after another call's end. */
  signal?: AbortSignal | undefined;
}

/** An event of a run, as those outside of it get it: its own fields besides. */
export interface EmittedEvent extends ScriptObject {
  type: "event";
  /** noun.verb. */
  name: string;
  /** Unique; the same again when a run is continued or replayed. */
  id: string;
  /** Milliseconds since the epoch. */
  time: number;
  runId: string;
}

/** What a bridge method may use besides its input. Valid during the call and in what the call leaves behind (a handle). */
export interface CallContext {
  readonly runId: string;
  /** Number of this call in the journal: the parent of what is done for it. 0 where it is not journaled. */
  readonly seq: number;
  /** The effect that made this call, by its number; 0 for the script. */
  readonly parent: number;
  /** Tells whoever follows the run from outside; undefined where nobody does. */
  readonly tell: ((event: EmittedEvent) => void) | undefined;
  /** What the run may spend; absent is no limit. */
  readonly budget: Readonly<Spend>;
  /** Aborts when the run ends or its deadline passes; a passive call's also when it is given up as a deadlock. Derive, never store it across calls. */
  readonly signal: AbortSignal;
  /** A service of the runtime. Throws `method.unavailable` where the runtime has none. */
  use<T>(key: ServiceKey<T>): T;
  /** What this bridge keeps for this run: made at first use, dropped with the run. */
  own<T extends object>(bridge: object, create: () => T): T;
  /** Makes a handle of a type that the bridge declares. `fields` are declared data in camelCase. */
  handle<S>(type: string, state: S, fields?: ScriptObject): Handle<S>;
  /** Calls another bridge method as a child of this call: the same dispatcher, the same stages. */
  call(
    bridge: string,
    method: string,
    args: readonly ScriptValue[],
    options?: NestedCallOptions,
  ): ScriptValue | Promise<ScriptValue>;
  /** Calls functions of the script that an earlier call kept: what they call stands under this call in the journal, and ends with `stop`. */
  runKept<T>(run: () => T, stop?: Stop): T;
  /** Books host memory that the run holds from now on (state, caches, channels); negative gives back. Throws `limit.host_memory`. */
  charge(bytes: number): void;
  /** Books what the call used besides what the method's `usage` says; counts also when the call fails. Effects only. */
  spend(usage: Usage): void;
  /** A warning or log of the run, to stderr in the command line. */
  log(event: LogEvent): void;
  /** Output of the spell, to stdout in the command line. Throws `limit.output`. */
  write(text: string): void;
  /** The run's clock: milliseconds since the epoch. Not journaled here: the call's own result is. */
  now(): number;
}
