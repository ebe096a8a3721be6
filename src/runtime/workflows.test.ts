import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { type Runtime, createRuntime } from "./create-runtime.ts";

const folder = mkdtempSync(path.join(tmpdir(), "llmspell-workflows-"));
const open: Runtime[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((runtime) => runtime.shutdown()));
  rmSync(folder, { recursive: true, force: true });
});

/** Effects on this thread, counted; `wait` answers once the test releases it. */
function newWorld() {
  const calls: string[] = [];
  const reached = Promise.withResolvers<null>();
  const gate = Promise.withResolvers<null>();
  const bridge = defineBridge({
    name: "world",
    summary: "Effects that are counted.",
    methods: {
      act: method({
        summary: "Does something once.",
        input: { name: z.string() },
        output: z.number(),
        effect: "write",
        run: async ({ name }) => calls.push(name),
      }),
      wait: method({
        summary: "Waits until it is released.",
        input: {},
        output: z.string(),
        effect: "read",
        run: async () => {
          reached.resolve(null);
          await gate.promise;
          return "released";
        },
      }),
    },
  });
  return { calls, reached: reached.promise, release: () => gate.resolve(null), bridge };
}

const CODE = `
const tries = [];
const flow = workflow.create({ name: "long", steps: [
  { name: "first", fn: () => world.act("first") },
  { name: "flaky", retry: { maxAttempts: 3, baseDelay: 2 }, fn: async ({ attempt }) => {
    tries.push(await world.act("try " + attempt));
    if (attempt < 2) throw new Error("again");
    return attempt;
  } },
  { name: "both", type: "parallel", steps: [
    { name: "quick", fn: () => world.act("quick") },
    { name: "slow", timeout: 60000, fn: () => world.wait() },
  ] },
  { name: "each", type: "loop", items: [1, 2], steps: [{ name: "inner", fn: ({ item }) => world.act("item " + item) }] },
] });
const result = await flow.run({});
return [result.status, Object.entries(result.steps).map(([name, { status, attempts }]) => [name, status, attempts]), tries, util.uuid()];`;

const CALLS = ["first", "try 1", "try 2", "quick", "item 1", "item 2"];

describe("a workflow", () => {
  it("goes on where it was when its worker was ended, and repeats no step that was done", async () => {
    const world = newWorld();
    const runtime = createRuntime({ workers: 1, bridges: [world.bridge] });
    open.push(runtime);
    const spell = runtime.exec(CODE, { engine: "javascript" });
    await world.reached;
    const hang = await runtime.exec("while true do end", { engine: "lua", limits: { cpuMs: 50 } });
    expect(hang).toMatchObject({ ok: false, error: { code: "limit.cpu" } });
    world.release();
    expect(await spell).toMatchObject({
      ok: true,
      value: ["completed", expect.arrayContaining([["flaky", "completed", 2]]), [2, 3], expect.any(String)],
    });
    expect(world.calls).toEqual(CALLS);
  });

  it("comes out the same from its recording, without doing anything again", async () => {
    const world = newWorld();
    world.release();
    const runtime = createRuntime({ workers: 1, bridges: [world.bridge] });
    open.push(runtime);
    const tape = path.join(folder, "..", `${path.basename(folder)}.jsonl`);
    const recorded = await runtime.exec(CODE, { engine: "javascript", record: tape });
    expect(recorded).toMatchObject({ ok: true });
    expect(world.calls).toEqual(CALLS);
    const replayed = await runtime.replay(tape);
    expect(replayed).toMatchObject({ ok: true, value: recorded.ok && recorded.value });
    expect(world.calls).toEqual(CALLS);
    const steps = readFileSync(tape, "utf8")
      .split("\n")
      .filter((line) => line.includes('"workflow.step"'));
    expect(steps).toHaveLength(8);
    rmSync(tape);
  });

  it("loses nothing where a tool gives more than may cross: the step fails by name, the others stand", async () => {
    const runtime = createRuntime({ workers: 1 });
    open.push(runtime);
    const code = `
      const huge = { name: "huge", execute: () => "x".repeat(100 * 1024 * 1024) };
      const flow = workflow.create({ name: "big", steps: [
        { name: "before", fn: () => 1 },
        { name: "much", tool: tools.create(huge), params: {}, onError: "continue" },
        { name: "after", fn: () => 2 },
      ] });
      const { status, steps, output } = await flow.run({});
      return [status, steps.before.status, steps.much.status, steps.much.error.code, output];`;
    const limits = { memoryBytes: 512 * 1024 * 1024 };
    const result = await runtime.exec(code, { engine: "javascript", limits });
    expect(result).toMatchObject({ ok: true, value: ["completed", "completed", "failed", "tool.result_too_large", 2] });
  });

  it("that is paused and that nobody resumes is told from one that waits", async () => {
    const runtime = createRuntime({ workers: 1 });
    open.push(runtime);
    const code = `
      local run = workflow.create({ steps = { function() return 1 end } }):start()
      run:pause()
      return run:wait().status`;
    const result = await runtime.exec(code, { engine: "lua", limits: { timeoutMs: 20_000 } });
    expect(result).toMatchObject({ ok: false, error: { code: "script.deadlock" } });
  });
});
