import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { createBudget } from "../budget/budget.ts";
import { LlmspellError } from "../errors.ts";
import { createPolicy } from "../policy/policy.ts";
import { type BridgeHarness, type BridgeHarnessOptions, createBridgeHarness } from "../testing/bridge-harness.ts";
import type { Handle, ScriptObject, ScriptValue } from "../values/script-value.ts";
import { defineBridge, handleMethod, method } from "./define-bridge.ts";
import type { CallHook } from "./run-ports.ts";
import { turn, World } from "./fixtures/world.ts";
import { type Callback, anyValue, callback } from "./schemas.ts";

let world: World;

const name = { name: z.string() };
const probe = defineBridge({
  name: "probe",
  summary: "Test methods.",
  methods: {
    pure: method({
      summary: "Pure.",
      input: name,
      output: z.string(),
      effect: "pure",
      sync: true,
      capability: "no",
      run: (input) => input.name,
    }),
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
    lenient: method({
      summary: "Output.",
      input: {},
      rest: anyValue,
      output: z.null(),
      effect: "write",
      sync: true,
      lenient: true,
      run({ rest }, ctx) {
        ctx.write(rest.join(""));
        return null;
      },
    }),
    fail: method({
      summary: "Fails.",
      input: { code: z.string() },
      output: z.null(),
      effect: "read",
      sync: true,
      run({ code }) {
        world.ran.push("fail");
        throw new LlmspellError(code, "it failed", { details: { why: 1 }, hint: "Do not.", retryable: true });
      },
    }),
    guarded: method({
      summary: "Asks the policy.",
      input: name,
      output: z.string(),
      effect: "read",
      sync: true,
      capability: "probe.use",
      target: (input) => input.name,
      run: (input) => (world.ran.push("guarded"), input.name),
    }),
    wrong: method({
      summary: "Breaks its own schema.",
      input: {},
      output: z.string(),
      effect: "read",
      sync: true,
      run: () => 5 as never,
    }),
    costly: method({
      summary: "Costs.",
      input: { cost: z.number() },
      output: z.object({ cost: z.number() }),
      effect: "read",
      sync: true,
      estimate: ({ cost }) => ({ cost }),
      usage: ({ cost }) => ({ cost, inputTokens: 3 }),
      run: ({ cost }) => ({ cost: cost / 2 }),
    }),
    outer: method({
      summary: "An effect that makes effects.",
      input: {},
      output: anyValue,
      effect: "write",
      run: async (_, ctx) => [
        ctx.call("probe", "note", ["inner"]) as ScriptValue,
        await ctx.call("probe", "read", ["within"]),
      ],
    }),
    chunks: method({
      summary: "Calls back at once, later, and answers.",
      input: { fn: callback([z.object({ partText: z.string() })], z.array(z.number()).optional()) },
      output: anyValue,
      effect: "read",
      async run({ fn }) {
        const first = fn({ partText: "now" });
        await world.wait("chunks");
        return [await first, await fn({ partText: "later" })];
      },
    }),
    each: method({
      summary: "A sync effect that calls back.",
      input: { fn: callback([z.number()]) },
      output: anyValue,
      effect: "read",
      sync: true,
      *run({ fn }) {
        world.ran.push("each");
        return [(yield fn(1)) as ScriptValue, (yield fn(2)) as ScriptValue];
      },
    }),
    passOn: method({
      summary: "Passes its function on.",
      input: { fn: callback([anyValue]) },
      output: anyValue,
      effect: "local",
      run: ({ fn }, ctx) => ctx.call("probe", "inside", [fn as never]),
    }),
    inside: method({
      summary: "Gets it.",
      input: { fn: callback([anyValue]) },
      output: anyValue,
      effect: "read",
      internal: true,
      async run({ fn }) {
        await world.wait("inside");
        await fn("a");
        return fn("b");
      },
    }),
    wait: method({
      summary: "Waits for another task.",
      input: name,
      output: anyValue,
      effect: "local",
      passive: true,
      run: (input) => world.wait(input.name),
    }),
    keep: method({
      summary: "Keeps a function.",
      input: { fn: callback([]) },
      output: z.null(),
      effect: "local",
      sync: true,
      run({ fn }, ctx) {
        fn.retain();
        ctx.own(probeKey, () => ({ fn }));
        return null;
      },
    }),
    kept: method({
      summary: "Calls it.",
      input: {},
      output: anyValue,
      effect: "local",
      sync: true,
      *run(_, ctx) {
        return (yield ctx.own(probeKey, () => ({ fn: undefined as unknown as Callback })).fn()) as ScriptValue;
      },
    }),
    clock: method({
      summary: "Now.",
      input: {},
      output: z.number(),
      effect: "local",
      sync: true,
      run: (_, ctx) => ctx.now(),
    }),
    hold: method({
      summary: "Holds memory.",
      input: { bytes: z.number() },
      output: z.null(),
      effect: "local",
      sync: true,
      run: ({ bytes }, ctx) => (ctx.charge(bytes), null),
    }),
    open: method({
      summary: "Makes a handle.",
      input: {},
      output: anyValue,
      effect: "local",
      sync: true,
      run: (_, ctx) => ctx.handle("probe.thing", { count: 0 }, { longName: 1, data: { userKey: 2 } }),
    }),
    other: method({
      summary: "Makes another.",
      input: {},
      output: anyValue,
      effect: "local",
      sync: true,
      run: (_, ctx) => ctx.handle("probe", {}),
    }),
  },
  handles: {
    "probe.thing": {
      summary: "A thing.",
      methods: {
        next: handleMethod<{ count: number }>()({
          summary: "Reads.",
          input: {},
          output: z.number(),
          effect: "read",
          sync: true,
          run: (_, __, { state, replayedCalls }) => ++state.count + replayedCalls,
        }),
      },
    },
    probe: { summary: "Named like the beginning of the other's name.", methods: {} },
  },
});
const probeKey = {};

