import { expect, test, vi } from "vitest";
import { EventBus } from "./event-bus.ts";
import { compilePattern } from "./event-pattern.ts";
import { HandlerQueue } from "./handler-queue.ts";

const newBus = () => new EventBus({ runId: "r", charge: () => undefined });

test.each([
  ["tool.*", "tool.executed", true],
  ["workflow.*", "workflow.step.started", false],
  ["workflow.**", "workflow.step.started", true],
  ["**.started", "workflow.step.started", true],
  ["*", "workflow.step.started", true],
  ["a.b", "a.bc", false],
  ["a.**.z", "a.z", true],
])("%s takes %s: %s", (pattern, name, expected) => {
  expect(compilePattern(pattern)(name)).toBe(expected);
});

test.each(["", "a..b", "a.b*", "a b", "**.**.**.**.**"])("%j is no pattern", (pattern) => {
  expect(() => compilePattern(pattern)).toThrow(expect.objectContaining({ code: "events.invalid_name" }));
});

test("everyone gets events in the order in which they were emitted, those that handlers emit too", () => {
  const bus = newBus();
  const seen: string[] = [];
  bus.subscribe("a.first", () => bus.emit("a.second", {}, 1));
  bus.subscribe("a.*", ({ type, id }) => void seen.push(`${type} ${id}`));
  bus.emit("a.first", {}, 1);
  expect(seen).toEqual(["a.first r-1", "a.second r-2"]);
});

test("handlers that call themselves again end with events.recursion, and the bus goes on", () => {
  const bus = newBus();
  let calls = 0;
  const stop = bus.subscribe("a.b", () => {
    calls += 1;
    bus.emit("a.b", {}, 1);
  });
  expect(() => bus.emit("a.b", {}, 1)).toThrow(expect.objectContaining({ code: "events.recursion" }));
  expect(calls).toBe(33);
  stop();
  const other = vi.fn<(event: unknown) => void>();
  bus.subscribe("a.c", other);
  bus.emit("a.c", { n: 1 }, 1);
  expect(other).toHaveBeenCalledOnce();
});

test("a handler that waits gets its events later, the oldest beyond its queue are dropped and told", async () => {
  const seen: unknown[] = [];
  const dropped: number[] = [];
  let booked = 0;
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const queue = new HandlerQueue({
    maxQueue: 2,
    async handle({ n }) {
      await gate;
      seen.push(n);
    },
    dropped: (count) => void dropped.push(count),
    failed: () => undefined,
    charge: (_, sign) => void (booked += sign),
  });
  for (const n of [1, 2, 3, 4, 5]) queue.deliver({ type: "a.b", id: "", time: 0, runId: "r", n });
  expect(booked).toBe(2);
  release();
  await queue.idle();
  expect(seen).toEqual([1, 4, 5]);
  expect(dropped).toEqual([1, 2]);
  expect(booked).toBe(0);
});

test("the history keeps the newest within its size, and books no more than that", () => {
  let booked = 0;
  const bus = new EventBus({ runId: "r", charge: (bytes) => void (booked += bytes) });
  for (let n = 0; n < 3_000; n++) bus.emit("a.b", { n, text: "x".repeat(2_000) }, n);
  const found = bus.history.find({});
  expect(found.at(-1)?.n).toBe(2_999);
  expect(booked).toBeLessThanOrEqual(1024 * 1024);
  expect(found.length).toBeGreaterThan(400);
  expect(bus.history.find({ where: { n: 2_998 } })).toHaveLength(1);
});
