import type { RunEvent } from "../bridge/run-ports.ts";
import { TELEMETRY, type TelemetrySlot } from "../bridges/services.ts";
import { createBudget } from "../budget/budget.ts";
import type { ScriptEngine } from "../engine/script-engine.ts";
import type { ScriptVm } from "../engine/vm.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import { decodeEntries } from "../journal/codec.ts";
import type { OutputEntry } from "../journal/journal.ts";
import { MemoryJournal } from "../journal/memory-journal.ts";
import { Replay } from "../journal/replay.ts";
import type { TelemetryData } from "../telemetry/telemetry.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { unpack } from "../values/transport.ts";
import { ChildSlots } from "./child-slots.ts";
import { loadPart } from "./lazy.ts";
import { MeteredGate, limitViolation } from "./meter.ts";
import type { RunSpec, RunStats } from "./protocol.ts";
import { rejectReferences } from "./references.ts";
import { type RunParts, RunVm } from "./run-vm.ts";

/** What a run needs of the worker that it runs in. */
export interface RunHost extends Pick<
  RunParts,
  "catalogue" | "engines" | "meter" | "hooks" | "services" | "write" | "log" | "observe" | "child" | "entering" | "left"
> {
  /** Output that is journaled. */
  print(run: WorkerRun, output: OutputEntry): void;
  /** The run's journal has so many entries that the supervisor has not. */
  journalGrew(waiting: number): void;
}

/** One run in a worker: a VM, its dispatcher and its journal. */
export class WorkerRun {
  readonly spec: RunSpec;
  readonly journal: MemoryJournal;
  readonly #host: RunHost;
  readonly #abort = new AbortController();
  readonly #startedAt = performance.now();
  readonly #spend = { inputTokens: 0, outputTokens: 0, cost: 0, costKnown: true };
  readonly #gate: MeteredGate;
  readonly #telemetry: TelemetrySlot = {};
  #vm: ScriptVm | undefined;
  #replay: Replay | undefined;
  #memoryBytes = 0;

  /** `recorded` holds, as lines, what an earlier worker did of the same run, or what is replayed. */
  constructor(host: RunHost, ticket: number, spec: RunSpec, recorded: readonly string[]) {
    this.#host = host;
    this.spec = spec;
    this.#gate = new MeteredGate({
      meter: host.meter,
      ticket,
      limits: spec.limits,
      file: spec.file,
      onEnter: () => host.entering(),
      onLeave: () => {},
    });
    this.journal = new MemoryJournal((waiting) => host.journalGrew(waiting));
    this.#replay = replayOf(spec, recorded);
  }

  /** Runs the spell to its end. Rejects with the LlmspellError that ended it. */
  async run(): Promise<ScriptValue> {
    const { spec } = this;
    const deadline = this.#startDeadline();
    try {
      const engine = await this.#host.engines.byName(spec.engine).load();
      this.#abort.signal.throwIfAborted();
      if (this.#replay && !spec.replay) await this.#loadEngines();
      const own = this.#newVm(engine);
      const vm = own.open(engine);
      this.#vm = vm;
      if (this.#replay?.ended) throw this.#replay.ended;
      const value = await this.#runScript(vm, own);
      rejectReferences(value, "the spell returned", "the result");
      return value;
    } catch (error) {
      const ended = this.#reasonOf(error);
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

  async #runScript(vm: ScriptVm, own: RunVm): Promise<ScriptValue> {
    const { code, file } = this.spec;
    try {
      const value = await own.execute(vm, { code, file }).catch((error: unknown) => {
        this.#tellEnd(own, error);
        throw error;
      });
      this.#tellEnd(own);
      this.#replay?.checkEnd();
      return value;
    } catch (error) {
      if (!toLlmspellError(error).final && !this.#abort.signal.aborted) this.#replay?.checkEnd();
      throw error;
    }
  }

  /** What goes wrong in this does not change how the run ended. */
  #tellEnd(own: RunVm, thrown?: unknown): void {
    const error = thrown === undefined ? undefined : this.#reasonOf(thrown);
    try {
      own.ended(error);
    } catch (failed) {
      const { code, message } = toLlmspellError(failed);
      if (!error)
        this.#host.log({
          level: "warn",
          message: `telling that the run has ended failed: ${message}`,
          fields: { code },
        });
    }
  }

  #reasonOf(thrown: unknown): LlmspellError {
    return toLlmspellError(this.#abort.signal.aborted ? this.#abort.signal.reason : thrown);
  }

  /** Where a run goes on, the spells that it ran start again in the turns in which they did. */
  async #loadEngines(): Promise<void> {
    await Promise.all(this.#host.engines.list().map((engine) => engine.load()));
  }

  stats(): RunStats {
    return {
      durationMs: performance.now() - this.#startedAt,
      cpuMs: this.#gate.usedMs,
      memoryBytes: this.#memoryBytes,
      ...this.#spend,
    };
  }

  /** What its scripts measured; undefined where that is nothing. */
  telemetry(): TelemetryData | undefined {
    return this.#telemetry.kept?.data();
  }

  #startDeadline(): NodeJS.Timeout | undefined {
    const { timeoutMs } = this.spec.limits;
    if (timeoutMs === 0) return undefined;
    return setTimeout(() => this.end(limitViolation("limit.wall", this.spec.limits, this.spec.file)), timeoutMs);
  }

  /** The VM of the run's own script. */
  #newVm(engine: ScriptEngine): RunVm {
    const { spec } = this;
    const host = this.#host;
    const run: RunParts = {
      ...host,
      spec,
      gate: this.#gate,
      journal: this.journal,
      replay: this.#replay,
      services: (of, until) => new Map([...host.services(of, until), [TELEMETRY.name, () => this.#telemetry]]),
      budget: createBudget(spec.budget),
      slots: new ChildSlots(),
      modules: (options) => loadPart("modules").createModuleResolver(options),
      spells: (vm) => loadPart("child-spells").createChildSpells(vm),
      observe: (event) => this.#observe(event),
      print: (output) => host.print(this, output),
      end: (error) => this.end(error),
    };
    const { file, folder, name, version = null, args, env, limits, permissions, seed } = spec;
    const script = { engine: spec.engine, file, folder, name, version, params: unpack(spec.params), args, env };
    const bounds = { permissions, memoryBytes: limits.memoryBytes, seed, signal: this.#abort.signal };
    return new RunVm(run, script, bounds, engine.naming);
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
}

function replayOf({ replay }: RunSpec, recorded: readonly string[]): Replay | undefined {
  if (recorded.length === 0 && !replay) return undefined;
  const lines = recorded.flatMap((each) => each.split("\n").filter((line) => line !== ""));
  return new Replay(decodeEntries(lines), replay ? { strict: true, error: replay.error } : {});
}

function ended(): LlmspellError {
  return new LlmspellError("run.aborted", "the run has ended");
}
