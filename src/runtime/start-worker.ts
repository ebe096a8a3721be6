import { Worker } from "node:worker_threads";
import { METER_BYTES } from "./meter-layout.ts";
import type { FromWorker, WorkerData } from "./protocol.ts";

/** A worker thread that has begun to start, with the shared memory in which it says what it does. */
export interface StartedWorker {
  worker: Worker;
  meter: SharedArrayBuffer;
  /** What it said before anybody listened. */
  early: FromWorker[];
  /** Why it ended before anybody listened. */
  failure?: Error;
}

/** A guest's own recursion limit must come before the thread's. */
const STACK_MB = 8;
/** Garbage counts as a spell's memory too: collected early, little of it is around. */
const YOUNG_MB = 24;

/** Starts a worker. It holds the process open only while it is `ref`ed. */
export function startWorker(data: Omit<WorkerData, "meter">): StartedWorker {
  const meter = new SharedArrayBuffer(METER_BYTES);
  const workerData: WorkerData = { ...data, meter };
  const entry = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);
  const worker = new Worker(entry, {
    workerData,
    resourceLimits: { stackSizeMb: STACK_MB, maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const started: StartedWorker = { worker, meter, early: [] };
  worker.on("message", (message: FromWorker) => started.early.push(message));
  worker.on("error", (error) => (started.failure = error));
  worker.unref();
  return started;
}
