import type { Worker } from "node:worker_threads";
import type { LogEvent } from "../bridge/call-context.ts";
import type { PersonAnswer, Question } from "../bridges/services.ts";
import type { RunEvent } from "../bridge/run-ports.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import type { FinishedRun } from "./finished-run.ts";
import type { Journals } from "./journals.ts";
import type { OutputEntry } from "../journal/journal.ts";
import type { RecordingFile } from "../runs/recording-file.ts";
import { unpack } from "../values/transport.ts";
import { Meter, type TimeLimit, limitViolation, sharedNow } from "./meter.ts";
import { RunRecorder } from "./run-recorder.ts";
import { endProcess } from "./child-processes.ts";
import { HeapWatch } from "./heap-watch.ts";
import { LoopWatch } from "./loop-watch.ts";
import {
  type FromWorker,
  NO_STATS,
  type RunOutcome,
  type RunSpec,
  type RunStats,
  type ToWorker,
  type WorkerData,
} from "./protocol.ts";
import { type StartedWorker, startWorker } from "./start-worker.ts";

/** What a run tells while it goes on. */
export interface RunListener {
  output(text: string): void;
  log(event: LogEvent): void;
  event(event: RunEvent): void;
  /** Absent where there is nobody to ask. `signal` takes the question back. */
  question?(question: Question, signal: AbortSignal): Promise<PersonAnswer>;
}

export interface RunMore {
  /** Gets the run's journal; one that holds entries already is that of the run so far, which goes on from there. */
  recorder?: RunRecorder | undefined;
  /** The run's journal is kept: in the store, in a recording. */
  keep?: { stored: boolean; record?: RecordingFile | undefined } | undefined;
}

/** A bridge method that runs on this thread, for a worker. */
export type RemoteMethod = (args: unknown, runId: string) => Promise<RunOutcome>;

export interface SupervisorOptions {
  /** Most workers at once. Default 1. */
  workers?: number;
  extensions?: readonly string[];
  remoteBridges?: WorkerData["remoteBridges"];
  programTools?: WorkerData["programTools"];
  remoteMethod?: (bridge: string, method: string) => RemoteMethod | undefined;
  poolSize?: number;
  /** Keeps journals outside of this process's memory. */
  journals?: Journals;
  /** A worker that was started already, with these options. */
  first?: StartedWorker;
}

interface ActiveRun {
  ticket: number;
  spec: RunSpec;
  listener: RunListener;
  /** What workers sent of its journal: enough to continue it elsewhere. */
  recorder: RunRecorder;
  /** As far as the worker told. */
  stats: RunStats;
  /** Texts of output so far, and how many of them a replay that began anew must not repeat. */
  printed: number;
  repeated: number;
  host: WorkerHost;
  /** Files of the spells that its effects run, by effect. */
  children: Map<number, readonly string[]>;
  /** What its present worker asked and has no answer to. */
  questions: Map<number, AbortController>;
  finish(result: FinishedRun): void;
}

interface WorkerHost {
  worker: Worker;
  meter: Meter;
  heap: HeapWatch;
  loop: LoopWatch;
  ready: boolean;
  runs: Set<number>;
  /** Ids of the processes that it has started and that have not ended. */
  processes: Set<number>;
  /** Set when this supervisor ended it; its runs are taken care of. */
  ended: boolean;
}

/** How long a VM may be overdue before its worker is ended: an engine that can stop itself gets the chance to. */
const GRACE_MS = 100;
const WATCH_MS = 40;
/** How long a worker may at least be busy outside of any VM; for longer, as long as a run's CPU time. */
const LEAST_STUCK_MS = 5000;
/** For which a worker that did not answer may go on with the host's work of a run that has ended. */
const LEFT_OVER_MS = 500;

