import type { LogEvent } from "../bridge/call-context.ts";
import type { BridgeDefinition } from "../bridge/define-bridge.ts";
import type { RunEvent } from "../bridge/run-ports.ts";
import type { Spend } from "../budget/budget.ts";
import type { LlmspellError } from "../errors.ts";
import type { OtlpOptions } from "../telemetry/otlp-exporter.ts";
import type { TelemetryData } from "../telemetry/telemetry.ts";
import type { ScriptValue } from "../values/script-value.ts";
import type { PersonAnswer, Question } from "../bridges/services.ts";
import type { Ceilings, RunLimits } from "./limits.ts";
import type { Permissions } from "./permissions.ts";
import type { ModelSettings, RunStats } from "./protocol.ts";
import type { ToolDefinition } from "./tool-bridge.ts";

/** What holds for the runs of one engine. */
export interface EngineSettings {
  /** True, or where that is said: runs in it end with `permission.denied`. */
  disabled?: boolean | string;
  /** Over those of the runtime. */
  limits?: Partial<RunLimits>;
}

export interface RuntimeOptions {
  /** Most worker threads. Default 1. */
  workers?: number;
  /** VMs kept ready per engine and worker. Default 0. */
  poolSize?: number;
  limits?: Partial<RunLimits>;
  /** What no run may exceed: a run that asks for more ends with `permission.denied`. */
  ceilings?: Ceilings;
  /** By name of the engine. */
  engines?: Readonly<Record<string, EngineSettings>>;
  permissions?: Permissions;
  models?: ModelSettings;
  /** What each run may spend that does not say it. */
  budget?: Spend;
  /** Folder that `fs` works in. Default: the current folder. */
  workspace?: string;
  /** Folders that `require` and `import` look in besides the spell's own. Default none. */
  modulePaths?: readonly string[];
  /** Folders of spells that `spells.run` finds by name; those with a manifest can be loaded as modules. Default none. */
  spellFolders?: readonly string[];
  /** Largest file that `fs` reads or writes, in bytes. Default 10 MB. */
  maxFileBytes?: number;
  /** Time of an http request that names none, in milliseconds. Default 60,000. */
  httpTimeoutMs?: number;
  /** Folder of stored state. Default: `$XDG_STATE_HOME/llmspell`. Made when a spell first keeps something there. */
  stateFolder?: string;
  /** Folder in which `cache` keeps values across runs. Default `false`: they live as long as a run. */
  cacheFolder?: string | false;
  /** File of the journal in which runs are kept, see `docs/runs.md`; `false`, the default: in memory, for as long as they last. */
  journal?: string | false;
  /** What the journal keeps: older runs go. Default 30 days, 10,000 runs, 1 GB. */
  journalKeep?: { days?: number; runs?: number; bytes?: number };
  /** The OpenTelemetry collector that gets a trace and the measurements of each run that has ended. Default none. */
  telemetry?: OtlpOptions;
  /** Bridges as functions of this thread: their methods are called by message, so that scripts always wait for them. */
  bridges?: readonly BridgeDefinition[];
  /** Tools that spells may call and hand on to models: the global `tools`. They run on this thread. */
  tools?: readonly ToolDefinition[];
  /** URLs of modules that export `bridges`, `engines` or `hooks`; loaded in every worker. */
  extensions?: readonly (string | URL)[];
}

export interface RunOptions {
  /** Name or alias of the engine; default by shebang, then by the file's extension. */
  engine?: string;
  /** Any data; see `fromNative` for what becomes of maps, sets and instances. */
  params?: Readonly<Record<string, unknown>>;
  args?: readonly string[];
  /** Whether the script's `stdin` reads this process's standard input. Default false. */
  stdin?: boolean;
  limits?: Partial<RunLimits>;
  permissions?: Permissions;
  /** Grants what the spell's manifest declares to need. Default false: what is declared and not granted ends the start. */
  trust?: boolean;
  models?: ModelSettings;
  budget?: Spend;
  workspace?: string;
  /** Seeds the run's random functions; the same seed gives the same numbers. Default: random. */
  seed?: number;
  /** False: the run is not kept in the runtime's journal. */
  journal?: false;
  /** File that the run is recorded in, to be replayed. Where it cannot be made the run does not start (`store.unavailable`). */
  record?: string;
  /** A recording that answers everything the script does; where the script goes another way, the run ends with `journal.mismatch`. */
  replay?: string;
  /** Cancels the run; calls in flight are aborted. */
  signal?: AbortSignal;
  onOutput?(text: string): void;
  onLog?(event: LogEvent): void;
  onEvent?(event: RunEvent): void;
  /**
   * Answers what the run asks a person: `approval.request`, tools that need a confirmation, the tool `ask_person`. True and
   * false approve and deny; a text is the answer, and one of `choices` where there are some. `signal` aborts when the answer
   * is not wanted any more. Without it, who asks gets `approval.unavailable`.
   */
  onQuestion?(question: Question, signal: AbortSignal): GivenAnswer | Promise<GivenAnswer>;
}

/** An answer as a program gives it. */
export type GivenAnswer = boolean | string | null | Partial<PersonAnswer>;

export type RunResult = {
  runId: string;
  stats: RunStats;
  output: string;
  /** What its scripts measured with `metrics` and `trace`; absent where that is nothing. */
  telemetry?: TelemetryData;
  /** Why the recording that was asked for is incomplete. */
  recordingError?: LlmspellError;
} & ({ ok: true; value: ScriptValue } | { ok: false; error: LlmspellError });
