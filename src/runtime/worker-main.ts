import { parentPort, workerData } from "node:worker_threads";
import type { LogEvent } from "../bridge/call-context.ts";
import { BridgeCatalogue } from "../bridge/catalogue.ts";
import type { CallHook } from "../bridge/run-ports.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import { encodeEntry } from "../journal/codec.ts";
import type { OutputEntry } from "../journal/journal.ts";
import type { TelemetryData } from "../telemetry/telemetry.ts";
import { pack } from "../values/transport.ts";
import { builtInBridges, sourceOf } from "./bridge-sources.ts";
import { watchProcesses } from "./child-processes.ts";
import { builtInEngines, registerEngine } from "./engines.ts";
import { loadExtensions } from "./extensions.ts";
import { Meter } from "./meter.ts";
import { NO_STATS, type FromWorker, type RunSpec, type ToWorker, type WorkerData } from "./protocol.ts";
import { RemoteCalls } from "./remote-bridge.ts";
import { SharedServices, runServices } from "./services.ts";
import { Turns } from "./turns.ts";
import { type RunHost, WorkerRun } from "./worker-run.ts";

/** A worker thread: holds the catalogue and the engines, and runs what the supervisor sends. */

const port = parentPort as NonNullable<typeof parentPort>;
const data = workerData as WorkerData;
const send = (message: FromWorker) => {
  port.postMessage(message);
  meter.sent();
};

const meter = new Meter(data.meter);
watchProcesses((pid, running) => send({ type: "process", pid, running }));
/** Our own bridges and no others: what the build prepared the engines for. */
const ownCatalogue =
  data.extensions.length + data.remoteBridges.length === 0 ? new BridgeCatalogue(builtInBridges()) : undefined;
const engines = builtInEngines({ poolSize: data.poolSize, ...(ownCatalogue ? { bridges: ownCatalogue.shapes } : {}) });
const runs = new Map<number, WorkerRun>();
/** Runs whose VM is not there yet, with the reason to end them if one came meanwhile. */
const starting = new Map<number, LlmspellError | undefined>();
const turns = new Turns();
/** Runs whose journal has entries that the supervisor has not. */
const unsent = new Set<number>();
let sentAt = 0;
/** Entries, and milliseconds, that may pass within one stay in a VM before they are sent. */
const MOST_UNSENT = 64;
const MOST_UNSENT_MS = 20;
/** For which entries of VMs that come and go are gathered, where no other run waits for them. */
const BATCH_MS = 5;
let flushing: NodeJS.Timeout | undefined;
/** Who is called on the supervisor's thread may end the run: what it did before is there by then. */
const remote = new RemoteCalls((message) => {
  if (message.type === "remote-call" || message.type === "question") flushJournal(message.ticket);
  send(message);
});
const services = new SharedServices();
/** More than one run is here: if one must be ended from outside, the others continue elsewhere from what was sent. */
let shared = false;

// A failure shows again, to the run that wants the engine.
if (data.expectedEngine !== undefined)
  engines
    .byName(data.expectedEngine)
    .load()
    .catch(() => undefined);
const prepared = prepare();
// A failure shows again, to each run.
prepared.catch(() => undefined);

async function prepare(): Promise<{ catalogue: BridgeCatalogue; hooks: readonly CallHook[] }> {
  if (ownCatalogue) return { catalogue: ownCatalogue, hooks: [] };
  const extensions = await loadExtensions(data.extensions);
  for (const engine of extensions.engines) registerEngine(engines, engine);
  const sources = [
    ...builtInBridges(),
    ...data.remoteBridges.map((outline) => remote.source(outline)),
    ...extensions.bridges.map(sourceOf),
  ];
  return { catalogue: new BridgeCatalogue(sources), hooks: extensions.hooks };
}

port.on("message", (message: ToWorker) => {
  switch (message.type) {
    case "start":
      void start(message.ticket, message.spec, message.journal);
      return;
    case "abort":
      end(message.ticket, LlmspellError.fromData(message.error));
      return;
    case "remote-result":
      remote.settle(message.call, message.outcome);
      return;
    case "shared":
      shared = message.shared;
  }
});

