import { Worker } from "node:worker_threads";
import type { Figure, Reading } from "../figure.ts";
import { median, quantile } from "../sample.ts";

function open(name: string, poolSize: number, count: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("../children/open-vms.ts", import.meta.url), {
      workerData: { name, poolSize, count, warmUp: 50 },
      resourceLimits: { stackSizeMb: 8 },
    });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

/** From `engine.open` to a VM in which every bridge and global of a run stands, in a worker that has opened some before. */
export const vmFigure: Figure = {
  name: "vm",
  title: "Fresh VM in a warm worker",
  async measure() {
    const readings: Reading[] = [];
    for (const [name, language] of [
      ["lua", "Lua"],
      ["javascript", "JavaScript"],
    ] as const) {
      for (const poolSize of [0, 4]) {
        const times = await open(name, poolSize, poolSize > 0 ? 200 : 400);
        const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length;
        readings.push({
          name: `${language}, ${poolSize > 0 ? "from the pool" : "pool off"}`,
          value: median(times),
          unit: "ms",
          goal: poolSize > 0 ? 0.1 : 1.5,
          note: `mean ${mean.toFixed(3)} ms, p95 ${quantile(times, 0.95).toFixed(3)} ms, ${times.length} VMs`,
        });
      }
    }
    return readings;
  },
};
