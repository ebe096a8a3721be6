/** A worker thread, like the product's: opens VMs one after the other and posts how long each took, in milliseconds. */
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { loadEngine } from "../bench-vm.ts";

const { name, poolSize, count, warmUp } = workerData as {
  name: string;
  poolSize: number;
  count: number;
  warmUp: number;
};
const { engine, options } = await loadEngine(name, poolSize);
const times: number[] = [];
for (let index = 0; index < count + warmUp; index++) {
  const started = performance.now();
  const vm = engine.open(options);
  const ms = performance.now() - started;
  if (index >= warmUp) times.push(ms);
  const value = await vm.run({ code: "return 6 * 7", file: "answer" });
  if (value !== 42) throw new Error(`the VM answered ${String(value)}`);
  vm.dispose();
  // The pool is refilled meanwhile; without one, the turn is a spell's own.
  await sleep(poolSize > 0 ? 8 : 0);
}
parentPort?.postMessage(times);
