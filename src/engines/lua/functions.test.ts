import { beforeAll, describe, expect, it } from "vitest";
import type { ScriptEngine } from "../../engine/script-engine.ts";
import { LlmspellError } from "../../errors.ts";
import type { ScriptFunction, ScriptValue } from "../../values/script-value.ts";
import { errorOf, openRun, readyEngine, type HostMethod } from "./fake-host.ts";

let engine: ScriptEngine;
beforeAll(async () => {
  engine = await readyEngine();
});

const later: HostMethod = (value) => new Promise((resolve) => setImmediate(() => resolve(value)));

/** A host that keeps the functions it gets under a name. */
function keeper(): { kept: Map<string, ScriptFunction>; keep: HostMethod } {
  const kept = new Map<string, ScriptFunction>();
  const keep: HostMethod = (name, fn) => {
    (fn as ScriptFunction).retain();
    kept.set(String(name), fn as ScriptFunction);
    return null;
  };
  return { kept, keep };
}

describe("functions called by the host", () => {
  it("answer at once within a host call", async () => {
    const map: HostMethod = (list, fn) =>
      (list as ScriptValue[]).map((item) => (fn as ScriptFunction).invoke([item]) as ScriptValue);
    const { vm, run } = openRun(engine, { bridges: { api: { map } } });
    expect(
      await run("return api.map({1, 2, 3}, function(x) return api.map({x, x}, function(y) return y * 10 end) end)"),
    ).toEqual([
      [10, 10],
      [20, 20],
      [30, 30],
    ]);
    expect(vm.counts()).toEqual({ functions: 0, waits: 0, tasks: 0 });
  });

  it("answer with a promise when they wait", async () => {
    const seen: string[] = [];
    const call: HostMethod = async (fn) => {
      const result = (fn as ScriptFunction).invoke([4]);
      seen.push(result instanceof Promise ? "promise" : "value");
      return result;
    };
    const { run } = openRun(engine, { bridges: { api: { call, later } } });
    expect(await run("return api.call(function(x) local a = api.later(x) return a + api.later(1) end)")).toBe(5);
    expect(seen).toEqual(["promise"]);
  });

  it("run while the script waits, several at a time", async () => {
    const { kept, keep } = keeper();
    const { vm, run } = openRun(engine, { bridges: { api: { keep, later } } });
    const end = run(
      "local total = 0 api.keep('add', function(x) local y = api.later(x) total = total + y return total end) async.sleep(20) return total",
    );
    const results = await Promise.all([1, 2, 3].map((x) => vm.call(kept.get("add")!, [x])));
    expect(results).toEqual([1, 3, 6]);
    expect(await end).toBe(6);
    kept.get("add")!.release();
    expect(vm.counts()).toEqual({ functions: 0, waits: 0, tasks: 0 });
  });

  it("raise into the host, and from there back into the script", async () => {
    const call: HostMethod = (fn) => (fn as ScriptFunction).invoke([]) as ScriptValue;
    const { run } = openRun(engine, { bridges: { api: { call, later } } });
    const code = `
      local ok, e = pcall(api.call, function() error({code = "my.code", message = "inner", details = {a = 1}}) end)
      local ok2, e2 = pcall(api.call, function() error("plain", 0) end)
      local ok3, e3 = pcall(api.call, function() api.later(1) error("after", 0) end)
      return {e.code, e.message, e.details.a, e2.code, e2.message, e3.message}`;
    expect(await run(code)).toEqual(["my.code", "inner", 1, "script.error", "plain", "after"]);
  });

  it("are the same object as long as one is held", async () => {
    const seen: ScriptFunction[] = [];
    const hold: HostMethod = (fn) => {
      (fn as ScriptFunction).retain();
      seen.push(fn as ScriptFunction);
      return null;
    };
    const { vm, run } = openRun(engine, { bridges: { api: { hold } } });
    await run(
      "local f, g = function() end, function() end api.hold(f) api.hold(g) api.hold(f) api.hold(print) api.hold(string.rep)",
    );
    const [f, g, again, print] = seen;
    expect(again).toBe(f);
    expect(new Set([f, g, print].map((fn) => fn!.id)).size).toBe(3);
    for (const fn of seen) fn.release();
    expect(vm.counts().functions).toBe(0);
  });

  it("come back as themselves", async () => {
    const { run } = openRun(engine, { bridges: { api: { echo: (fn) => ({ fn: fn! }) } } });
    expect(await run("local function f() end return api.echo(f).fn == f and api.echo(print).fn == print")).toBe(true);
  });

  it("are refused once released, or once their VM is gone", async () => {
    const { kept, keep } = keeper();
    const { vm, run } = openRun(engine, { bridges: { api: { keep, use: (fn) => fn! } } });
    await run("api.keep('a', function() return 1 end) api.keep('b', function() return 2 end)");
    const [a, b] = [kept.get("a")!, kept.get("b")!];
    expect(a.invoke([])).toBe(1);
    a.release();
    expect(() => a.invoke([])).toThrow(expect.objectContaining({ code: "value.released" }));
    vm.dispose();
    expect(() => b.invoke([])).toThrow(expect.objectContaining({ code: "value.released" }));
    b.release();
    const other = openRun(engine, { bridges: { api: { get: () => b } } });
    expect((await errorOf(other.run("return api.get()"))).code).toBe("value.unsupported");
  });

  it("are released when another argument cannot cross", async () => {
    const { vm, run } = openRun(engine, { bridges: { api: { take: () => null } } });
    await run("for i = 1, 10 do pcall(api.take, function() end, {function() end}, {[{}] = 1}) end");
    expect(vm.counts().functions).toBe(0);
  });

  it("are collected by Lua after their release", async () => {
    const { vm, run } = openRun(engine, { memoryBytes: 4 * 1024 * 1024, bridges: { api: { take: () => null } } });
    await run("for i = 1, 2000 do local big = ('x'):rep(10000) .. i api.take(function() return big end) end");
    expect(vm.counts().functions).toBe(0);
  });

  it("may be returned by the script", async () => {
    const { vm, run } = openRun(engine);
    const fn = (await run("return function(a, b) return a + b end")) as ScriptFunction;
    expect(await vm.call(fn, [2, 3])).toBe(5);
    expect(fn.name).toBe("anonymous");
  });
});

