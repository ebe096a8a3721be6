import { EventBus } from "../../src/events/event-bus.ts";
import type { Figure } from "../figure.ts";
import { threadCpuMs } from "../cpu.ts";
import { median, spread } from "../sample.ts";

const EVENTS = 500_000;
const SUBSCRIBERS = 10;
const ROUNDS = 9;
const WARM_UP = 3;
/** 500,000 deliveries a second. */
const GOAL_US = 2;

/** CPU time of what the host does to hand an event to those who subscribed. */
export const eventsFigure: Figure = {
  name: "events",
  title: `CPU time of the delivery of an event, ${SUBSCRIBERS} subscribers`,
  async measure() {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS + WARM_UP; round++) {
      const bus = new EventBus({ runId: "bench", charge: () => undefined });
      let delivered = 0;
      for (let n = 0; n < SUBSCRIBERS; n++) bus.subscribe(n % 2 ? "bench.*" : "bench.happened", () => void delivered++);
      const started = threadCpuMs();
      for (let n = 0; n < EVENTS; n++) bus.emit("bench.happened", { n, tool: "calculator", success: true }, n);
      const ended = threadCpuMs();
      if (delivered !== EVENTS * SUBSCRIBERS) throw new Error("events were lost");
      if (round >= WARM_UP) times.push(((ended - started) * 1000) / delivered);
    }
    const value = median(times);
    const note = `quartiles ${spread(times)}; ${Math.round(1e6 / value)} deliveries a second`;
    return [{ name: "host, history kept", value, unit: "us", goal: GOAL_US, note }];
  },
};
