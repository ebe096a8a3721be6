import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { LoopWatch } from "./loop-watch.ts";
import { Meter } from "./meter.ts";

async function watched(code: string): Promise<{ watch: LoopWatch; meter: Meter; worker: Worker }> {
  const worker = new Worker(
    `const { parentPort } = require("node:worker_threads"); setTimeout(() => {}, 60000); ${code}`,
    { eval: true },
  );
  await once(worker, "online");
  const meter = new Meter();
  return { watch: new LoopWatch(worker, meter), meter, worker };
}

/** What the watch says after 100 ms of looking every 10. */
async function look(watch: LoopWatch): Promise<number> {
  watch.stuckMs(0);
  for (let ms = 10; ms < 100; ms += 10) {
    await delay(10);
    watch.stuckMs(ms);
  }
  return watch.stuckMs(100);
}

it("a worker that computes outside of any VM is stuck", async () => {
  const { watch, worker } = await watched("setTimeout(() => { for (;;); }, 20)");
  await delay(200);
  expect(await look(watch)).toBe(100);
  await worker.terminate();
});

it("one that waits, or runs a VM, is not", async () => {
  const { watch, meter, worker } = await watched("");
  await delay(50);
  expect(await look(watch)).toBeLessThan(50);
  meter.enter(1, 0, "limit.cpu");
  expect(await look(watch)).toBe(0);
  await worker.terminate();
});
