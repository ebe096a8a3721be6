import type { ToolDescription } from "../tools/registry.ts";
import type { LogEvent } from "../bridge/call-context.ts";
import type { BridgeOutline } from "../bridge/outline.ts";
import type { RunEvent } from "../bridge/run-ports.ts";
import type { Spend } from "../budget/budget.ts";
import type { ErrorData } from "../errors.ts";
import type { Question } from "../bridges/services.ts";
import type { OutputEntry } from "../journal/journal.ts";
import type { PolicyRules } from "../policy/policy.ts";
import type { ProviderSettings } from "../models/provider-config.ts";
import type { TelemetryData } from "../telemetry/telemetry.ts";
import type { RunLimits } from "./limits.ts";
import type { Permissions } from "./permissions.ts";

/** One run, as plain data: everything that decides what it does, but for the answers of the world. */
export interface RunSpec {
  runId: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  engine: string;
  code: string;
  /** The script's path as the user wrote it, shown in errors. */
  file: string;
  /** Absolute folder that modules are loaded from; absent for a script without a file. */
  folder?: string;
  /** Absolute folders of modules and of spells that several spells share. */
  modulePaths: readonly string[];
  spellFolders: readonly string[];
  params: unknown;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  name: string;
  /** Of the spell, from its manifest. */
  version?: string;
  /** Whether `stdin` reads the process's standard input. */
  stdin: boolean;
  limits: RunLimits;
  policy: PolicyRules;
  /** What the policy stands for. */
  permissions: Permissions;
  /** Bridges that the script may not call. */
  refusedBridges?: readonly string[];
  budget: Spend;
  /** Absolute path of the workspace. */
  workspace: string;
  /** Largest file that `fs` reads or writes, in bytes; absent: the default. */
  maxFileBytes?: number;
  /** Time of an http request that names none; absent: the default. */
  httpTimeoutMs?: number;
  /** Absolute path of the folder of stored state. */
  stateFolder: string;
  /** Absolute path of the folder of the cache, where it is kept. */
  cacheFolder?: string;
  /** Host names and addresses that may be private. */
  privateHosts: readonly string[];
  models: ModelSettings;
  /** Seeds the run's random functions: 32 bits. */
  seed: number;
  /** Somebody wants the run's events. */
  observed?: boolean;
  /** The journal is kept outside of the worker too. */
  journaled?: boolean;
  /** The run is a replay: everything is answered from the journal that it starts with. */
  replay?: ReplaySpec;
}

export interface ReplaySpec {
  /** A final error that ended the recorded run. */
  error?: ErrorData;
  /** Modules come from the recording, or are found anew. */
  modules: "recorded" | "found";
}

/** How a run reaches models. */
export interface ModelSettings {
  /** The default model; absent: chosen from what is configured. */
  model?: string;
  /** Fail with `provider.auth` instead of answering with the offline model. */
  requireModel?: boolean;
  /** The provider of calls that name none. Default: the first that is configured. */
  provider?: string;
  /** Longest time of a model call that names none, retries included. Default 5 min. */
  timeoutMs?: number;
  /** Provider settings as environment variables would give them; over the process's own. */
  env?: Readonly<Record<string, string>>;
  /** Settings by provider, over those of variables. */
  providers?: Readonly<Record<string, ProviderSettings>>;
}

/** What a worker is started with. */
export interface WorkerData {
  meter: SharedArrayBuffer;
  /** Modules whose exports are bridges or engines of the library's user. */
  extensions: readonly string[];
  /** Bridges whose methods run on the supervisor's thread. */
  remoteBridges: readonly BridgeOutline[];
  /** Tools of the library's user. */
  programTools: readonly ToolDescription[];
  poolSize: number;
  /** Engine that the first run will probably want: loaded at once. */
  expectedEngine?: string;
}

export type RunOutcome = { ok: true; value: unknown } | { ok: false; error: ErrorData };

export interface RunStats {
  durationMs: number;
  /** Milliseconds inside the VM. */
  cpuMs: number;
  memoryBytes: number;
  inputTokens: number;
  outputTokens: number;
  /** US dollars; calls whose price is unknown are not in it. */
  cost: number;
  /** Whether every call's price is known. */
  costKnown: boolean;
}

/** Of a run that never started. */
export const NO_STATS: RunStats = {
  durationMs: 0,
  cpuMs: 0,
  memoryBytes: 0,
  inputTokens: 0,
  outputTokens: 0,
  cost: 0,
  costKnown: true,
};

export type ToWorker =
  | { type: "start"; ticket: number; spec: RunSpec; journal: readonly string[] }
  | { type: "abort"; ticket: number; error: ErrorData }
  | { type: "remote-result"; call: number; outcome: RunOutcome }
  | { type: "shared"; shared: boolean };

export type FromWorker =
  | { type: "ready" }
  /** A process that the worker has started, which must not outlive it. */
  | { type: "process"; pid: number; running: boolean }
  | { type: "output"; ticket: number; text: string }
  /** Output and logs, of which the supervisor keeps the journal. */
  | { type: "print"; ticket: number; output: OutputEntry }
  | { type: "log"; ticket: number; event: LogEvent }
  | { type: "journal"; ticket: number; lines: string; stats: RunStats }
  | { type: "event"; ticket: number; event: RunEvent }
  /** The effect runs a spell: its file, then those of the spells that led to it. */
  | { type: "child"; ticket: number; effect: number; files: readonly string[] }
  | { type: "remote-call"; ticket: number; call: number; bridge: string; method: string; args: unknown }
  | { type: "question"; ticket: number; call: number; question: Question }
  /** Nobody waits for its answer any more. */
  | { type: "question-withdrawn"; ticket: number; call: number; reason: ErrorData }
  | { type: "done"; ticket: number; outcome: RunOutcome; stats: RunStats; telemetry?: TelemetryData };
