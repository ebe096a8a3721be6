import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { callback } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { type Runtime, createRuntime } from "./create-runtime.ts";
import type { RuntimeOptions } from "./runtime-options.ts";

const CRASH = new URL("../../test/fixtures/crash.ts", import.meta.url);
const HANG = "while true do end";
const SHORT = { cpuMs: 50 };

const open: Runtime[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((runtime) => runtime.shutdown()));
});

function start(options: RuntimeOptions = {}): Runtime {
  const runtime = createRuntime({ workers: 1, ...options });
  open.push(runtime);
  return runtime;
}

/** The bridge `world`: effects on this thread, counted; `wait` answers its name once the test releases it. */
class World {
  readonly calls: string[] = [];
  /** Calls of `wait`, those that a dead worker made included. */
  waits = 0;
  readonly #gates = new Map<string, PromiseWithResolvers<null>>();
  readonly #reached = new Map<string, PromiseWithResolvers<null>>();

  readonly bridge = defineBridge({
    name: "world",
    summary: "Effects that are counted.",
    methods: {
      act: method({
        summary: "Does something once.",
        input: { name: z.string() },
        output: z.number(),
        effect: "write",
        run: async ({ name }) => this.calls.push(name),
      }),
      wait: method({
        summary: "Waits until it is released.",
        input: { name: z.string() },
        output: z.string(),
        effect: "write",
        run: async ({ name }) => {
          this.waits += 1;
          gate(this.#reached, name).resolve(null);
          await gate(this.#gates, name).promise;
          return name;
        },
      }),
    },
  });

  release(name: string): void {
    gate(this.#gates, name).resolve(null);
  }

  /** Resolves once a spell waits for `name`. */
  async reached(name: string): Promise<void> {
    await gate(this.#reached, name).promise;
  }
}

function gate(gates: Map<string, PromiseWithResolvers<null>>, name: string): PromiseWithResolvers<null> {
  const known = gates.get(name) ?? Promise.withResolvers<null>();
  gates.set(name, known);
  return known;
}

describe("a spell whose worker was ended because of another one", () => {
  it("goes on where it was, also the second time, without repeating an effect or a line of output", async () => {
    const world = new World();
    const runtime = start({ bridges: [world.bridge] });
    const code = `
      print("one", world.act("first"))
      world.wait("a")
      print("two", world.act("second"))
      world.wait("b")
      print("three", world.act("third"))
      return { os.time(), math.random() }`;
    const spell = runtime.exec(code, { engine: "lua", seed: 3 });
    await world.reached("a");
    expect(await runtime.exec(HANG, { engine: "lua", limits: SHORT })).toMatchObject({
      ok: false,
      error: { code: "limit.cpu" },
    });
    world.release("a");
    await world.reached("b");
    expect(await runtime.exec(HANG, { engine: "lua", limits: SHORT })).toMatchObject({
      ok: false,
      error: { code: "limit.cpu" },
    });
    world.release("b");
    expect(await spell).toMatchObject({ ok: true, output: "one\t1\ntwo\t2\nthree\t3\n" });
    expect(world.calls).toEqual(["first", "second", "third"]);
  });

  it("sees concurrent results in the order that it saw them before", async () => {
    const world = new World();
    const runtime = start({ bridges: [world.bridge] });
    const code = `
      const order = [];
      const one = async (name) => { order.push(await world.wait(name)); };
      const all = [one("a"), one("b"), one("c")];
      await Promise.race(all.slice(1));
      const seen = [...order];
      await world.wait("gate");
      await Promise.all(all);
      return [seen, order];`;
    const spell = runtime.exec(code, { engine: "javascript" });
    await world.reached("c");
    world.release("c");
    await world.reached("gate");
    expect(await runtime.exec(HANG, { engine: "lua", limits: SHORT })).toMatchObject({ ok: false });
    // In the new worker all of them would be ready at once.
    for (const name of ["a", "b", "gate"]) world.release(name);
    expect(await spell).toMatchObject({ ok: true, value: [["c"], ["c", expect.any(String), expect.any(String)]] });
  });

  it("gets its own answers, not those to calls of the worker that is gone", async () => {
    const world = new World();
    const runtime = start({ bridges: [world.bridge] });
    // Calls are numbered by worker: after this one, "one" has the number that "two" gets in the next worker.
    await runtime.exec('world.act("first")', { engine: "lua" });
    const one = runtime.exec('return world.wait("one")', { engine: "lua" });
    await world.reached("one");
    const two = runtime.exec('return world.wait("two")', { engine: "lua" });
    await world.reached("two");
    expect(await runtime.exec(HANG, { engine: "lua", limits: SHORT })).toMatchObject({ ok: false });
    await expect.poll(() => world.waits, { timeout: 10_000 }).toBe(4);
    world.release("one");
    expect(await one).toMatchObject({ ok: true, value: "one" });
    world.release("two");
    expect(await two).toMatchObject({ ok: true, value: "two" });
  });

  it("reads the time that it read before", async () => {
    const world = new World();
    const runtime = start({ bridges: [world.bridge] });
    const code =
      'const times = [Date.now(), Date.now()]; console.log(times.join()); await world.wait("a"); return [times.join(), Date.now() >= times[1]];';
    const spell = runtime.exec(code, { engine: "js" });
    await world.reached("a");
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await runtime.exec(HANG, { engine: "lua", limits: SHORT })).toMatchObject({ ok: false });
    world.release("a");
    const result = await spell;
    expect(result).toMatchObject({ ok: true, value: [result.output.trim(), true] });
  });

  it("makes the callbacks again that its effects made", async () => {
    const world = new World();
    const runtime = start({ bridges: [world.bridge], extensions: [CRASH] });
    const code = `
      local seen = {}
      local sum = crash.each({ 1, 2, 3 }, function(n) seen[#seen + 1] = n * 10 return n end)
      world.wait("a")
      return { seen, sum }`;
    const spell = runtime.exec(code, { engine: "lua" });
    await world.reached("a");
    expect(await runtime.exec(HANG, { engine: "lua", limits: SHORT })).toMatchObject({ ok: false });
    world.release("a");
    expect(await spell).toMatchObject({ ok: true, value: [[10, 20, 30], 6] });
  });
});

describe("a worker that dies by itself", () => {
  it("takes with it the spell that was alone in it, with an error that says so", async () => {
    const runtime = start({ extensions: [CRASH] });
    const result = await runtime.exec("crash.now()", { engine: "lua" });
    expect(result).toMatchObject({ ok: false, error: { code: "worker.lost", frames: [{ file: "<text>" }] } });
    expect(await runtime.exec("return 1", { engine: "lua" })).toMatchObject({ ok: true, value: 1 });
  });

  it.each(["crash.now()", "crash.soon()"])("takes the spell that killed it, and no other: %s", async (code) => {
    const world = new World();
    const runtime = start({ bridges: [world.bridge], extensions: [CRASH] });
    const spell = runtime.exec('world.act("once") return world.wait("a")', { engine: "lua" });
    await world.reached("a");
    const killer = await runtime.exec(code, { engine: "lua" });
    expect(killer).toMatchObject({ ok: false, error: { code: "worker.lost" } });
    world.release("a");
    expect(await spell).toMatchObject({ ok: true, value: "a" });
    expect(world.calls).toEqual(["once"]);
  });
});

describe("cancelling", () => {
  const reason = () => new LlmspellError("run.aborted", "enough");

  it("ends a spell that waits", async () => {
    const world = new World();
    const runtime = start({ bridges: [world.bridge] });
    const controller = new AbortController();
    const spell = runtime.exec('pcall(world.wait, "a") return "survived"', {
      engine: "lua",
      signal: controller.signal,
    });
    await world.reached("a");
    controller.abort(reason());
    expect(await spell).toMatchObject({ ok: false, error: { code: "run.aborted", message: "enough" } });
  });

  it("ends a spell that computes, long before its limit", async () => {
    const world = new World();
    const runtime = start({ bridges: [world.bridge] });
    const controller = new AbortController();
    const spell = runtime.exec(`world.act("on") ${HANG}`, { engine: "lua", signal: controller.signal });
    await expect.poll(() => world.calls, { timeout: 10_000 }).toEqual(["on"]);
    controller.abort(reason());
    expect(await spell).toMatchObject({ ok: false, error: { code: "run.aborted" } });
  });

  it("ends a spell that waits while another one keeps their worker busy", async () => {
    const world = new World();
    const runtime = start({ bridges: [world.bridge] });
    const [waiter, hog] = [new AbortController(), new AbortController()];
    const waits = runtime.exec('world.wait("a")', { engine: "lua", signal: waiter.signal });
    const late = runtime.exec('world.wait("b")', { engine: "lua", limits: { timeoutMs: 1500 } });
    await Promise.all([world.reached("a"), world.reached("b")]);
    const busy = runtime.exec(`world.act("on") ${HANG}`, { engine: "lua", signal: hog.signal });
    await expect.poll(() => world.calls, { timeout: 10_000 }).toEqual(["on"]);
    waiter.abort(reason());
    expect(await waits).toMatchObject({ ok: false, error: { code: "run.aborted" } });
    expect(await late).toMatchObject({ ok: false, error: { code: "limit.wall" } });
    hog.abort(reason());
    expect(await busy).toMatchObject({ ok: false, error: { code: "run.aborted" } });
  });

  it("ends a spell before it starts", async () => {
    const world = new World();
    const runtime = start({ bridges: [world.bridge] });
    const result = await runtime.exec('world.act("on") return 1', {
      engine: "lua",
      signal: AbortSignal.abort(reason()),
    });
    expect(result).toMatchObject({ ok: false, error: { code: "run.aborted" } });
    expect(world.calls).toEqual([]);
  });

  it("ends all runs when the runtime shuts down, and none is started after", async () => {
    const world = new World();
    const runtime = start({ bridges: [world.bridge] });
    const spell = runtime.exec('return world.wait("a")', { engine: "lua" });
    await world.reached("a");
    await runtime.shutdown();
    expect(await spell).toMatchObject({ ok: false, error: { code: "run.aborted" } });
  });
});

describe("the deadline", () => {
  it("ends a spell that waits, whatever it catches", async () => {
    const code = "while true do pcall(util.sleep, 100000) end";
    expect(await start().exec(code, { engine: "lua", limits: { timeoutMs: 50 } })).toMatchObject({
      ok: false,
      error: { code: "limit.wall" },
    });
  });

  it("ends a spell that computes", async () => {
    const result = await start().exec("for (;;);", { engine: "js", limits: { timeoutMs: 50 } });
    expect(result).toMatchObject({
      ok: false,
      error: { code: "limit.wall", details: { limit: 50, setting: "limits.timeoutMs" } },
    });
  });
});

it("runs several spells in one worker at the same time", async () => {
  const world = new World();
  const runtime = start({ bridges: [world.bridge] });
  const names = ["a", "b", "c", "d"];
  const spells = names.map((name) =>
    runtime.exec("return world.wait(params.name)", { engine: "lua", params: { name } }),
  );
  await Promise.all(names.map((name) => world.reached(name)));
  for (const name of names.toReversed()) world.release(name);
  expect(await Promise.all(spells)).toMatchObject(names.map((value) => ({ ok: true, value })));
});

it("tells that a script's function cannot reach a bridge on the host's thread", async () => {
  const bridge = defineBridge({
    name: "handlers",
    summary: "Takes a function.",
    methods: {
      on: method({
        summary: "Takes one.",
        input: { fn: callback([]) },
        output: z.null(),
        effect: "write",
        run: async () => null,
      }),
    },
  });
  const result = await start({ bridges: [bridge] }).exec("handlers.on(function() end)", { engine: "lua" });
  expect(result).toMatchObject({
    ok: false,
    error: { code: "value.unsupported", message: expect.stringContaining("function") as string },
  });
});
