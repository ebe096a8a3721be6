import type { BridgeCatalogue } from "../bridge/catalogue.ts";
import type { LogEvent } from "../bridge/call-context.ts";
import { Dispatcher } from "../bridge/dispatcher.ts";
import { respellInSnakeCase } from "../bridge/respell.ts";
import type { CallHook, RunEvent } from "../bridge/run-ports.ts";
import { createBudget } from "../budget/budget.ts";
import type { EngineRegistry } from "../engine/registry.ts";
import type { Naming } from "../engine/shape.ts";
import type { ScriptVm, VmOptions } from "../engine/vm.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import { decodeEntry } from "../journal/codec.ts";
import type { OutputEntry } from "../journal/journal.ts";
import { MemoryJournal } from "../journal/memory-journal.ts";
import { Replay } from "../journal/replay.ts";
import { type Policy, createPolicy } from "../policy/policy.ts";
import {
  DEFAULT_VALUE_LIMITS,
  Handle,
  ScriptFunction,
  type ScriptObject,
  type ScriptValue,
  type FieldAliases,
  markAliases,
} from "../values/script-value.ts";
import { unpack } from "../values/transport.ts";
import { type Meter, MeteredGate, limitViolation } from "./meter.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { journalModules } from "./journaled-modules.ts";
import { loadPart } from "./lazy.ts";
import type { ModuleResolver } from "./modules.ts";
import type { RunSpec, RunStats } from "./protocol.ts";
import { RunClock } from "./run-clock.ts";
import path from "node:path";

const SPELL_ALIASES: FieldAliases = [["run_id", "runId"]];

/** What a run needs of the worker that it runs in. */
export interface RunHost {
  catalogue: BridgeCatalogue;
  engines: EngineRegistry;
  meter: Meter;
  hooks: readonly CallHook[];
  /** `ended` aborts when the run is over. */
  services(spec: RunSpec, ended: AbortSignal): ReadonlyMap<string, () => unknown>;
  /** Output that is journaled. */
  print(run: WorkerRun, output: OutputEntry): void;
  write(text: string): void;
  log(event: LogEvent): void;
  /** Of runs whose events somebody wants. */
  observe(event: RunEvent): void;
  /** Before any VM of the worker runs, and after. */
  atBoundary(): void;
  /** The run's journal has so many entries that the supervisor has not. */
  journalGrew(waiting: number): void;
}

/** One run in a worker: a VM, its dispatcher and its journal. */
export class WorkerRun {
  readonly spec: RunSpec;
  readonly journal: MemoryJournal;
  readonly #host: RunHost;
  readonly #ticket: number;
  readonly #abort = new AbortController();
  readonly #clock: RunClock;
  readonly #startedAt = performance.now();
  readonly #policy: Policy;
  readonly #spend = { inputTokens: 0, outputTokens: 0, cost: 0, costKnown: true };
  #gate: MeteredGate | undefined;
  #vm: ScriptVm | undefined;
  #replay: Replay | undefined;
  #memoryBytes = 0;

  /** `recorded` holds, as lines, what an earlier worker did of the same run, or what is replayed. */
  constructor(host: RunHost, ticket: number, spec: RunSpec, recorded: readonly string[]) {
    this.#host = host;
    this.#ticket = ticket;
    this.spec = spec;
    this.#policy = createPolicy(spec.policy);
    this.journal = new MemoryJournal((waiting) => host.journalGrew(waiting));
    this.#replay = replayOf(spec, recorded);
    this.#clock = new RunClock(this.journal, this.#replay);
  }