/**
 * Holds the workers and never runs a spell itself. Ends a worker whose VM overruns; that run fails with its limit, the
 * worker's other runs continue in a new worker from what they journaled.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #hosts = new Set<WorkerHost>();
  readonly #runs = new Map<number, ActiveRun>();
  #tickets = 0;
  #watch: NodeJS.Timeout | undefined;
  /** Workers end with this process, but not what they have started. */
  readonly #exit = () => this.#hosts.forEach(endProcesses);

  constructor(options: SupervisorOptions = {}) {
    this.#options = options;
    if (options.first) this.#adopt(options.first);
  }

  /** Starts a worker ahead of the first run. */
  warm(): void {
    if (this.#hosts.size === 0) this.#startWorker();
  }

  /** Runs a spell to its end; never rejects. `signal` cancels it with its reason. */
  run(spec: RunSpec, listener: RunListener, signal?: AbortSignal, more: RunMore = {}): Promise<FinishedRun> {
    if (signal?.aborted)
      return Promise.resolve({ outcome: { ok: false, error: abortReason(signal.reason) }, stats: NO_STATS });
    const ticket = ++this.#tickets;
    const { promise, resolve } = Promise.withResolvers<FinishedRun>();
    const abort = () => this.#abort(ticket, abortReason(signal?.reason));
    const { timeoutMs } = spec.limits;
    const overdue = () => this.#endStuck(ticket, limitViolation("limit.wall", spec.limits, spec.file));
    const deadline = timeoutMs > 0 ? setTimeout(overdue, timeoutMs + 2 * GRACE_MS) : undefined;
    const finish = (result: FinishedRun) => {
      clearTimeout(deadline);
      signal?.removeEventListener("abort", abort);
      this.#forget(ticket);
      void this.#keepEnd(spec, result, more.keep).then(resolve);
    };
    const { recorder = new RunRecorder() } = more;
    const host = this.#leastBusy();
    const told = { stats: NO_STATS, printed: 0, repeated: 0, children: new Map<number, readonly string[]>() };
    const questions = new Map<number, AbortController>();
    const run: ActiveRun = { ticket, spec, listener, recorder, ...told, questions, host, finish };
    this.#runs.set(ticket, run);
    this.#assign(run);
    if (more.keep) this.#keep(run, more.keep);
    signal?.addEventListener("abort", abort, { once: true });
    return promise;
  }

  #keep({ spec, recorder, listener }: ActiveRun, keep: NonNullable<RunMore["keep"]>): void {
    const warn = (message: string) => listener.log({ level: "warn", message });
    this.#options.journals?.begin({ spec, startedAt: spec.startedAt, recorder, warn, ...keep });
  }

  async #keepEnd(spec: RunSpec, result: FinishedRun, keep: RunMore["keep"]): Promise<FinishedRun> {
    if (!keep || !this.#options.journals) return result;
    const recordingError = await this.#options.journals.end(spec.runId, result);
    return recordingError ? { ...result, recordingError } : result;
  }

  /** Ends all workers. Runs in progress fail with `run.aborted`. */
  async shutdown(): Promise<void> {
    const error = new LlmspellError("run.aborted", "the runtime was shut down");
    for (const run of this.#runs.values()) run.finish({ outcome: { ok: false, error }, stats: run.stats });
    await Promise.all([...this.#hosts].map((host) => this.#end(host)));
    process.off("exit", this.#exit);
    await this.#options.journals?.close();
  }

  #leastBusy(): WorkerHost {
    const free = [...this.#hosts].find((host) => host.runs.size === 0);
    if (free) return free;
    if (this.#hosts.size < (this.#options.workers ?? 1)) return this.#startWorker();
    return [...this.#hosts].reduce((least, host) => (host.runs.size < least.runs.size ? host : least));
  }

  #startWorker(): WorkerHost {
    const started = startWorker({
      extensions: this.#options.extensions ?? [],
      remoteBridges: this.#options.remoteBridges ?? [],
      programTools: this.#options.programTools ?? [],
      poolSize: this.#options.poolSize ?? 0,
    });
    return this.#adopt(started);
  }

  #adopt({ worker, meter: buffer, early, failure }: StartedWorker): WorkerHost {
    const meter = new Meter(buffer);
    const host: WorkerHost = {
      worker,
      meter,
      heap: new HeapWatch(worker, meter),
      loop: new LoopWatch(worker, meter),
      ready: false,
      runs: new Set(),
      processes: new Set(),
      ended: false,
    };
    worker.removeAllListeners("message").removeAllListeners("error");
    worker.on("message", (message: FromWorker) => this.#receive(host, message));
    for (const message of early) this.#receive(host, message);
    worker.on("error", (error) => this.#lost(host, error));
    worker.on("exit", () => this.#lost(host));
    this.#hosts.add(host);
    if (failure) this.#lost(host, failure);
    return host;
  }

  #assign(run: ActiveRun): void {
    const { host } = run;
    host.runs.add(run.ticket);
    host.worker.ref();
    if (host.runs.size === 2) this.#send(host, { type: "shared", shared: true });
    this.#send(host, { type: "start", ticket: run.ticket, spec: run.spec, journal: run.recorder.lines() });
    this.#watch ??= setInterval(() => this.#watchWorkers(), WATCH_MS);
  }

  #forget(ticket: number): void {
    const run = this.#runs.get(ticket);
    if (!run) return;
    this.#runs.delete(ticket);
    withdraw(run, new LlmspellError("run.aborted", "the run has ended"));
    const { host } = run;
    host.runs.delete(ticket);
    if (host.runs.size === 1) this.#send(host, { type: "shared", shared: false });
    if (host.runs.size === 0) this.#rest(host);
    if (this.#runs.size > 0) return;
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  #endsWithUs(host: WorkerHost, pid: number): void {
    host.processes.add(pid);
    if (!process.listeners("exit").includes(this.#exit)) process.once("exit", this.#exit);
  }

  /** A worker without a run lets the process end; one more than there may be is ended itself. */
  #rest(host: WorkerHost): void {
    host.worker.unref();
    if (!host.ended && this.#hosts.size > (this.#options.workers ?? 1)) void this.#end(host);
  }

  #send(host: WorkerHost, message: ToWorker): void {
    host.worker.postMessage(message);
  }

  /** Asks the worker to end a run. */
  #abort(ticket: number, error: LlmspellError): void {
    const run = this.#runs.get(ticket);
    if (!run) return;
    this.#send(run.host, { type: "abort", ticket, error: error.toData() });
    setTimeout(() => this.#endStuck(ticket, error), GRACE_MS);
  }

  /** Ends a run that its worker should have ended: with a worker that is stuck in the run's own VM; one that is stuck elsewhere follows when it can. */
  #endStuck(ticket: number, error: LlmspellError): void {
    const run = this.#runs.get(ticket);
    if (!run) return;
    if (run.host.meter.running() === ticket) return this.#endWithWorker(run, error);
    this.#send(run.host, { type: "abort", ticket, error: error.toData() });
    run.finish({ outcome: { ok: false, error }, stats: run.stats });
    this.#endLeftOver(run.host);
  }

  /** Ends a worker that is still busy with what an ended run left it with. */
  #endLeftOver(host: WorkerHost): void {
    const state = host.loop.state();
    const check = () => {
      if (host.ended || host.meter.running() !== 0 || host.loop.state() !== state) return;
      void this.#end(host);
      this.#continueElsewhere(host);
    };
    setTimeout(check, LEFT_OVER_MS).unref();
  }

  #receive(host: WorkerHost, message: FromWorker): void {
    host.meter.received();
    if (message.type === "ready") {
      host.ready = true;
      return;
    }
    if (message.type === "process") {
      if (message.running) this.#endsWithUs(host, message.pid);
      else host.processes.delete(message.pid);
      return;
    }
    const run = this.#runs.get(message.ticket);
    if (!run || run.host !== host) return;
    switch (message.type) {
      case "output":
        return this.#output(run, message.text);
      case "log":
        return run.listener.log(message.event);
      case "child":
        run.children.set(message.effect, message.files);
        return;
      case "event":
        return run.listener.event(message.event);
      case "journal":
        run.stats = message.stats;
        return run.recorder.append(message.lines);
      case "print":
        return this.#print(run, message.output);
      case "remote-call":
        return void this.#callHere(run, message);
      case "question":
        return void this.#ask(run, message);
      case "question-withdrawn":
        run.questions.get(message.call)?.abort(LlmspellError.fromData(message.reason));
        return;
      case "done":
        return run.finish({
          outcome: unpackOutcome(message.outcome),
          stats: message.stats,
          telemetry: message.telemetry,
        });
    }
  }

  /** A replay that a worker's end interrupted begins anew and prints all of it again. */
  #output(run: ActiveRun, text: string): void {
    run.printed += 1;
    if (run.printed > run.repeated || !run.spec.replay) run.listener.output(text);
  }

  #print({ recorder, listener }: ActiveRun, output: OutputEntry): void {
    recorder.print({ ...output });
    if (output.text !== "") listener.output(output.text);
    for (const event of output.logs ?? []) listener.log(event as LogEvent);
  }

  async #callHere(
    run: ActiveRun,
    { call, bridge, method, args }: Extract<FromWorker, { type: "remote-call" }>,
  ): Promise<void> {
    // Calls are numbered by worker: a run that continues in another one calls again.
    const { host } = run;
    const remote = this.#options.remoteMethod?.(bridge, method);
    const outcome: RunOutcome = remote
      ? await remote(args, run.spec.runId)
      : { ok: false, error: new LlmspellError("method.unknown", `there is no method ${bridge}.${method}`).toData() };
    this.#send(host, { type: "remote-result", call, outcome });
  }

  async #ask(run: ActiveRun, { call, question }: Extract<FromWorker, { type: "question" }>): Promise<void> {
    const { host, listener, questions } = run;
    const asked = new AbortController();
    questions.set(call, asked);
    let outcome: RunOutcome;
    try {
      if (!listener.question) throw nobodyToAsk(question);
      const details = unpack(question.details);
      outcome = { ok: true, value: await listener.question({ ...question, details }, asked.signal) };
    } catch (error) {
      outcome = { ok: false, error: toLlmspellError(error, "bridge.failed").toData() };
    }
    if (questions.get(call) !== asked) return;
    questions.delete(call);
    this.#send(host, { type: "remote-result", call, outcome });
  }

  /** Ends runs whose VM is overdue, such that make the host hold too much, and workers that are stuck outside of any VM. */
  #watchWorkers(): void {
    const now = sharedNow();
    for (const host of this.#hosts) {
      const { meter, heap, loop } = host;
      const stuckMs = loop.stuckMs(now);
      const overdue = meter.overdue(now - GRACE_MS);
      const run = this.#runs.get(overdue?.ticket ?? meter.running());
      if (run && overdue) this.#endWithWorker(run, overdueError(run, overdue.limit));
      else if (run) {
        const { hostBytes, memoryBytes } = run.spec.limits;
        heap.look(run.ticket, { bytes: hostBytes, vmBytes: memoryBytes }, () =>
          this.#endWithWorker(run, heapViolation(run.spec)),
        );
      } else if (host.ready) this.#watchOutside(host, stuckMs);
    }
  }

  /** A worker in no VM waits, or works for one of its runs: for which is not known where it has several. */
  #watchOutside(host: WorkerHost, stuckMs: number): void {
    const specs = [...host.runs].flatMap((ticket) => this.#runs.get(ticket)?.spec ?? []);
    if (specs.length === 0) return;
    const cpuMs = Math.min(...specs.map(({ limits }) => limits.cpuMs));
    if (stuckMs > Math.max(LEAST_STUCK_MS, cpuMs)) {
      this.#endForOne(host, ({ limits, file }) => limitViolation("limit.cpu", limits, file));
      return;
    }
    const held = specs.map(({ limits }) => limits.hostBytes);
    const bytes = stuckMs > 0 ? Math.min(...held) : held.reduce((sum, each) => sum + each, 0);
    host.heap.look(0, { bytes }, () => this.#endForOne(host, heapViolation));
  }

  /** Ends a run that cannot be stopped otherwise, and its worker; the worker's other runs go on elsewhere. */
  #endWithWorker(run: ActiveRun, error: LlmspellError): void {
    const { host } = run;
    run.finish({ outcome: { ok: false, error }, stats: run.stats });
    void this.#end(host);
    this.#continueElsewhere(host);
  }

  async #end(host: WorkerHost): Promise<void> {
    host.ended = true;
    this.#hosts.delete(host);
    endProcesses(host);
    await host.worker.terminate();
  }

  /** A worker died by itself: out of memory, a fault of the engine. */
  #lost(host: WorkerHost, cause?: Error): void {
    if (!host.ended) this.#endForOne(host, ({ file }) => workerLost(file, cause));
  }

  /**
   * Ends a worker, if it has not ended itself, for what one of its runs did. The run that was in its VM, or alone in it,
   * is the reason and fails; where that is unknown, each goes on in a worker of its own, so that the next time will tell.
   */
  #endForOne(host: WorkerHost, errorOf: (spec: RunSpec) => LlmspellError): void {
    const [only] = host.runs.size === 1 ? host.runs : [host.meter.running()];
    void this.#end(host);
    const culprit = this.#runs.get(only ?? 0);
    culprit?.finish({ outcome: { ok: false, error: errorOf(culprit.spec) }, stats: culprit.stats });
    this.#continueElsewhere(host, culprit ? () => this.#leastBusy() : () => this.#startWorker());
  }

  #continueElsewhere(dead: WorkerHost, choose = () => this.#leastBusy()): void {
    for (const ticket of dead.runs) {
      const run = this.#runs.get(ticket);
      if (!run) continue;
      withdraw(run, new LlmspellError("worker.lost", "the question is asked anew"));
      run.host = choose();
      run.repeated = Math.max(run.repeated, run.printed);
      if (run.spec.replay) run.printed = 0;
      this.#assign(run);
    }
  }
}

