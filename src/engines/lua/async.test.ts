import { beforeAll, describe, expect, it } from "vitest";
import type { ScriptEngine } from "../../engine/script-engine.ts";
import { LlmspellError } from "../../errors.ts";
import type { ScriptValue } from "../../values/script-value.ts";
import { errorOf, openRun, readyEngine } from "./fake-host.ts";

let engine: ScriptEngine;
beforeAll(async () => {
  engine = await readyEngine();
});

async function run(code: string): Promise<ScriptValue> {
  const { vm, run } = openRun(engine, {
    bridges: {
      api: {
        later: (value) => new Promise((resolve) => setImmediate(() => resolve(value))),
        never: () => new Promise(() => undefined),
        fail: async () => {
          throw new LlmspellError("provider.rate_limit", "slow down");
        },
      },
    },
  });
  const value = await run(`local later = api.later\n${code}`);
  expect(vm.counts()).toEqual({ functions: 0, waits: 0, tasks: 0 });
  return value;
}

describe("tasks", () => {
  it.each<[string, string, ScriptValue]>([
    [
      "answer by await, in both call forms, again and again",
      "local t = async.spawn(function(a) return later(a) end, 7) return {t:await(), t.await(), t:await()}",
      [7, 7, 7],
    ],
    ["answer several values", "return {async.spawn(function() return 1, nil, 3 end):await()}", { "1": 1, "3": 3 }],
    [
      "run while the script goes on",
      "local log = {} async.spawn(function() log[#log + 1] = 'task' end) log[#log + 1] = 'script' later() return log",
      ["script", "task"],
    ],
    [
      "run at the same time",
      "local order = {} local function work(n, ms) return function() async.sleep(ms) order[#order + 1] = n end end async.all{work('slow', 12), work('fast', 1)} return order",
      ["fast", "slow"],
    ],
    [
      "raise where they are awaited",
      "local t = async.spawn(function() error('x', 0) end) return {pcall(t.await)}",
      [false, "x"],
    ],
    [
      "keep host errors",
      "local t = async.spawn(api.fail) local ok, e = pcall(t.await, t) return {ok, e.code, e.retryable}",
      [false, "provider.rate_limit", true],
    ],
    [
      "spawn tasks",
      "return async.spawn(function() return async.spawn(function() return later(3) end):await() + 1 end):await()",
      4,
    ],
    [
      "may return a task",
      "return async.spawn(function() return async.spawn(function() return later(3) end) end):await()",
      3,
    ],
    [
      "are awaited by several",
      "local t = async.spawn(function() return later(2) end) return async.all{function() return t:await() end, function() return t:await() end}",
      [2, 2],
    ],
    [
      "show their status",
      "local t = async.spawn(function() return later(2) end) local a = tostring(t) t:await() return {a, tostring(t)}",
      ["task: pending", "task: fulfilled"],
    ],
  ])("%s", async (_name, code, expected) => {
    expect(await run(code)).toEqual(expected);
  });

  it("keep the run alive until they end", async () => {
    const { host, run: runScript } = openRun(engine);
    await runScript("async.spawn(function() async.sleep(3) print('late') end) return 1");
    expect(host.output).toBe("late\n");
  });

  it("surface as the run's error when nothing looked at their failure", async () => {
    const error = await errorOf(
      openRun(engine).run("async.spawn(function()\n  async.sleep(1)\n  error('lost')\nend)\nasync.sleep(3)\nreturn 1"),
    );
    expect(error).toMatchObject({ code: "script.error", message: "lost", frames: [{ file: "spell.lua", line: 3 }] });
  });

  it("show where they failed when their failure is raised again", async () => {
    const code =
      "local function deep()\n  error('inside')\nend\nlocal t = async.spawn(function() deep() end)\nt:await()";
    const error = await errorOf(openRun(engine).run(code));
    expect(error.message).toBe("inside");
    expect(error.frames?.[0]).toMatchObject({ line: 2, name: "deep" });
  });

  it("end with a deadlock when each waits for another", async () => {
    const error = await errorOf(
      run("local a, b a = async.spawn(function() b:await() end) b = async.spawn(function() a:await() end) a:await()"),
    );
    expect(error.code).toBe("script.deadlock");
    expect((await errorOf(run("promise.new(function() end):await()"))).code).toBe("script.deadlock");
    expect((await errorOf(run("local t t = async.spawn(function() t:await() end) t:await()"))).code).toBe(
      "script.deadlock",
    );
  });
});