const open = (options: BridgeHarnessOptions = {}) => createBridgeHarness([probe], options);
let harness: BridgeHarness;
const types = (run: BridgeHarness) => run.journal().map(({ type }) => type);
const code = async (method: string, ...args: Parameters<BridgeHarness["call"]>[1] & object) =>
  (await harness.fail(`probe.${method}`, args)).code;

beforeEach(() => {
  world = new World();
  harness = open();
});

describe("stages", () => {
  test("a pure method skips policy, budget, hooks, journal and the count", () => {
    harness = open({
      policy: createPolicy({ allow: {} }),
      limits: { hostCalls: 0 },
      hooks: [
        {
          before: () => {
            throw new Error("hooked");
          },
        },
      ],
    });
    expect(harness.call("probe.pure", ["x"])).toBe("x");
    expect([harness.journal(), harness.observed]).toEqual([[], []]);
  });

  test("an effect is journaled with its arguments, value and usage, and observed", () => {
    harness = open({ now: () => 5 });
    harness.call("probe.costly", [4]);
    expect(harness.journal()).toEqual([
      { type: "started", seq: 1, parent: 0, method: "probe.costly", args: [4], at: 5 },
      { type: "ended", seq: 1, at: 5, value: { cost: 2 }, usage: { cost: 2, inputTokens: 3 } },
    ]);
    expect(harness.observed).toEqual([
      {
        type: "call.finished",
        runId: "harness",
        seq: 1,
        parent: 0,
        method: "probe.costly",
        at: 5,
        durationMs: 0,
        usage: { cost: 2, inputTokens: 3 },
      },
    ]);
  });

  test("a failure keeps its code, details and hint, in the journal and for observers", async () => {
    const error = await harness.fail("probe.fail", ["my.code"]);
    expect(error).toMatchObject({ code: "my.code", details: { why: 1 }, hint: "Do not.", retryable: true });
    expect(harness.journal().at(-1)).toMatchObject({
      type: "failed",
      seq: 1,
      error: { code: "my.code", hint: "Do not." },
    });
    expect(harness.observed).toMatchObject([{ error: "my.code" }]);
  });

  test("arguments are checked before anything else happens", async () => {
    expect(await code("read", 5)).toBe("input.invalid");
    expect(await code("read", "a", "b")).toBe("input.invalid");
    expect([world.ran, harness.journal()]).toEqual([[], []]);
  });

  test("the policy is asked with the target, before the journal and the run", async () => {
    harness = open({
      policy: createPolicy({ allow: { "probe.use": ["good"] }, hints: { "probe.use": "Pass --good." } }),
    });
    expect(harness.call("probe.guarded", ["good"])).toBe("good");
    expect(await harness.fail("probe.guarded", ["bad"])).toMatchObject({
      code: "permission.denied",
      hint: "Pass --good.",
      details: { capability: "probe.use", target: "bad" },
    });
    expect([world.ran, types(harness)]).toEqual([["guarded"], ["started", "ended"]]);
  });

  test("a bridge that breaks its own schema is at fault, and the journal says so", async () => {
    expect(await code("wrong")).toBe("output.invalid");
    expect(types(harness)).toEqual(["started", "failed"]);
  });

  test("the budget is reserved before and settled after", async () => {
    const budget = createBudget({ cost: 10 });
    harness = open({ budget });
    harness.call("probe.costly", [8]);
    expect(budget.spent()).toEqual({ cost: 4, tokens: 3 });
    expect(await code("costly", 8)).toBe("budget.exceeded");
    harness.call("probe.costly", [6]);
    expect(budget.spent().cost).toBe(7);
    expect(types(harness)).toEqual(["started", "ended", "started", "started", "ended"]);
  });

  test("names what is not there", async () => {
    expect(() => harness.dispatcher.call(9999, [])).toThrow(expect.objectContaining({ code: "method.unknown" }));
    expect(() => harness.dispatcher.callNested("probe", "nothing", [], 0)).toThrow(
      expect.objectContaining({ code: "method.unknown" }),
    );
  });
});

