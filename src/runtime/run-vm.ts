import path from "node:path";
import type { BridgeCatalogue } from "../bridge/catalogue.ts";
import type { LogEvent } from "../bridge/call-context.ts";
import { Dispatcher } from "../bridge/dispatcher.ts";
import { respellInSnakeCase } from "../bridge/respell.ts";
import type { CallHook, RunEvent, RunPorts } from "../bridge/run-ports.ts";
import { ENVIRONMENT, EVENTS, type EventsSlot, POLICY, SPELLS, type Spells } from "../bridges/services.ts";
import type { Budget } from "../budget/budget.ts";
import type { EngineRegistry } from "../engine/registry.ts";
import { nameMissing } from "../engine/missing-member.ts";
import type { ScriptEngine } from "../engine/script-engine.ts";
import type { Naming } from "../engine/shape.ts";
import type { ScriptSource, ScriptVm, VmGate, VmOptions } from "../engine/vm.ts";
import { type LlmspellError, toLlmspellError } from "../errors.ts";
import type { Journal, OutputEntry } from "../journal/journal.ts";
import type { Replay } from "../journal/replay.ts";
import { type Policy, createPolicy } from "../policy/policy.ts";
import {
  DEFAULT_VALUE_LIMITS,
  type FieldAliases,
  type ScriptObject,
  type ScriptValue,
  markAliases,
} from "../values/script-value.ts";
import type { ChildSlots } from "./child-slots.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { journalModules } from "./journaled-modules.ts";
import type { Meter, MeteredGate } from "./meter.ts";
import type { ModuleResolver, ModuleResolverOptions } from "./modules.ts";
import { policyRules } from "./permissions.ts";
import type { RunSpec } from "./protocol.ts";
import { RunClock } from "./run-clock.ts";
import type { Permissions } from "./permissions.ts";

const SPELL_ALIASES: FieldAliases = [["run_id", "runId"]];

/** What all VMs of a run have in common. */
export interface RunParts {
  readonly spec: RunSpec;
  readonly catalogue: BridgeCatalogue;
  readonly engines: EngineRegistry;
  readonly meter: Meter;
  readonly gate: MeteredGate;
  readonly hooks: readonly CallHook[];
  readonly journal: Journal;
  readonly replay: Replay | undefined;
  readonly budget: Budget;
  readonly slots: ChildSlots;
  modules(options: ModuleResolverOptions): ModuleResolver;
  /** What the script of a VM can run. */
  spells(vm: RunVm): Spells;
  /** `ended` aborts when the script that uses them has ended. */
  services(spec: RunSpec, ended: AbortSignal): ReadonlyMap<string, () => unknown>;
  /** Of runs whose events somebody wants. */
  observe(event: RunEvent): void;
  print(output: OutputEntry): void;
  write(text: string): void;
  log(event: LogEvent): void;
  /** The effect runs a spell; its file, then those of the spells that led to it. */
  child(effect: number, files: readonly string[]): void;
  /** Before any VM of the worker runs. */
  entering(): void;
  /** And after. */
  left(): void;
  end(error: LlmspellError): void;
}

/** A script, and what it finds in its globals. */
export interface VmScript {
  engine: string;
  file: string;
  folder?: string | undefined;
  name: string;
  version: string | null;
  params: ScriptValue;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
}

/** What a script may do and hold. */
export interface VmBounds {
  permissions: Permissions;
  memoryBytes: number;
  seed: number;
  /** Aborts when the script has ended. */
  signal: AbortSignal;
}

/** One VM of a run: that of the run's own script, or of a spell that one of its effects runs. */
export class RunVm {
  readonly run: RunParts;
  readonly script: VmScript;
  readonly bounds: VmBounds;
  /** The VM whose effect runs this one. */
  readonly caller: RunVm | undefined;
  /** How many VMs stand above. */
  readonly depth: number;
  readonly policy: Policy;
  readonly #dispatcher: Dispatcher;
  readonly #clock: RunClock;
  readonly #naming: Naming;
  readonly #effect: number;
  readonly #events: EventsSlot;
  /** Of its script and modules, by file. */
  readonly #sources = new Map<string, string>();
  #modules: ModuleResolver | undefined;