function end(ticket: number, error: LlmspellError): void {
  if (starting.has(ticket)) starting.set(ticket, error);
  else runs.get(ticket)?.end(error);
}

async function start(ticket: number, spec: RunSpec, recorded: readonly string[]): Promise<void> {
  let run: WorkerRun | undefined;
  try {
    starting.set(ticket, undefined);
    const { catalogue, hooks } = await prepared;
    await turns.next();
    run = new WorkerRun({ ...hostOf(ticket), catalogue, hooks }, ticket, spec, recorded);
    runs.set(ticket, run);
    const ended = starting.get(ticket);
    starting.delete(ticket);
    if (ended) run.end(ended);
    const value = await run.run();
    flushJournal(ticket);
    send({ type: "done", ticket, outcome: { ok: true, value: pack(value) }, stats: run.stats(), ...telemetryOf(run) });
  } catch (error) {
    const stats = run?.stats() ?? NO_STATS;
    flushJournal(ticket);
    const outcome = { ok: false, error: toLlmspellError(error).toData() } as const;
    send({ type: "done", ticket, outcome, stats, ...telemetryOf(run) });
  } finally {
    starting.delete(ticket);
    runs.delete(ticket);
    unsent.delete(ticket);
  }
}

function telemetryOf(run: WorkerRun | undefined): { telemetry?: TelemetryData } {
  const telemetry = run?.telemetry();
  return telemetry ? { telemetry } : {};
}

function hostOf(ticket: number): Omit<RunHost, "catalogue" | "hooks"> {
  const log = (event: LogEvent) => send({ type: "log", ticket, event });
  return {
    engines,
    meter,
    services: (spec, ended) =>
      runServices(spec, services, {
        log,
        remote: remote.of(ticket),
        people: remote.people(ticket),
        programTools: data.programTools,
        ended,
      }),
    print: (run, output) => print(ticket, run, output),
    write: (text) => send({ type: "output", ticket, text }),
    log,
    observe: (event) => send({ type: "event", ticket, event }),
    child: (effect, files) => send({ type: "child", ticket, effect, files }),
    entering: () => {
      if (unsent.size > 0 && (shared || performance.now() - sentAt > BATCH_MS)) flushJournals();
    },
    left: () => {
      if (unsent.size > 0) flushing ??= setTimeout(flushJournals, BATCH_MS);
    },
    journalGrew: (waiting) => {
      unsent.add(ticket);
      if (waiting >= MOST_UNSENT || performance.now() - sentAt > MOST_UNSENT_MS) flushJournal(ticket);
    },
  };
}

/** Whether the supervisor keeps the run's journal: for a store, or to continue it elsewhere. */
function isSent({ spec }: WorkerRun): boolean {
  return (shared || spec.journaled === true) && !spec.replay;
}

function flushJournals(): void {
  clearTimeout(flushing);
  flushing = undefined;
  for (const ticket of unsent) flushJournal(ticket);
}

function flushJournal(ticket: number): void {
  const run = runs.get(ticket);
  if (!run || !isSent(run)) return;
  unsent.delete(ticket);
  const entries = run.journal.take();
  if (entries.length > 0)
    send({
      type: "journal",
      ticket,
      stats: run.stats(),
      lines: entries.map((entry) => `${encodeEntry(entry)}\n`).join(""),
    });
  sentAt = performance.now();
}

/** Output reaches the supervisor at once, in its place among the other entries, which joins what belongs together. */
function print(ticket: number, run: WorkerRun, output: OutputEntry): void {
  if (isSent(run)) {
    if (unsent.has(ticket)) flushJournal(ticket);
    send({ type: "print", ticket, output });
    return;
  }
  run.journal.append(output);
  if (output.text !== "") send({ type: "output", ticket, text: output.text });
  for (const event of output.logs ?? []) send({ type: "log", ticket, event: event as LogEvent });
}

send({ type: "ready" });
