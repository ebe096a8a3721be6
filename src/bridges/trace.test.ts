import { expect, test } from "vitest";
import { createBridgeHarness } from "../testing/bridge-harness.ts";
import { Telemetry } from "../telemetry/telemetry.ts";
import { TELEMETRY, type TelemetrySlot } from "./services.ts";
import { traceBridge } from "./trace.ts";
import { timeBridge } from "./time.ts";

function traced(options: { now?: () => number } = {}) {
  const slot: TelemetrySlot = { kept: new Telemetry(() => {}) };
  const harness = createBridgeHarness([traceBridge, timeBridge], {
    ...options,
    services: { [TELEMETRY.name]: () => slot },
  });
  return { harness, slot, spans: () => slot.kept?.spans.data() };
}

function clock(): () => number {
  let now = 1000;
  return () => (now += 1);
}

test("keeps spans with what was said of them, and journals them with what they called", () => {
  const { harness, spans } = traced({ now: clock() });
  harness.call("trace.span", [
    "outer",
    () => {
      harness.call("time.now");
      harness.call("trace.span", ["inner", () => harness.call("trace.event", ["seen", { n: 1 }])]);
      return harness.call("trace.attribute", ["k", "v"]);
    },
    { attributes: { a: 1 } },
  ]);
  expect(spans()).toMatchObject([
    { id: 1, parent: 0, name: "outer", attributes: { a: 1, k: "v" }, events: [], status: "unset" },
    { id: 3, parent: 1, name: "inner", events: [{ name: "seen", attributes: { n: 1 } }] },
  ]);
  for (const { startedAt, endedAt } of spans() ?? []) expect(endedAt).toBeGreaterThan(startedAt);
  const started = harness.journal().flatMap((entry) => (entry.type === "started" ? [entry] : []));
  expect(started.map(({ method, parent }) => [method, parent])).toEqual([
    ["trace.span", 0],
    ["time.now", 1],
    ["trace.span", 1],
    ["trace.annotate", 3],
    ["trace.annotate", 1],
  ]);
});

test("a replay makes the same spans again", () => {
  const { harness, spans } = traced({ now: clock() });
  const run = (on: typeof harness) =>
    on.call("trace.span", ["outer", () => on.call("trace.event", ["seen", { at: on.call("time.now") }])]);
  run(harness);
  const before = spans();
  const again: TelemetrySlot = { kept: new Telemetry(() => {}) };
  run(harness.replay({ now: () => 5, services: { [TELEMETRY.name]: () => again } }));
  expect(again.kept?.spans.data()).toMatchObject(
    (before ?? []).map(({ id, parent, name, attributes, status }) => ({ id, parent, name, attributes, status })),
  );
  expect(again.kept?.spans.data()[0]?.events[0]?.attributes).toEqual(before?.[0]?.events[0]?.attributes);
});

test("a failure is the status of its span, and ends it", async () => {
  const { harness, spans } = traced();
  const error = await harness.fail("trace.span", [
    "fails",
    () => {
      throw new Error("no");
    },
  ]);
  await harness.call("trace.span", ["waits", () => Promise.resolve(1)]);
  expect(error.message).toContain("no");
  expect(spans()).toMatchObject([{ status: "error", attributes: { "error.type": error.code } }, { status: "unset" }]);
  harness.call("trace.event", ["of the run"]);
  expect(spans()?.find(({ id }) => id === 0)?.events).toMatchObject([{ name: "of the run" }]);
});

test("bounds spans, events and attributes", async () => {
  const { harness, slot } = traced();
  const codes = await Promise.all([
    harness.fail("trace.span", ["a", () => many(200, (n) => harness.call("trace.event", [`e${n}`]))]),
    harness.fail("trace.span", ["a", () => many(200, (n) => harness.call("trace.attribute", [`k${n}`, n]))]),
  ]);
  expect(codes.map(({ code }) => code)).toEqual(["telemetry.limit", "telemetry.limit"]);
  expect(() => many(2001, (n) => slot.kept?.spans.begin(1000 + n, "s", 0))).toThrow(
    expect.objectContaining({ code: "telemetry.limit" }),
  );
});

function many(times: number, act: (n: number) => unknown): void {
  for (let n = 0; n < times; n++) act(n);
}