  constructor(
    run: RunParts,
    script: VmScript,
    bounds: VmBounds,
    naming: Naming,
    within?: { caller: RunVm; effect: number },
  ) {
    this.run = run;
    this.script = script;
    this.bounds = bounds;
    this.caller = within?.caller;
    this.#effect = within?.effect ?? 0;
    const { runId, startedAt } = run.spec;
    this.#events = within ? { idPrefix: `${runId}-${within.effect}` } : { idPrefix: runId, startedAt };
    this.depth = within ? within.caller.depth + 1 : 0;
    this.#naming = naming;
    this.policy = within
      ? bothOf(within.caller.policy, createPolicy(policyRules(bounds.permissions)))
      : createPolicy(run.spec.policy);
    this.#clock = new RunClock(run.journal, run.replay, within?.effect);
    this.#dispatcher = within
      ? within.caller.#dispatcher.within(within.effect, this.#ports())
      : new Dispatcher(run.catalogue, this.#ports());
  }

  /** This script's file, then those of the scripts that led to it. */
  get files(): string[] {
    return [this.script.file, ...(this.caller?.files ?? [])];
  }

  open(engine: ScriptEngine): ScriptVm {
    if (this.caller) this.run.child(this.#effect, this.files);
    else this.#tell("run.started", 1, this.run.spec.startedAt);
    return engine.open(this.#options());
  }

  /** Runs a script in a VM that `open` answered. */
  async execute(vm: ScriptVm, script: ScriptSource): Promise<ScriptValue> {
    this.#sources.set(script.file, script.code);
    try {
      return await vm.run(script);
    } catch (thrown) {
      const lineOf = (file: string, line: number) => this.#sources.get(file)?.split("\n")[line - 1];
      throw nameMissing(toLlmspellError(thrown), this.run.catalogue.shapes, lineOf);
    }
  }

  /** Tells those who listen that the script has ended, while functions of it can still be called. */
  ended(error?: LlmspellError): void {
    const { bus } = this.#events;
    const time = bus ? this.#clock.journaled() : Date.now();
    const fields = {
      duration: Math.max(0, time - this.run.spec.startedAt),
      success: error === undefined,
      ...(error ? { error: { code: error.code, message: error.message } } : {}),
    };
    if (bus) bus.emit("run.finished", fields, time);
    else this.#tell("run.finished", 2, time, fields);
  }

  /** An event of a run that has no bus. */
  #tell(name: string, count: number, time: number, fields: ScriptObject = {}): void {
    const { runId, observed } = this.run.spec;
    if (observed) this.run.observe({ ...fields, type: "event", name, id: `${runId}-${count}`, time, runId });
  }

  #options(): VmOptions {
    const { run, bounds } = this;
    const dispatcher = this.#dispatcher;
    const resolve = journalModules(
      (specifier, importer) => (this.#modules ??= this.#resolver()).resolve(specifier, importer),
      run.journal,
      { replay: run.replay, live: run.spec.replay?.modules === "found" },
    );
    return {
      host: {
        call: (ref, args) => {
          if (run.meter.collectAsked()) collectGarbage();
          return dispatcher.call(ref, args);
        },
        handle: (id) => dispatcher.handle(id),
        get work() {
          return dispatcher.work;
        },
        set work(work) {
          dispatcher.work = work;
        },
      },
      gate: this.#gate(),
      bridges: run.catalogue.shapes,
      globals: this.#globals(),
      memoryBytes: bounds.memoryBytes,
      values: { ...DEFAULT_VALUE_LIMITS, bytes: run.spec.limits.valueBytes },
      seed: bounds.seed,
      now: () => this.#clock.journaled(),
      resolve: (specifier, importer) => {
        const found = resolve(specifier, importer);
        this.#sources.set(found.id, found.source);
        return found;
      },
    };
  }

  /** Time in any of the run's VMs is time of the run. */
  #gate(): VmGate {
    const { gate } = this.run;
    return {
      enter: () => {
        this.run.meter.choose(this.#effect);
        gate.enter();
      },
      leave: () => {
        gate.leave();
        this.#clock.flush();
        this.#dispatcher.rested();
        this.run.left();
      },
      expired: () => gate.expired(),
      violation: () => {
        const error = gate.violation();
        error.frames = this.files.map((file) => ({ file }));
        return error;
      },
    };
  }

  #resolver(): ModuleResolver {
    const { engine, folder, file } = this.script;
    const { modulePaths, spellFolders } = this.run.spec;
    return this.run.modules({
      engine,
      folder,
      shown: path.dirname(file),
      modulePaths,
      spellFolders,
      policy: this.policy,
      globals: this.run.catalogue.shapes.map(({ name }) => name),
    });
  }

  #ports(): RunPorts {
    const { run, bounds } = this;
    const { spec } = run;
    const { engine, file, folder } = this.script;
    // A spell that another one runs keeps its own state and cache.
    const own = { engine, file, ...(folder === undefined ? {} : { folder }), stdin: false };
    const services = run.services(this.caller ? { ...spec, ...own } : spec, bounds.signal);
    return {
      runId: spec.runId,
      naming: this.#naming,
      limits: spec.limits,
      journal: run.journal,
      replay: run.replay,
      policy: this.policy,
      ...(spec.refusedBridges ? { refusedBridges: new Set(spec.refusedBridges) } : {}),
      budget: run.budget,
      hooks: run.hooks,
      signal: bounds.signal,
      services: new Map([
        ...services,
        [SPELLS.name, () => run.spells(this)],
        [POLICY.name, () => this.policy],
        [EVENTS.name, () => this.#events],
        [ENVIRONMENT.name, () => this.script.env],
      ]),
      clock: this.#clock,
      observe: (event) => run.observe(event),
      ...(spec.observed ? { tell: (event) => run.observe(event) } : {}),
      print: (output) => run.print(output),
      write: (text) => run.write(text),
      log: (event) => run.log(event),
      renewed: () => run.gate.renew(),
      condemn: (error) => run.end(error),
    };
  }

  #globals(): VmOptions["globals"] {
    const { script, run } = this;
    const { runId } = run.spec;
    const about = { name: script.name, version: script.version, dir: script.folder ?? null, file: script.file, runId };
    markAliases(about, SPELL_ALIASES);
    return {
      params: script.params,
      args: [...script.args],
      env: { ...script.env },
      spell: this.#naming === "snake" ? respellInSnakeCase(about) : about,
      stdin: this.caller
        ? null
        : () => run.gate.waiting(() => this.#dispatcher.callNested("stdin", "read", [], 0) as ScriptValue),
    };
  }
}

/** Allows what both allow. */
function bothOf(first: Policy, second: Policy): Policy {
  return {
    check(request) {
      first.check(request);
      second.check(request);
    },
  };
}
