import { runChild } from "../child.ts";
import type { Figure, Reading } from "../figure.ts";

const COUNT = 1000;
const MB = 1024 * 1024;

/** Resident memory of a VM whose script waits for a host call. */
export const memoryFigure: Figure = {
  name: "memory",
  title: `Memory per idle VM, ${COUNT} at once`,
  async measure() {
    const readings: Reading[] = [];
    for (const [name, language] of [
      ["lua", "Lua"],
      ["javascript", "JavaScript"],
    ] as const) {
      const { perVm, linear } = await runChild<{ perVm: number; linear: number }>(
        "idle-memory.ts",
        [name, String(COUNT)],
        ["--expose-gc"],
      );
      readings.push({
        name: language,
        value: perVm / MB,
        unit: "MB",
        goal: 0.7,
        note: `linear memory ${(linear / MB).toFixed(2)} MB each, waiting in a call`,
      });
    }
    return readings;
  },
};
