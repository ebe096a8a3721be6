import { runChild, startChild } from "../child.ts";
import type { Figure } from "../figure.ts";

const COUNT = 2000;

interface Outcome {
  wrong: number;
  firstError?: string;
  seconds: number;
  cpuSeconds: number;
  rss: number;
  /** Median, p99 and most, in milliseconds. */
  supervisor: [number, number, number];
  worker: [number, number, number];
}

/** Spells that all wait at once: the server answers none before every one has asked. */
export const waitingFigure: Figure = {
  name: "waiting",
  title: `${COUNT.toLocaleString("en")} spells waiting at once on a slow model, one process, one worker`,
  async measure(log) {
    const { line: url, child } = await startChild("model-server.ts", ["slow", String(COUNT)]);
    try {
      const outcome = await runChild<Outcome>("waiting.ts", [url, String(COUNT)]);
      if (outcome.firstError !== undefined) log(`first wrong answer: ${outcome.firstError}`);
      const delay = (name: string, [middle, high, most]: Outcome["worker"]) => ({
        name: `event-loop delay of ${name}, p99`,
        value: high,
        unit: "ms",
        goal: 100,
        note: `median ${middle.toFixed(1)} ms, most ${most.toFixed(0)} ms`,
      });
      return [
        {
          name: "wrong or missing answers",
          value: outcome.wrong,
          unit: "",
          goal: 0,
          note: `${outcome.seconds.toFixed(1)} s from first to last, ${outcome.cpuSeconds.toFixed(1)} s of CPU, ${(outcome.rss / 2 ** 20).toFixed(0)} MB resident`,
        },
        delay("the supervisor's thread", outcome.supervisor),
        delay("the worker's thread", outcome.worker),
      ];
    } finally {
      child.kill();
    }
  },
};