describe("limits", () => {
  test("host calls are counted, output is not, and nothing runs after the limit", async () => {
    harness = open({ limits: { hostCalls: 2 } });
    harness.call("probe.note", ["a"]);
    for (let count = 0; count < 5; count++) harness.call("probe.lenient", ["x"]);
    harness.call("probe.note", ["b"]);
    expect(await harness.fail("probe.note", ["c"])).toMatchObject({
      code: "limit.host_calls",
      final: true,
      details: { limit: 2, setting: "limits.hostCalls" },
    });
    expect(harness.condemned?.code).toBe("limit.host_calls");
    expect(await code("lenient", "x")).toBe("limit.host_calls");
    expect([world.ran, harness.output]).toEqual([["a", "b"], "xxxxx"]);
  });

  test("what the host holds is limited: by bridges and by the journal", async () => {
    harness = open({ limits: { hostBytes: 1000 } });
    for (let count = 0; count < 50; count++) {
      harness.call("probe.hold", [900]);
      harness.call("probe.hold", [-900]);
    }
    expect(await code("hold", 1001)).toBe("limit.host_memory");
    harness = open({ limits: { hostBytes: 1000 } });
    expect(await code("note", "x".repeat(1000))).toBe("limit.host_memory");
    expect([world.ran, harness.condemned?.code]).toEqual([[], "limit.host_memory"]);
  });

  test("output is limited, and the run condemned", async () => {
    harness = open({ limits: { outputBytes: 3 } });
    harness.call("probe.lenient", ["abc"]);
    expect(await code("lenient", "d")).toBe("limit.output");
    expect(harness.journal().at(-1)?.type).toBe("started");
  });
});