  /** Runs the spell to its end. Rejects with the LlmspellError that ended it. */
  async run(): Promise<ScriptValue> {
    const { spec } = this;
    const deadline = this.#startDeadline();
    try {
      const engine = await this.#host.engines.byName(spec.engine).load();
      this.#abort.signal.throwIfAborted();
      const vm = engine.open(this.#vmOptions(engine.naming));
      this.#vm = vm;
      if (this.#replay?.ended) throw this.#replay.ended;
      const value = await this.#runScript(vm);
      rejectReferences(value);
      return value;
    } catch (error) {
      const ended = toLlmspellError(this.#abort.signal.aborted ? this.#abort.signal.reason : error);
      ended.frames ??= [{ file: spec.file }];
      throw ended;
    } finally {
      clearTimeout(deadline);
      this.#memoryBytes = this.#vm?.memoryUsed() ?? 0;
      this.#abort.abort(ended());
      this.#vm?.dispose();
    }
  }

  /** Ends the run from outside: calls in flight are aborted, whatever waits rejects with `error`. */
  end(error: LlmspellError): void {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort(error);
    this.#vm?.dispose(error);
  }

  async #runScript(vm: ScriptVm): Promise<ScriptValue> {
    const { code, file } = this.spec;
    try {
      const value = await vm.run({ code, file });
      this.#replay?.checkEnd();
      return value;
    } catch (error) {
      if (!toLlmspellError(error).final && !this.#abort.signal.aborted) this.#replay?.checkEnd();
      throw error;
    }
  }

  stats(): RunStats {
    return {
      durationMs: performance.now() - this.#startedAt,
      cpuMs: this.#gate?.usedMs ?? 0,
      memoryBytes: this.#memoryBytes,
      ...this.#spend,
    };
  }

  #startDeadline(): NodeJS.Timeout | undefined {
    const { timeoutMs } = this.spec.limits;
    if (timeoutMs === 0) return undefined;
    return setTimeout(() => this.end(limitViolation("limit.wall", this.spec.limits, this.spec.file)), timeoutMs);
  }

  #vmOptions(naming: Naming): VmOptions {
    const { spec } = this;
    const dispatcher = this.#dispatcher(naming);
    this.#gate = new MeteredGate({
      meter: this.#host.meter,
      ticket: this.#ticket,
      limits: spec.limits,
      file: spec.file,
      onEnter: () => this.#host.atBoundary(),
      onLeave: () => {
        this.#clock.flush();
        dispatcher.rested();
        this.#host.atBoundary();
      },
    });
    let modules: ModuleResolver | undefined;
    return {
      host: {
        call: (ref, args) => {
          if (this.#host.meter.collectAsked()) collectGarbage();
          return dispatcher.call(ref, args);
        },
        handle: (id) => dispatcher.handle(id),
      },
      gate: this.#gate,
      bridges: this.#host.catalogue.shapes,
      globals: this.#globals(dispatcher, naming),
      memoryBytes: spec.limits.memoryBytes,
      values: { ...DEFAULT_VALUE_LIMITS, bytes: spec.limits.valueBytes },
      seed: spec.seed,
      now: () => this.#clock.journaled(),
      resolve: journalModules(
        (specifier, importer) => (modules ??= this.#modules()).resolve(specifier, importer),
        this.journal,
        { replay: this.#replay, live: spec.replay?.modules === "found" },
      ),
    };
  }

  #modules(): ModuleResolver {
    const { engine, folder, file, modulePaths, spellFolders } = this.spec;
    return loadPart("modules").createModuleResolver({
      engine,
      folder,
      shown: path.dirname(file),
      modulePaths,
      spellFolders,
      policy: this.#policy,
      globals: this.#host.catalogue.shapes.map(({ name }) => name),
    });
  }

  #dispatcher(naming: Naming): Dispatcher {
    const { spec } = this;
    const host = this.#host;
    return new Dispatcher(host.catalogue, {
      runId: spec.runId,
      naming,
      limits: spec.limits,
      journal: this.journal,
      replay: this.#replay,
      policy: this.#policy,
      ...(spec.refusedBridges ? { refusedBridges: new Set(spec.refusedBridges) } : {}),
      budget: createBudget(spec.budget),
      hooks: host.hooks,
      signal: this.#abort.signal,
      services: host.services(spec, this.#abort.signal),
      clock: this.#clock,
      observe: (event) => this.#observe(event),
      print: (output) => host.print(this, output),
      write: (text) => host.write(text),
      log: (event) => host.log(event),
      renewed: () => this.#gate?.renew(),
      condemn: (error) => this.end(error),
    });
  }

  #observe(event: RunEvent): void {
    if (event.type === "call.finished" && event.usage) {
      if (event.usage.cost === undefined) this.#spend.costKnown = false;
      this.#spend.inputTokens += event.usage.inputTokens ?? 0;
      this.#spend.outputTokens += event.usage.outputTokens ?? 0;
      this.#spend.cost += event.usage.cost ?? 0;
    }
    if (this.spec.observed) this.#host.observe(event);
  }

  #globals(dispatcher: Dispatcher, naming: Naming): VmOptions["globals"] {
    const { spec } = this;
    const about = {
      name: spec.name,
      version: spec.version ?? null,
      dir: spec.folder ?? null,
      file: spec.file,
      runId: spec.runId,
    };
    markAliases(about, SPELL_ALIASES);
    return {
      params: unpack(spec.params),
      args: [...spec.args],
      env: { ...spec.env },
      spell: naming === "snake" ? respellInSnakeCase(about) : about,
      stdin: () =>
        (this.#gate as MeteredGate).waiting(() => dispatcher.callNested("stdin", "read", [], 0) as ScriptValue),
    };
  }
}

function replayOf({ replay }: RunSpec, recorded: readonly string[]): Replay | undefined {
  if (recorded.length === 0 && !replay) return undefined;
  const entries = recorded.flatMap((lines) =>
    lines
      .split("\n")
      .filter((line) => line !== "")
      .map(decodeEntry),
  );
  return new Replay(entries, replay ? { strict: true, error: replay.error } : {});
}

function ended(): LlmspellError {
  return new LlmspellError("run.aborted", "the run has ended");
}

/** A result that only lives inside the run cannot be its result. */
function rejectReferences(value: ScriptValue, where = "the result"): void {
  if (value instanceof ScriptFunction || value instanceof Handle) {
    const what = value instanceof ScriptFunction ? `a function (${value.name})` : `a ${value.type}`;
    throw new LlmspellError(
      "value.unsupported",
      `the spell returned ${what} in ${where}, which lives only inside the run`,
      {
        hint: "Return data: text, numbers, lists and tables of them.",
      },
    );
  }
  if (Array.isArray(value)) value.forEach((item, index) => rejectReferences(item, `${where}[${index}]`));
  else if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    for (const [key, item] of Object.entries(value as ScriptObject)) rejectReferences(item, `${where}.${key}`);
  }
}
