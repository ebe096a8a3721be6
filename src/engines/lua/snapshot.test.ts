import { beforeAll, describe, expect, it } from "vitest";
import type { ScriptEngine } from "../../engine/script-engine.ts";
import type { ScriptVm, VmSnapshot } from "../../engine/vm.ts";
import { LlmspellError } from "../../errors.ts";
import { errorOf, FakeHost, openRun, readyEngine, type FakeRunOptions } from "./fake-host.ts";

let engine: ScriptEngine;
beforeAll(async () => {
  engine = await readyEngine();
});

const asked: string[] = [];
const options: FakeRunOptions = {
  bridges: {
    api: {
      ask: (name) => {
        asked.push(String(name));
        return new Promise(() => undefined);
      },
      now: (value) => value ?? null,
    },
  },
};

const SPELL = `
  local log = {}
  local co = coroutine.wrap(function()
    local answer = api.ask("inner")
    coroutine.yield(answer)
    return "done"
  end)
  local task = async.spawn(function()
    local ok, e = pcall(api.ask, "task")
    table.insert(log, ok and e or e.code)
    return {big = ("x"):rep(100), n = math.random(1e9)}
  end)
  table.insert(log, (co()))
  table.insert(log, api.now("sync"))
  table.insert(log, (co()))
  local t = task:await()
  return {log = log, big = #t.big, n = t.n, clock = os.clock()}`;

/** A spell that waits, as a snapshot; the VM it came from is disposed of. */
async function waitingSnapshot(): Promise<{ snapshot: VmSnapshot; calls: string[] }> {
  asked.length = 0;
  const { vm, run } = openRun(engine, options);
  const end = run(SPELL).catch(() => undefined);
  const snapshot = vm.snapshot();
  vm.dispose();
  await end;
  return { snapshot, calls: [...asked] };
}

function restore(snapshot: VmSnapshot): { vm: ScriptVm; host: FakeHost } {
  const host = new FakeHost(options);
  return { vm: engine.restore(snapshot, host.options(options)), host };
}

describe("a snapshot", () => {
  it("continues in another instance, as often as wanted", async () => {
    const { snapshot, calls } = await waitingSnapshot();
    expect(calls).toEqual(["inner", "task"]);
    expect(snapshot.pending).toHaveLength(2);
    const results = [];
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const { vm } = restore(structuredClone(snapshot));
      for (const index of order) {
        const outcome =
          index === 0
            ? { ok: true as const, value: "answer" }
            : { ok: false as const, error: new LlmspellError("http.timeout", "late") };
        vm.settle(snapshot.pending[index]!, outcome);
      }
      results.push(await vm.finished());
    }
    expect(results[0]).toMatchObject({ log: ["answer", "sync", "done", "http.timeout"], big: 100 });
    expect(results[1]).toMatchObject({ log: ["http.timeout", "answer", "sync", "done"], big: 100 });
    expect((results[0] as { n: number }).n).toBe((results[1] as { n: number }).n);
  });

  it("can be taken again from a restored VM that waits", async () => {
    const { snapshot } = await waitingSnapshot();
    const first = restore(snapshot);
    first.vm.settle(snapshot.pending[0]!, { ok: true, value: 1 });
    const second = restore(first.vm.snapshot());
    first.vm.dispose();
    second.vm.settle(snapshot.pending[1]!, { ok: true, value: 2 });
    expect(await second.vm.finished()).toMatchObject({ log: [1, "sync", "done", 2] });
  });

  it("is small", async () => {
    const { snapshot } = await waitingSnapshot();
    expect(snapshot.data.length).toBeLessThan(400_000);
  });

  it("is refused while code runs, after the VM's end, and when it is damaged or of another version", async () => {
    const held: { vm?: ScriptVm; error?: unknown } = {};
    const opened = openRun(engine, {
      bridges: {
        api: {
          shoot: () => {
            try {
              held.vm!.snapshot();
            } catch (error) {
              held.error = error;
            }
            return null;
          },
        },
      },
    });
    held.vm = opened.vm;
    await opened.run("api.shoot()");
    expect(held.error).toMatchObject({ code: "engine.failed" });
    opened.vm.dispose();
    expect(() => opened.vm.snapshot()).toThrow(expect.objectContaining({ code: "value.released" }));

    const { snapshot } = await waitingSnapshot();
    expect(() => restore({ ...snapshot, data: snapshot.data.subarray(0, 5000) })).toThrow(
      expect.objectContaining({ code: "engine.failed" }),
    );
    expect(() => restore({ ...snapshot, version: "other" })).toThrow(
      expect.objectContaining({ code: "engine.failed" }),
    );
  });
});

describe("the end of a VM", () => {
  it("rejects what waits, with the reason given", async () => {
    const { vm, run } = openRun(engine, options);
    const end = run("api.ask('x')");
    vm.dispose(new LlmspellError("run.aborted", "stopped"));
    vm.dispose();
    expect((await errorOf(end)).code).toBe("run.aborted");
    expect((await errorOf(vm.run({ code: "", file: "x" }))).code).toBe("run.aborted");
  });

  it("ignores outcomes that come later", async () => {
    const late = Promise.withResolvers<null>();
    const { vm, run } = openRun(engine, { bridges: { api: { wait: () => late.promise } } });
    const end = errorOf(run("api.wait()"));
    vm.dispose();
    late.resolve(null);
    expect((await end).code).toBe("value.released");
  });

  it("may come from within a host call", async () => {
    const held: { vm?: ScriptVm } = {};
    const opened = openRun(engine, {
      bridges: {
        api: { stop: () => held.vm!.dispose(new LlmspellError("run.aborted", "stopped")) as unknown as null },
      },
    });
    held.vm = opened.vm;
    expect((await errorOf(opened.run("pcall(api.stop) while true do end"))).code).toBe("run.aborted");
  });

  it("lets a VM run one script only", async () => {
    const { run } = openRun(engine);
    await run("return 1");
    expect((await errorOf(run("return 2"))).code).toBe("engine.failed");
  });
});

describe("isolation", () => {
  it("keeps VMs of one image apart", async () => {
    const first = openRun(engine);
    const second = openRun(engine);
    await first.run(
      "x = 1 string.sub = nil setmetatable(_G, {__index = function() return 'leak' end}) table.insert = 5",
    );
    expect(await second.run("return {x == nil, string.sub('abc', 2), type(table.insert)}")).toEqual([
      true,
      "bc",
      "function",
    ]);
  });

  it("serves VMs from the pool that are as fresh", async () => {
    const pooled = await readyEngine(2);
    const host = new FakeHost({});
    for (let i = 0; i < 5; i++) {
      const vm = pooled.open(host.options({ seed: i }));
      expect(
        await vm.run({ code: "local old = y y = 1 return {old == nil, math.random(1e9)}", file: "a.lua" }),
      ).toEqual(await openRun(engine, { seed: i }).run("return {true, math.random(1e9)}"));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await pooled.shutdown();
  });
});