function endProcesses({ processes }: WorkerHost): void {
  for (const pid of processes) endProcess(pid);
}

/** Takes back what the run's worker asked: nobody is there to hear the answer. */
function withdraw({ questions }: ActiveRun, reason: LlmspellError): void {
  for (const asked of questions.values()) asked.abort(reason);
  questions.clear();
}

function nobodyToAsk({ title }: Question): LlmspellError {
  return new LlmspellError("approval.unavailable", `there is nobody to ask: ${title}`, {
    hint: "Run it on a terminal, or approve everything with --yes; in a program with RunOptions.onQuestion.",
  });
}

/** Names the spell whose VM overran, and those that led to it. */
function overdueError({ spec, children, host }: ActiveRun, limit: TimeLimit): LlmspellError {
  const error = limitViolation(limit, spec.limits, spec.file);
  const files = children.get(host.meter.chosen());
  if (files) error.frames = files.map((file) => ({ file }));
  return error;
}

function heapViolation({ file, limits }: RunSpec): LlmspellError {
  return new LlmspellError(
    "limit.host_memory",
    `one call made the host hold more than ${limits.hostBytes} bytes for the run`,
    {
      details: { limit: limits.hostBytes, setting: "limits.hostBytes" },
      hint: "Pass smaller values to the helpers, in several calls, or raise it with --limit hostBytes=SIZE or limits.hostBytes.",
      frames: [{ file }],
    },
  );
}

function abortReason(reason: unknown): LlmspellError {
  return LlmspellError.is(reason)
    ? reason
    : new LlmspellError("run.aborted", "the run was cancelled", { cause: reason });
}

function workerLost(file: string, cause?: Error): LlmspellError {
  const outOfMemory = (cause as NodeJS.ErrnoException | undefined)?.code === "ERR_WORKER_OUT_OF_MEMORY";
  const frames = [{ file }];
  if (outOfMemory)
    return new LlmspellError("limit.host_memory", "the spell used up its worker's memory", { frames, cause });
  return new LlmspellError("worker.lost", `the spell's worker ended: ${cause?.message ?? "it exited"}`, {
    frames,
    cause,
  });
}

function unpackOutcome(outcome: RunOutcome): FinishedRun["outcome"] {
  return outcome.ok
    ? { ok: true, value: unpack(outcome.value) }
    : { ok: false, error: LlmspellError.fromData(outcome.error) };
}
