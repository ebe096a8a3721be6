import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { LlmspellError } from "../errors.ts";
import { type BridgeHarness, createBridgeHarness } from "../testing/bridge-harness.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { defineBridge, method } from "./define-bridge.ts";
import { turn, World } from "./fixtures/world.ts";
import { anyValue, callback } from "./schemas.ts";

let world: World;

const name = { name: z.string() };
const probe = defineBridge({
  name: "probe",
  summary: "Test methods.",
  methods: {
    read: method({
      summary: "Waits for the world.",
      input: name,
      output: anyValue,
      effect: "read",
      run: (input) => world.wait(input.name),
    }),
    note: method({
      summary: "A sync effect.",
      input: name,
      output: z.number(),
      effect: "write",
      sync: true,
      run: (input) => world.ran.push(input.name),
    }),
    both: method({
      summary: "Made of calls, and of a function of the script.",
      input: { names: z.array(z.string()), fn: callback([z.string()], anyValue).optional() },
      output: anyValue,
      effect: "composite",
      async run({ names, fn }, ctx) {
        ctx.log({ level: "info", message: `of ${names.join()}` });
        const values: ScriptValue[] = [];
        for (const each of names) {
          values.push(await ctx.call("probe", "read", [each]));
          if (fn) values.push(await fn(each));
        }
        return values;
      },
    }),
    bounded: method({
      summary: "Cancels a call by another one.",
      input: name,
      output: anyValue,
      effect: "composite",
      async run(input, ctx) {
        const stop = new AbortController();
        const slow = Promise.resolve(ctx.call("probe", "slow", [input.name], { signal: stop.signal }));
        await ctx.call("probe", "read", ["limit"]);
        stop.abort(new LlmspellError("call.cancelled", "too slow"));
        return slow.catch(({ code }: LlmspellError) => [code, ctx.call("probe", "note", ["after"]) as number]);
      },
    }),
    slow: method({
      summary: "Waits until it is cancelled.",
      input: name,
      output: anyValue,
      effect: "read",
      run: (input, { signal }) =>
        new Promise((_, reject) => {
          world.ran.push(input.name);
          signal.addEventListener("abort", () => reject(signal.reason as Error));
        }),
    }),
  },
});

let harness: BridgeHarness;

beforeEach(() => {
  world = new World();
  harness = createBridgeHarness([probe]);
});

describe("a composite call", () => {
  const parents = (run: BridgeHarness) =>
    run.journal().flatMap((entry) => (entry.type === "started" ? [[entry.method, entry.seq, entry.parent]] : []));

  const script = async (run: BridgeHarness) => {
    const fn = async (given: string) => `${given}:${String(await run.call("probe.note", [`in ${given}`]))}`;
    const value = await run.call("probe.both", [["a", "b"], fn]);
    return [value, run.call("probe.note", ["after"])];
  };
  const drive = async (run: BridgeHarness) => {
    for (let count = 0; count < 16; count++) {
      run.dispatcher.rested();
      for (const given of ["a", "b"]) world.end(given);
      await turn();
    }
  };

  test("stands in the journal over what is done for it, by the script too", async () => {
    const live = script(harness);
    await drive(harness);
    expect(await live).toEqual([["a", "a:2", "b", "b:4"], 5]);
    expect(parents(harness)).toEqual([
      ["probe.both", 1, 0],
      ["probe.read", 2, 1],
      ["probe.note", 3, 1],
      ["probe.read", 4, 1],
      ["probe.note", 5, 1],
      ["probe.note", 6, 0],
    ]);
    expect(harness.liveFunctions()).toBe(0);
  });

  test.each([false, true])("runs again on replay, and none of its parts does (strict: %s)", async (strict) => {
    const live = script(harness);
    await drive(harness);
    world = new World();
    const again = harness.replay({ strict });
    const replayed = script(again);
    await drive(again);
    expect(await replayed).toEqual(await live);
    expect([world.ran, again.journal(), again.logs]).toEqual([[], [], harness.logs]);
  });

  test("goes on from wherever its journal ends", async () => {
    const live = script(harness);
    await drive(harness);
    await live;
    const whole = harness.journal();
    for (let cut = 0; cut <= whole.length; cut++) {
      world = new World();
      const again = createBridgeHarness([probe], { replay: whole.slice(0, cut) });
      const continued = script(again);
      await drive(again);
      const value = (await continued) as [string[], number];
      expect(value[0].map((each) => each.slice(0, 1))).toEqual(["a", "a", "b", "b"]);
      const finished = whole.slice(0, cut).filter(({ type }) => type === "ended").length;
      const parts = whole.filter(({ type }) => type === "ended").length;
      const ends = again.journal().filter(({ type }) => type === "ended").length;
      expect(finished + ends).toBe(parts);
    }
  });

  test("cancels a part, which a replay sees cancelled at the same place", async () => {
    const live = harness.call("probe.bounded", ["x"]);
    world.end("limit");
    expect(await live).toEqual(["call.cancelled", 3]);
    world = new World();
    const again = harness.replay();
    expect(await again.call("probe.bounded", ["x"])).toEqual(["call.cancelled", 3]);
    expect([world.ran, again.journal()]).toEqual([[], []]);
  });
});