describe("hooks", () => {
  const run = (...hooks: CallHook[]) => (harness = open({ hooks }));

  test("see the call and its result, from the outside in and back", () => {
    const seen: string[] = [];
    const hook = (mark: string): CallHook => ({
      before: ({ method: called, input }) => void seen.push(`${mark} before ${called} ${String(input["name"])}`),
      after: (_, value) => {
        seen.push(`${mark} after`);
        return (value as number) * 10;
      },
    });
    expect(run(hook("outer"), hook("inner")).call("probe.note", ["x"])).toBe(100);
    expect(seen).toEqual(["outer before probe.note x", "inner before probe.note x", "inner after", "outer after"]);
    expect(harness.journal().at(-1)).toMatchObject({ value: 100 });
  });

  test("change the input", () => {
    run({ before: ({ input }) => void (input["name"] = "changed") }).call("probe.note", ["x"]);
    expect(world.ran).toEqual(["changed"]);
  });

  test("replace the call", () => {
    expect(run({ before: () => ({ value: 7 }) }).call("probe.note", ["x"])).toBe(7);
    expect(world.ran).toEqual([]);
  });

  test("block the call, which fails in the journal", async () => {
    run({
      before: () => {
        throw new LlmspellError("permission.denied", "blocked");
      },
    });
    expect(await code("note", "x")).toBe("permission.denied");
    expect([world.ran, types(harness)]).toEqual([[], ["started", "failed"]]);
  });

  test("may wait where the method does", async () => {
    run({ before: async () => turn().then(() => undefined), after: async (_, value) => `${String(value)}!` });
    const reading = harness.call("probe.read", ["x"]);
    await expect.poll(() => world.ran).toEqual(["x"]);
    world.end("x");
    expect(await reading).toBe("x!");
  });

  test("cannot give a wrong result", async () => {
    run({ after: () => "no number" });
    expect(await code("note", "x")).toBe("output.invalid");
  });
});

describe("order", () => {
  const script = async (run: BridgeHarness) => {
    const seen: string[] = [];
    const follow = (given: string) =>
      (run.call("probe.read", [given]) as Promise<ScriptValue>).then(
        (value) => seen.push(`${given}=${String(value)}`, `note ${String(run.call("probe.note", [given]))}`),
        (error: LlmspellError) => seen.push(`${given}!${error.code}`),
      );
    await Promise.all([follow("a"), follow("b"), follow("c"), follow("d")]);
    return seen;
  };

  test("the journal holds results in the order that the script saw, and a replay gives them in it", async () => {
    const live = script(harness);
    for (const given of ["c", "a"]) world.end(given);
    world.break("d", new LlmspellError("http.network", "broken"));
    world.end("b");
    const seen = await live;
    expect(seen.filter((line) => !line.startsWith("note"))).toEqual(["c=c", "a=a", "d!http.network", "b=b"]);
    const ends = harness
      .journal()
      .flatMap((entry) => (entry.type === "ended" || entry.type === "failed" ? [entry.seq] : []));
    expect(ends.filter((seq) => seq <= 4)).toEqual([3, 1, 4, 2]);
    world = new World();
    const again = harness.replay();
    expect(await script(again)).toEqual(seen);
    expect([world.ran, again.journal()]).toEqual([[], []]);
  });

  test("a journal that ends in the middle is followed, then life goes on", async () => {
    const live = script(harness);
    for (const given of ["c", "a", "d", "b"]) world.end(given);
    const seen = await live;
    for (let cut = 0; cut <= harness.journal().length; cut++) {
      world = new World();
      const again = open({ replay: harness.journal().slice(0, cut) });
      const continued = script(again);
      for (let count = 0; count < 12; count++) {
        again.dispatcher.rested();
        for (const given of ["c", "a", "d", "b"]) world.end(given);
        await turn();
      }
      const lines = await continued;
      const results = (all: string[]) => all.filter((line) => !line.startsWith("note")).toSorted();
      expect(results(lines)).toEqual(results(seen));
    }
  });

  test("another script than the journal's is told so", async () => {
    harness.call("probe.note", ["x"]);
    expect(await harness.replay().fail("probe.read", ["x"])).toMatchObject({ code: "journal.mismatch", final: true });
  });

  test("effects that effects make are children, and left out on replay", async () => {
    const outer = harness.call("probe.outer");
    world.end("within");
    expect(await outer).toEqual([1, "within"]);
    harness.call("probe.note", ["after"]);
    expect(
      harness.journal().flatMap((entry) => (entry.type === "started" ? [[entry.method, entry.seq, entry.parent]] : [])),
    ).toEqual([
      ["probe.outer", 1, 0],
      ["probe.note", 2, 1],
      ["probe.read", 3, 1],
      ["probe.note", 4, 0],
    ]);
    world = new World();
    const again = harness.replay();
    expect([await again.call("probe.outer"), again.call("probe.note", ["after"]), world.ran]).toEqual([
      [1, "within"],
      3,
      [],
    ]);
  });

  test("a failure is replayed as it was, without the world", async () => {
    const first = await harness.fail("probe.fail", ["my.code"]);
    world = new World();
    expect((await harness.replay().fail("probe.fail", ["my.code"])).toData()).toEqual(first.toData());
    expect(world.ran).toEqual([]);
  });
});

