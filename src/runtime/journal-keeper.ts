import { LlmspellError, toLlmspellError } from "../errors.ts";
import { thisProcess } from "../runs/process-identity.ts";
import type { RecordingFile } from "../runs/recording-file.ts";
import { type RecordedRun, headerLine, outcomeLine } from "../runs/recording.ts";
import { Redactor, secretsOf, secretsOfProviders } from "../runs/redactor.ts";
import { DEFAULT_RETENTION, type Retention, type RunChange, type RunEnd, RunStore } from "../runs/run-store.ts";
import type { OtlpOptions } from "../telemetry/otlp-exporter.ts";
import { unpack } from "../values/transport.ts";
import type { RunSpec } from "./protocol.ts";
import type { RunRecorder } from "./run-recorder.ts";
import type { FinishedRun } from "./finished-run.ts";
import { TraceExporter } from "./trace-exporter.ts";

export interface JournalOptions {
  /** The journal of runs; undefined: none is kept. */
  file?: string | undefined;
  keep?: Partial<Retention> | undefined;
  /** The collector that gets the traces of runs. */
  telemetry?: OtlpOptions | undefined;
  /** Told of traces that reached no collector, in place of the run, which has ended. */
  warn?: ((message: string) => void) | undefined;
}

/** One run whose journal is kept. */
export interface KeptRun {
  spec: RunSpec;
  startedAt: number;
  recorder: RunRecorder;
  stored: boolean;
  record?: RecordingFile | undefined;
  warn(message: string): void;
}

interface Active extends KeptRun {
  redactor: Redactor;
  isStored: boolean;
}

/** Within which what a worker sent is written. */
const FLUSH_MS = 25;
/** How often what another process held up is tried again, each time for as long as the store waits for it. */
const MOST_BUSY = 3;

/**
 * Writes the journals of a process's runs, secrets taken out: into the store, all of them in one transaction every few
 * milliseconds, and into the recordings that were asked for. What fails here ends no run: it is told as a warning.
 */