describe("bridges", () => {
  it("answer both spellings, aliases, both call forms, and keep constants", async () => {
    const { run } = openRun(engine, {
      bridges: { log: { toJson: (...args) => args.length, plain: (a) => a ?? null } },
      aliases: { log: ["logger"] },
      constants: { log: { maxLevel: 9 } },
    });
    const code = `
      return {log.to_json(1, 2), log:to_json(1, 2), log.toJson(), logger:toJson(1), logger == log, log.max_level, log.maxLevel, log.nothing == nil, log.plain(log == log)}`;
    expect(await run(code)).toEqual([2, 2, 0, 1, true, 9, 9, true, true]);
  });

  it("join the library of their name", async () => {
    const { run } = openRun(engine, {
      bridges: {
        math: { sumOf: (...args) => args.reduce<number>((a, b) => a + Number(b), 0) },
        string: { shout: (s) => `${String(s)}!` },
      },
    });
    expect(
      await run(
        "return {math.sum_of(1, 2), math.sumOf(3), math.floor(1.5), string.shout('a'), ('b'):shout(), ('c'):rep(2)}",
      ),
    ).toEqual([3, 3, 1, "a!", "b!", "cc"]);
  });

  it("see every argument, nil at the end too", async () => {
    const { run } = openRun(engine, { bridges: { api: { count: (...args) => args.length } } });
    expect(await run("return {api.count(), api.count(nil), api.count(1, nil), api:count()}")).toEqual([0, 1, 2, 0]);
  });
});

describe("globals of the run", () => {
  it("are set, and made when first read where they are functions", async () => {
    let reads = 0;
    const globals = {
      params: { topic: "tides" },
      args: ["a"],
      none: null,
      stdin: () => {
        reads++;
        return "text";
      },
    };
    const { run } = openRun(engine, { globals });
    expect(
      await run("local before = params.topic return {before, args[1], none == nil, stdin, stdin, unknown == nil}"),
    ).toEqual(["tides", "a", true, "text", "text", true]);
    expect(reads).toBe(1);
    await openRun(engine, { globals }).run("return 1");
    expect(reads).toBe(1);
  });

  it("raise where their maker does", async () => {
    const globals = {
      stdin: () => {
        throw new LlmspellError("fs.failed", "no input");
      },
    };
    expect(
      await openRun(engine, { globals }).run("local ok, e = pcall(function() return stdin end) return {ok, e.code}"),
    ).toEqual([false, "fs.failed"]);
  });
});