describe("callbacks", () => {
  test("get declared fields in the script's spelling, and their results are checked and reshaped", async () => {
    harness = open({ naming: "snake" });
    const got: ScriptValue[] = [];
    const done = harness.call("probe.chunks", [(part: ScriptValue) => (got.push(part), {})]);
    world.end("chunks");
    expect(await done).toEqual([[], []]);
    expect(got).toEqual([{ part_text: "now" }, { part_text: "later" }]);
    const failed = harness.fail("probe.chunks", [() => "no list"]);
    world.end("chunks");
    expect((await failed).code).toBe("input.invalid");
    expect(harness.liveFunctions()).toBe(0);
  });

  /** A script whose callbacks make effects, sync and waiting ones, while others are under way. */
  const streaming = async (run: BridgeHarness, drive: () => Promise<void>) => {
    const seen: string[] = [];
    const streamed = run.call("probe.chunks", [
      (part: ScriptObject) => {
        seen.push(`part ${String(part["partText"])} ${String(run.call("probe.note", ["in"]))}`);
        void (run.call("probe.read", [`by ${String(part["partText"])}`]) as Promise<ScriptValue>).then((value) =>
          seen.push(String(value)),
        );
        return undefined;
      },
    ]) as Promise<ScriptValue>;
    seen.push(`called ${String(run.call("probe.note", ["after the call"]))}`);
    const other = (run.call("probe.read", ["other"]) as Promise<ScriptValue>).then((value) => seen.push(String(value)));
    await drive();
    await streamed;
    seen.push("streamed");
    await other;
    await drive();
    return seen;
  };

  test("replay in their place among the effects that they and others make", async () => {
    const live = await streaming(harness, async () => {
      for (const given of ["by now", "other", "chunks"]) {
        world.end(given);
        await turn();
      }
      await turn();
      world.end("by later");
      await turn();
      await turn();
    });
    expect(live).toEqual(["part now 1", "called 4", "by now", "other", "part later 6", "by later", "streamed"]);
    const rest = async () => {
      for (let count = 0; count < 12; count++) await turn();
    };
    world = new World();
    const again = harness.replay();
    expect(await streaming(again, rest)).toEqual(live);
    expect([world.ran, again.journal(), again.liveFunctions()]).toEqual([[], [], 0]);
  });

  test("of a sync effect run again on the spot", async () => {
    const script = async (run: BridgeHarness, wait: boolean) => {
      const got: number[] = [];
      const fn = (part: number) => {
        got.push(part, run.call("probe.note", ["in"]) as number);
        return wait ? Promise.resolve(part) : part;
      };
      const value = run.call("probe.each", [fn]);
      expect(value instanceof Promise).toBe(wait);
      return [await value, got, run.call("probe.note", ["after"])];
    };
    for (const wait of [false, true]) {
      harness = open();
      world = new World();
      const live = await script(harness, wait);
      world = new World();
      expect(await script(harness.replay(), wait)).toEqual(live);
      expect(world.ran).toEqual([]);
    }
  });

  test("that are passed on are journaled with the effect that makes them", async () => {
    const script = async (run: BridgeHarness) => {
      const got: ScriptValue[] = [];
      const value = await run.call("probe.passOn", [(part: ScriptValue) => (got.push(part), `${String(part)}!`)]);
      return [got, value];
    };
    const live = script(harness);
    world.end("inside");
    expect(await live).toEqual([["a", "b"], "b!"]);
    world = new World();
    const again = harness.replay();
    expect(await script(again)).toEqual([["a", "b"], "b!"]);
    expect([world.ran, harness.liveFunctions(), again.liveFunctions()]).toEqual([[], 0, 0]);
  });

  test("live on when a method keeps them", () => {
    harness.call("probe.keep", [() => "still here"]);
    expect([harness.call("probe.kept"), harness.liveFunctions()]).toEqual(["still here", 1]);
  });
});

