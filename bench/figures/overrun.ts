import { runChild } from "../child.ts";
import type { Figure } from "../figure.ts";
import { median, quantile } from "../sample.ts";

interface Ended {
  name: string;
  engine: string;
  code: string;
  lateMs: number;
  growth: number;
  companionRight: boolean;
}

const MB = 1024 * 1024;
const LIMIT_MS = 250;

/** Every hang of the test suite: when it ends after its deadline, and what it takes of the machine before. */
export const overrunFigure: Figure = {
  name: "overrun",
  title: "Spells that overrun their deadline",
  async measure(log) {
    const { ended, memoryBytes } = await runChild<{ ended: Ended[]; memoryBytes: number }>("overrun.ts", []);
    const late = ended.map(({ lateMs }) => Math.max(0, lateMs));
    const above = ended.map(({ growth }) => (growth - memoryBytes) / MB);
    const worst = (values: readonly number[]): Ended => ended[values.indexOf(Math.max(...values))] as Ended;
    const wrong = ended.filter(({ companionRight }) => !companionRight);
    for (const { engine, name, code, lateMs, growth } of ended) {
      if (lateMs > LIMIT_MS || growth > memoryBytes + 64 * MB)
        log(`${engine}, ${name}: ${code}, ${lateMs.toFixed(0)} ms late, grew by ${(growth / MB).toFixed(0)} MB`);
    }
    for (const { engine, name } of wrong) log(`${engine}, ${name}: the other spell went wrong`);
    return [
      {
        name: `end after the deadline, worst of ${ended.length} hangs`,
        value: Math.max(...late),
        unit: "ms",
        goal: LIMIT_MS,
        note: `median ${median(late).toFixed(0)} ms, p95 ${quantile(late, 0.95).toFixed(0)} ms; worst: ${worst(late).name} (${worst(late).engine})`,
      },
      {
        name: "peak memory above the limit of 64 MB, worst",
        value: Math.max(0, ...above),
        unit: "MB",
        goal: 64,
        note: `worst: ${worst(above).name} (${worst(above).engine}), with another spell beside it`,
      },
      {
        name: "other spells that went wrong",
        value: wrong.length,
        unit: "",
        goal: 0,
        note: "a waiting spell in the same worker, continued elsewhere from its journal",
      },
    ];
  },
};
