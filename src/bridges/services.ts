import type { Socket } from "node:net";
import { serviceKey } from "../bridge/call-context.ts";
import type { EventBus } from "../events/event-bus.ts";
import type { Models } from "../models/models.ts";
import type { Policy } from "../policy/policy.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import type { ToolDescription } from "../tools/registry.ts";
import type { StateStorage } from "../state/state-stores.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";

/** Where a run's files live. `fs` resolves every path inside and never leaves it, links included. */
export interface Workspace {
  /** Absolute path of the folder, made when first written to. */
  root: string;
  /** Largest file that `fs` reads or writes, in bytes. */
  maxFileBytes: number;
}
export const WORKSPACE = serviceKey<Workspace>("workspace");

/** How a run reaches the network. The policy has allowed the host name before this is asked. */
export interface Network {
  /** The fetch of this runtime: addresses it may not reach (private, loopback, link-local unless allowed) fail with `permission.denied`, after name resolution and on every redirect. */
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** A TCP connection, to addresses that `fetch` may reach. The caller ends it. */
  connect(host: string, port: number, signal: AbortSignal): Promise<Socket>;
  /** Largest body read into memory, in bytes. */
  maxBodyBytes: number;
  timeoutMs: number;
}
export const NETWORK = serviceKey<Network>("network");

/** What the run may do, for what is asked of it inside of a call; methods name their `capability` instead. */
export const POLICY = serviceKey<Policy>("policy");

/** The environment variables that the run may see. */
export const ENVIRONMENT = serviceKey<Readonly<Record<string, string>>>("environment");

/** The standard input of a run, read when the script first asks for it. */
export interface StandardInput {
  /** All of it as text; null where there is none (a terminal, a run without input). */
  read(): string | null;
}
export const STANDARD_INPUT = serviceKey<StandardInput>("stdin");

/** The models as this run reaches them: its default model, its warnings. */
export const MODELS = serviceKey<Models>("models");

/** Where state is kept beyond a run. */
export const STATE_STORAGE = serviceKey<StateStorage>("stored state");

/** Where `cache` keeps values across runs: a SQLite file, and what tells spells apart in it. Absent where it does not. */
export interface CacheStorage {
  file: string;
  spell: string;
}
export const CACHE_STORAGE = serviceKey<CacheStorage>("kept cache");

/** What `spells.run` may narrow. */
export interface SpellRunOptions {
  engine?: string | undefined;
  args?: readonly string[] | undefined;
  memoryBytes?: number | undefined;
  timeoutMs?: number | undefined;
  permissions?: SpellPermissions | undefined;
}

export interface SpellPermissions {
  fs?: "none" | "read" | "write" | undefined;
  net?: readonly string[] | undefined;
  env?: readonly string[] | undefined;
  commands?: readonly string[] | undefined;
  modules?: readonly string[] | false | undefined;
}

/** Tools of the program that runs the spells. */
export const PROGRAM_TOOLS = serviceKey<readonly ToolDescription[]>("program tools");

/** The bridge that runs them: one method each, by its name in camelCase. */
export const PROGRAM_TOOLS_BRIDGE = "programTools";

/** A spell that can be run by name. */
export interface SpellSummary {
  name: string;
  file: string;
  engine: string;
  description: string | null;
  version: string | null;
  parameters: { name: string; type: string; description?: string; required: boolean; default?: ScriptValue }[];
}

/** What a spell says of itself. */
export interface SpellDescription {
  name: string;
  description: string | null;
  version: string | null;
  /** JSON Schema of its parameters; null where it has no manifest, and so takes any. */
  parameters: ScriptObject | null;
}

/** A spell that is ready to be run as a child. */
export interface LoadedSpell {
  engine: string;
  code: string;
  file: string;
  folder: string;
  name: string;
  version: string | null;
  /** Checked, with defaults filled in. */
  params: ScriptObject;
  /** What its manifest declares that it needs. */
  permissions: ScriptObject | null;
}

/** The other spells that a run can start. */
export interface Spells {
  /** Reads a spell for the effect `effect`. Rejects with `script.not_found`, `params.invalid`, `limit.recursion`. */
  load(name: string, params: ScriptObject, engine: string | undefined, effect: number): Promise<LoadedSpell>;
  /** Runs it. Rejects with the child's own error. */
  run(
    spell: LoadedSpell,
    options: SpellRunOptions,
    call: { effect: number; signal: AbortSignal },
  ): Promise<ScriptValue>;
  list(): Promise<SpellSummary[]>;
  /** Rejects with `script.not_found`. */
  describe(name: string): Promise<SpellDescription>;
  /** A text file in the folder of the spell, or the names of a folder's files, sorted. Never outside of it. Rejects with `script.not_found`. */
  read(path: string): Promise<string | string[]>;
}
export const SPELLS = serviceKey<Spells>("spells");

/** What a person is asked: whether something may be done, or for an answer. */
export interface Question {
  kind: "approval" | "question";
  /** One line. */
  title: string;
  /** What there is to know: a text, or data that is shown as such. */
  details?: ScriptValue;
  /** Answers to choose from. Default: yes and no for an approval, any text for a question. */
  choices?: readonly string[];
}

export interface PersonAnswer {
  /** What was chosen or written; `yes` or `no` for an approval without choices; empty where nothing was. */
  answer: string;
  /** False where the person said no, chose a word for it, or did not want to answer. */
  approved: boolean;
  /** Who answered, as the program says: `terminal`, a user's name. */
  by: string;
}

/** The person who runs the spell. */
export interface People {
  /** Waits for the answer as long as it takes. Rejects with `approval.unavailable` where there is nobody, and with the reason of `signal`, which takes the question back. */
  ask(question: Question, signal: AbortSignal): Promise<PersonAnswer>;
}
export const PEOPLE = serviceKey<People>("people");

/** The events of a script: the bus is made by the first that is emitted. */
export interface EventsSlot {
  bus?: EventBus;
  /** Begins the ids of its events. */
  idPrefix: string;
  /** When the run began, in milliseconds since the epoch; absent for a spell that another one runs. */
  startedAt?: number;
}
export const EVENTS = serviceKey<EventsSlot>("events");

/** What the run measures: made by the first bridge that does, see run-telemetry.ts. */
export interface TelemetrySlot {
  kept?: Telemetry;
}
export const TELEMETRY = serviceKey<TelemetrySlot>("telemetry");