describe("passive calls", () => {
  test("fail with a deadlock once nothing else is under way", async () => {
    const stuck = [harness.fail("probe.wait", ["x"]), harness.fail("probe.wait", ["y"])];
    harness.dispatcher.rested();
    expect((await Promise.all(stuck)).map((error) => error.code)).toEqual(["script.deadlock", "script.deadlock"]);
  });

  test("wait on while an effect may wake them", async () => {
    let over = false;
    const waiting = harness.fail("probe.wait", ["x"]).then((error) => {
      over = true;
      return error;
    });
    const reading = harness.call("probe.read", ["r"]);
    harness.dispatcher.rested();
    await turn();
    await turn();
    expect(over).toBe(false);
    world.end("r");
    await reading;
    harness.dispatcher.rested();
    expect((await waiting).code).toBe("script.deadlock");
  });

  test("wait on when something begins just after the rest", async () => {
    const waiting = harness.call("probe.wait", ["x"]);
    harness.dispatcher.rested();
    const reading = harness.call("probe.read", ["r"]);
    await turn();
    await turn();
    world.end("x", "served");
    expect(await waiting).toBe("served");
    world.end("r");
    await reading;
  });

  test("that are served in time are none", async () => {
    const waiting = harness.call("probe.wait", ["x"]);
    harness.dispatcher.rested();
    world.end("x", "served");
    expect(await waiting).toBe("served");
  });
});

describe("handles", () => {
  test("have fields in the script's spelling, user data untouched", () => {
    expect((harness.call("probe.open") as Handle).fields).toMatchObject({ longName: 1, data: { userKey: 2 } });
    expect((open({ naming: "snake" }).call("probe.open") as Handle).fields).toEqual({
      long_name: 1,
      data: { userKey: 2 },
    });
  });

  test("take the methods of their own type alone", async () => {
    expect(harness.call("probe.thing.next", [harness.call("probe.open")])).toBe(1);
    for (const self of [harness.call("probe.other"), "text", null])
      expect(await code("thing.next", self)).toBe("input.invalid");
  });

  test("know how many of their calls were replayed", () => {
    const thing = harness.call("probe.open") as Handle;
    expect([harness.call("probe.thing.next", [thing]), harness.call("probe.thing.next", [thing])]).toEqual([1, 2]);
    const again = harness.replay();
    const same = again.call("probe.open") as Handle;
    expect([
      again.call("probe.thing.next", [same]),
      again.call("probe.thing.next", [same]),
      again.call("probe.thing.next", [same]),
    ]).toEqual([1, 2, 3]);
    expect(same.replayedCalls).toBe(2);
    expect(again.dispatcher.handle(same.id)).toBe(same);
  });
});
