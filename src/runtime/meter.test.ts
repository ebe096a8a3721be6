import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { DEFAULT_LIMITS } from "./limits.ts";
import { Meter, MeteredGate } from "./meter.ts";

const COUNT = 20_000;

/** Sends messages as fast as it can, and counts them in shared memory. */
const SENDER = `
  const { parentPort, workerData } = require("node:worker_threads");
  const sent = new Int32Array(workerData.sent);
  import(workerData.module).then(({ Meter }) => {
    const meter = new Meter(workerData.buffer);
    for (let i = 0; i < ${COUNT}; i++) {
      parentPort.postMessage(i);
      Atomics.add(sent, 0, 1);
      meter.sent();
    }
  });`;

it("a worker waits for a supervisor that is far behind, and goes on when it has caught up", async () => {
  const meter = new Meter();
  const sent = new Int32Array(new SharedArrayBuffer(4));
  const workerData = { buffer: meter.buffer, sent: sent.buffer, module: new URL("./meter.ts", import.meta.url).href };
  const worker = new Worker(SENDER, { eval: true, workerData });
  const ended = once(worker, "exit");
  let read = 0;
  worker.on("message", () => {
    read += 1;
    meter.received();
  });
  await once(worker, "online");
  // Nothing is read while this thread stands still.
  const standStill = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  while (Atomics.load(sent, 0) - read < 4000) standStill();
  standStill();
  expect(Atomics.load(sent, 0) - read).toBeLessThanOrEqual(4097);
  expect(read).toBeLessThan(COUNT);
  await ended;
  expect([Atomics.load(sent, 0), read]).toEqual([COUNT, COUNT]);
});

it("counts CPU time anew where a stretch of work begins, and keeps the sum", () => {
  const nothing = () => undefined;
  const limits = { ...DEFAULT_LIMITS, cpuMs: 2000 };
  const gate = new MeteredGate({
    meter: new Meter(),
    ticket: 1,
    limits,
    file: "a.lua",
    onEnter: nothing,
    onLeave: nothing,
  });
  const use = (ms: number) => {
    gate.enter();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    const expired = gate.expired();
    gate.leave();
    return expired;
  };
  limits.cpuMs = 50;
  expect(use(60)).toBe(true);
  expect(use(0)).toBe(true);
  limits.cpuMs = 2000;
  gate.renew();
  expect(use(0)).toBe(false);
  limits.cpuMs = 50;
  expect(use(60)).toBe(true);
  expect(gate.usedMs).toBeGreaterThanOrEqual(120);
});

it("tells entries apart", () => {
  const meter = new Meter();
  meter.enter(1, 0, "limit.cpu");
  const first = meter.entry();
  meter.leave();
  meter.enter(1, 0, "limit.cpu");
  expect(meter.entry()).not.toBe(first);
});

it("asks once for garbage to be collected", () => {
  const meter = new Meter();
  const inWorker = new Meter(meter.buffer);
  expect(inWorker.collectAsked()).toBe(false);
  meter.askToCollect();
  expect([inWorker.collectAsked(), inWorker.collectAsked()]).toEqual([true, false]);
});