export class JournalKeeper {
  readonly #options: JournalOptions;
  readonly #active = new Map<string, Active>();
  #store: RunStore | undefined;
  /** Changes that another process held up. */
  #queue: RunChange[] = [];
  #busy = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #traces: TraceExporter | undefined;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#traces = options.telemetry && new TraceExporter(options.telemetry);
  }

  /** From now on what the run's recorder gets is kept. */
  begin(run: KeptRun): void {
    const { spec, startedAt } = run;
    const { env = {}, providers } = spec.models;
    const redactor = new Redactor([...secretsOf(process.env, spec.env, env), ...secretsOfProviders(providers)]);
    const header = redactor.lines(headerLine(recordedRun(spec, startedAt)));
    run.record?.write(header);
    const active: Active = { ...run, redactor, isStored: false };
    this.#active.set(spec.runId, active);
    if (run.stored && this.#open(run)) {
      active.isStored = true;
      const { runId: id, name, file, engine } = spec;
      this.#commit([
        { type: "begin", run: { id, name, file, engine, startedAt }, process: thisProcess(), lines: header },
      ]);
    }
    run.recorder.sink = { grew: () => this.#schedule() };
    this.#schedule();
  }

  #open({ warn }: KeptRun): boolean {
    try {
      this.#store ??= new RunStore(this.#options.file as string);
      return true;
    } catch (error) {
      warn(`the run is not journaled: ${told(error)}`);
      return false;
    }
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const changes = [...this.#active.values()].flatMap((run) => this.#take(run));
    if (changes.length > 0 || this.#queue.length > 0) this.#commit(changes);
  }

  #take(run: Active): RunChange[] {
    const fresh = run.recorder.take();
    if (fresh === "") return [];
    const lines = run.redactor.lines(fresh);
    run.record?.write(lines);
    return run.isStored ? [{ type: "append", run: run.spec.runId, lines }] : [];
  }

  #commit(changes: readonly RunChange[]): void {
    this.#queue.push(...changes);
    if (this.#queue.length === 0) return;
    try {
      this.#store?.commit(this.#queue);
      this.#queue = [];
      this.#busy = 0;
    } catch (error) {
      this.#busy += 1;
      if (LlmspellError.is(error) && error.code === "store.busy" && this.#busy < MOST_BUSY) this.#schedule();
      else this.#giveUp(error);
    }
  }

  /** Runs in progress go on without the store; what was stored of them stays. Later ones try anew. */
  #giveUp(error: unknown): void {
    this.#queue = [];
    this.#busy = 0;
    for (const run of this.#active.values()) {
      if (!run.isStored) continue;
      run.isStored = false;
      run.warn(`the journal of this run is incomplete: ${told(error)}`);
    }
  }

  /** Writes the rest of a run's journal and its end. Answers why a recording that was asked for is incomplete. */
  end(runId: string, result: FinishedRun): LlmspellError | undefined {
    const run = this.#active.get(runId);
    if (!run) return undefined;
    this.#flush();
    const { redactor } = run;
    const { outcome } = result;
    const at = Date.now();
    const line = outcomeLine(outcome.ok ? outcome : { ok: false, error: outcome.error.toData() }, at);
    const lines = redactor.lines(line);
    run.record?.write(lines);
    run.record?.[Symbol.dispose]();
    if (run.isStored) {
      this.#commit([
        { type: "end", run: runId, end: { ...endOf(result, at, redactor), durationMs: at - run.startedAt }, lines },
      ]);
      for (let tries = 1; this.#queue.length > 0 && tries < MOST_BUSY; tries++) this.#commit([]);
    }
    this.#active.delete(runId);
    this.#trace(run, result, at);
    if (run.isStored) this.#prune();
    return run.record?.failure;
  }

  #trace(
    { spec, startedAt, recorder, redactor, warn }: Active,
    { outcome, telemetry }: FinishedRun,
    endedAt: number,
  ): void {
    if (!this.#traces) return;
    const { runId: id, name, engine, version } = spec;
    const error = outcome.ok ? undefined : { code: outcome.error.code, message: redactor.text(outcome.error.message) };
    const run = { id, name, engine, version, startedAt, endedAt, error };
    this.#traces.send(run, redactor.lines(recorder.lines().join("")), telemetry, this.#options.warn ?? warn);
  }

  #prune(): void {
    try {
      this.#store?.pruneSometimes({ ...DEFAULT_RETENTION, ...this.#options.keep });
    } catch {
      // The next run tries again.
    }
  }

  /** To be called once all runs were ended. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#store?.[Symbol.dispose]();
    this.#store = undefined;
    await this.#traces?.close();
  }
}

function recordedRun(spec: RunSpec, startedAt: number): RecordedRun {
  const { runId, name, engine, file, folder, code, params, args, env, seed, limits, policy, budget, workspace } = spec;
  const { model, requireModel } = spec.models;
  return {
    run: runId,
    startedAt,
    name,
    engine,
    file,
    ...(folder === undefined ? {} : { folder }),
    code,
    params: unpack(params),
    args,
    env,
    seed,
    limits: { ...limits },
    policy,
    budget,
    models: { ...(model === undefined ? {} : { model }), ...(requireModel === undefined ? {} : { requireModel }) },
    workspace,
    ...(spec.version === undefined ? {} : { spellVersion: spec.version }),
    ...(spec.refusedBridges ? { refusedBridges: spec.refusedBridges } : {}),
  };
}

function endOf({ outcome, stats }: FinishedRun, endedAt: number, redactor: Redactor): RunEnd {
  const { durationMs, cpuMs, inputTokens, outputTokens, cost, costKnown } = stats;
  const spent = { endedAt, durationMs, cpuMs, inputTokens, outputTokens, cost, costKnown };
  if (outcome.ok) return { status: "ok", ...spent };
  const { code, message } = outcome.error;
  const status = code === "run.aborted" ? "cancelled" : "failed";
  return { status, error: { code, message: redactor.text(message) }, ...spent };
}

function told(error: unknown): string {
  const { message, hint } = toLlmspellError(error);
  return hint === undefined ? message : `${message}. ${hint}`;
}