describe("async functions", () => {
  it.each<[string, string, ScriptValue]>([
    [
      "all",
      "return async.all{function() return later(1) end, async.spawn(function() return 2 end), promise.resolve(3)}",
      [1, 2, 3],
    ],
    ["all of nothing", "return #async.all{}", 0],
    [
      "all with names",
      "return async.all{a = function() return later(1) end, b = function() return 2 end}",
      { a: 1, b: 2 },
    ],
    [
      "all raises the first failure",
      "return {pcall(async.all, {function() async.sleep(5) return 1 end, function() error('no', 0) end})}",
      [false, "no"],
    ],
    ["race", "return async.race{function() return api.never() end, function() return later('won') end}", "won"],
    [
      "race that fails",
      "return {pcall(async.race, {function() api.never() end, function() error('no', 0) end})}",
      [false, "no"],
    ],
    [
      "settle",
      "return async.settle{function() error('no', 0) end, function() return later(1) end}",
      [
        { status: "rejected", reason: "no" },
        { status: "fulfilled", value: 1 },
      ],
    ],
    ["timeout in time", "return async.timeout(10000, function(a) return later(a) end, 4)", 4],
    [
      "timeout too late",
      "local ok, e = pcall(async.timeout, 2, api.never) return {ok, e.code, e.retryable, e.details.ms}",
      [false, "async.timeout", true, 2],
    ],
    ["timeout that fails", "return {pcall(async.timeout, 10000, function() error('no', 0) end)}", [false, "no"]],
    [
      "wrong arguments",
      "return {pcall(async.spawn, 1)}",
      [false, "bad argument #1 to 'spawn' (function expected, got number)"],
    ],
  ])("%s", async (_name, code, expected) => {
    expect(await run(code)).toEqual(expected);
  });

  it("close what a cancelled task left open", async () => {
    const code = `
      local closed = false
      pcall(async.timeout, 1, function()
        local c <close> = setmetatable({}, {__close = function() closed = true end})
        api.never()
      end)
      return closed`;
    expect(await run(code)).toBe(true);
  });

  it("name what is missing without a sleep method", async () => {
    const { run: runScript } = openRun(engine, { bridges: { util: {} } });
    expect((await errorOf(runScript("async.sleep(1)"))).code).toBe("method.unavailable");
  });
});

describe("promises", () => {
  it.each<[string, string, ScriptValue]>([
    ["and_then may wait", "return promise.resolve(2):and_then(function(v) return later(v + 1) end):await()", 3],
    [
      "and_then adopts promises",
      "return promise.resolve(2):and_then(function(v) return promise.new(function(done) done(v * 2) end) end):await()",
      4,
    ],
    ["catch", "return promise.reject('no'):catch(function(e) return e .. '!' end):await()", "no!"],
    [
      "catch after and_then that fails",
      "return promise.resolve(1):and_then(function() error('x', 0) end):catch(function(e) return e end):await()",
      "x",
    ],
    [
      "and_then skips over a failure",
      "return {pcall(function() return promise.reject('r'):and_then(print):await() end)}",
      [false, "r"],
    ],
    [
      "finally keeps the value",
      "local seen local v = promise.resolve(5):finally(function() seen = later(1) return 9 end):await() return {v, seen}",
      [5, 1],
    ],
    [
      "finally keeps the failure",
      "return {pcall(function() promise.reject('r'):finally(function() end):await() end)}",
      [false, "r"],
    ],
    [
      "new decides once",
      "return promise.new(function(resolve, reject) resolve(1) reject(2) resolve(3) end):await()",
      1,
    ],
    [
      "new that raises is rejected",
      "return promise.new(function() error('bad', 0) end):catch(function(e) return e end):await()",
      "bad",
    ],
    [
      "new resolved later by a task",
      "local done local p = promise.new(function(resolve) done = resolve end) async.spawn(function() async.sleep(1) done('ok') end) return p:await()",
      "ok",
    ],
    ["all", "return promise.all{promise.resolve(1), function() return later(2) end}:await()", [1, 2]],
    ["race", "return promise.race{promise.resolve(1), promise.new(function() end)}:await()", 1],
    ["dot calls", "local p = promise.resolve(1) return p.and_then(function(v) return v + 1 end).await()", 2],
    ["camelCase", "return promise.resolve(1):andThen(function(v) return v + 1 end):await()", 2],
  ])("%s", async (_name, code, expected) => {
    expect(await run(code)).toEqual(expected);
  });

  it("surface a rejection that nothing handled", async () => {
    expect(await errorOf(run("promise.reject({code = 'my.code', message = 'unseen'})"))).toMatchObject({
      code: "my.code",
      message: "unseen",
    });
  });
});
