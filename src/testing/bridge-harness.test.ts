import { expect, test } from "vitest";
import { z } from "zod";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { anyValue, callback } from "../bridge/schemas.ts";
import { createBridgeHarness } from "./bridge-harness.ts";

let counter = 0;
const probe = defineBridge({
  name: "probe",
  aliases: ["sonde"],
  summary: "Test methods.",
  methods: {
    count: method({ summary: "Counts.", input: {}, output: z.number(), effect: "read", run: async () => ++counter }),
    outer: method({
      summary: "Calls count within an effect.",
      input: {},
      output: z.number(),
      effect: "write",
      run: async (_, ctx) => ((await ctx.call("probe", "count", [])) as number) * 100,
    }),
    each: method({
      summary: "Calls a function twice.",
      input: { fn: callback([anyValue]), label: z.string().optional() },
      output: anyValue,
      effect: "pure",
      sync: true,
      *run({ fn }) {
        return [(yield fn(1)) as number, (yield fn(2)) as number];
      },
    }),
    ask: method({
      summary: "A sync effect with a function.",
      input: { fn: callback([]) },
      output: z.object({ longName: z.number() }),
      effect: "read",
      sync: true,
      run: () => ({ longName: ++counter }),
    }),
  },
});

test("finds methods under aliases and in either spelling, and presents results in the chosen one", () => {
  const harness = createBridgeHarness([probe], { naming: "snake" });
  expect(harness.call("sonde.ask", [() => 1])).toEqual({ long_name: expect.any(Number) as number });
  expect(() => harness.call("probe.nothing")).toThrow(expect.objectContaining({ code: "method.unknown" }));
});

test("answers a replay from the journal, effects made by effects left out", async () => {
  const harness = createBridgeHarness([probe]);
  const first = [
    await harness.call("probe.outer"),
    await harness.call("probe.count"),
    harness.call("probe.ask", [() => 1]),
  ];
  expect(
    harness
      .journal()
      .filter((entry) => entry.type === "started")
      .map((entry) => entry.parent),
  ).toEqual([0, 1, 0, 0]);
  const before = counter;
  const again = harness.replay();
  expect([
    await again.call("probe.outer"),
    await again.call("probe.count"),
    again.call("probe.ask", [() => 1]),
  ]).toEqual(first);
  expect(counter).toBe(before);
  await again.call("probe.count");
  expect(counter).toBe(before + 1);
});

test("replays concurrent effects that make effects, in the recorded order", async () => {
  const harness = createBridgeHarness([probe]);
  const first = await Promise.all([
    harness.call("probe.outer"),
    harness.call("probe.count"),
    harness.call("probe.outer"),
  ]);
  const again = harness.replay();
  const order: string[] = [];
  const second = await Promise.all(
    ["outer", "count", "outer"].map(async (name, index) => {
      const value = await again.call(`probe.${name}`);
      order.push(`${name}${index}`);
      return value;
    }),
  );
  expect(second).toEqual(first);
  expect(order).toHaveLength(3);
});

test("gives every function back, also when the call fails, is refused or is answered from the journal", async () => {
  const harness = createBridgeHarness([probe]);
  expect(harness.call("probe.each", [(n: number) => n * 2])).toEqual([2, 4]);
  await expect(harness.call("probe.each", [async (n: number) => n + 1])).resolves.toEqual([2, 3]);
  expect((await harness.fail("probe.each", [() => 1, 5])).code).toBe("input.invalid");
  expect(
    (
      await harness.fail("probe.each", [
        () => {
          throw new Error("no");
        },
      ])
    ).message,
  ).toContain("no");
  harness.call("probe.ask", [() => 1]);
  expect(harness.liveFunctions()).toBe(0);

  const replay = harness.replay();
  replay.call("probe.ask", [() => 1]);
  expect(replay.liveFunctions()).toBe(0);
  const refused = createBridgeHarness([probe], { limits: { hostCalls: 0 } });
  expect((await refused.fail("probe.ask", [() => 1])).code).toBe("limit.host_calls");
  expect(refused.condemned?.code).toBe("limit.host_calls");
  expect(refused.liveFunctions()).toBe(0);
});

test("says what a call that should have failed answered", async () => {
  await expect(createBridgeHarness([probe]).fail("probe.each", [() => 1])).rejects.toThrow("did not fail");
});
