import { beforeAll, describe, expect, it } from "vitest";
import type { ScriptEngine } from "../../engine/script-engine.ts";
import { LlmspellError } from "../../errors.ts";
import type { ScriptFunction } from "../../values/script-value.ts";
import { errorOf, openRun, readyEngine } from "./fake-host.ts";

const MB = 1024 * 1024;

let engine: ScriptEngine;
beforeAll(async () => {
  engine = await readyEngine();
});

const BOMBS: [name: string, code: string][] = [
  ["a table of strings", "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end"],
  ["a doubling string", "local s = 'x' while true do s = s .. s end"],
  ["string.rep", "local t = {} while true do t[#t + 1] = ('x'):rep(1e6) end"],
  ["nested tables", "local t = {} while true do t = {t, {}, {}} end"],
  ["closures", "local t = {} while true do local x = t t = function() return x end end"],
  ["coroutines", "local t = {} while true do t[#t + 1] = coroutine.wrap(function() coroutine.yield() end) t[#t]() end"],
  ["tasks", "while true do async.spawn(function() end) end"],
  [
    "concat",
    "local t = {} for i = 1, 1e6 do t[i] = 'abcdefghijklmnopqrstuvwxyz' end while true do t[#t + 1] = table.concat(t) end",
  ],
  ["gsub", "local s = ('x'):rep(1e5) while true do s = s:gsub('x', function(c) return c .. c end) end"],
  ["format", "local s = ('x'):rep(1e5) while true do s = string.format('%s%s', s, s) end"],
  [
    "finalizers",
    "local t = {} local function gc() for i = 1, 1e9 do t[i] = {} end end setmetatable({}, {__gc = gc}) collectgarbage() while true do t[#t + 1] = {{}} end",
  ],
  [
    "load",
    "local s = ('local x = 1 '):rep(1e5) local t = {} while true do t[#t + 1] = load('do ' .. s .. ' end') or s .. #t end",
  ],
  ["pack", "local t = {} while true do t[#t + 1] = table.pack(table.unpack({}, 1, 1e5)) end"],
  ["host results", "local t = {} while true do t[#t + 1] = api.big() end"],
];

const bridges = {
  api: { big: () => ({ text: "y".repeat(100_000), list: Array.from({ length: 1000 }, (_, i) => i) }) },
};

describe("memory", () => {
  it.each(BOMBS)("stops %s at the limit", async (_name, code) => {
    const { vm, run } = openRun(engine, { memoryBytes: 8 * MB, bridges });
    const error = await errorOf(run(code));
    expect(error.code).toBe("limit.memory");
    expect(vm.memoryUsed()).toBeLessThanOrEqual(8 * MB);
  });

  // Tasks that were spawned stay alive, so there is nothing to give back.
  it.each(BOMBS.filter(([name]) => name !== "tasks"))("lets a script catch %s and go on", async (_name, code) => {
    const { vm, run } = openRun(engine, { memoryBytes: 8 * MB, bridges });
    const value = await run(
      `local ok, e = pcall(function() ${code} end) collectgarbage() return {ok, e.code, #("ab"):rep(1000)}`,
    );
    expect(value).toEqual([false, "limit.memory", 2000]);
    expect(vm.memoryUsed()).toBeLessThanOrEqual(8 * MB);
  });

  it("covers what the host passes in", async () => {
    const { run } = openRun(engine, { memoryBytes: 4 * MB, bridges: { api: { big: () => "z".repeat(5 * MB) } } });
    expect(await run("local ok, e = pcall(api.big) return {ok, e.code, e.message}")).toEqual([
      false,
      "limit.memory",
      "not enough memory",
    ]);
  });

  it("covers the arguments of a callback", async () => {
    const { vm, run } = openRun(engine, {
      memoryBytes: 4 * MB,
      bridges: { api: { call: (fn) => (fn as ScriptFunction).invoke(["z".repeat(5 * MB)]) } },
    });
    expect(await run("local ok, e = pcall(api.call, function() end) return {ok, e.code}")).toEqual([
      false,
      "limit.memory",
    ]);
    expect(vm.counts()).toEqual({ functions: 0, waits: 0, tasks: 0 });
  });

  it("is refused when not even an empty VM fits", () => {
    expect(() => openRun(engine, { memoryBytes: MB })).toThrow(expect.objectContaining({ code: "config.invalid" }));
  });
});

describe("recursion", () => {
  it.each([
    ["a function", "local function f() return 1 + f() end f()"],
    [
      "a function with many locals",
      `local function f() local ${Array.from({ length: 150 }, (_, i) => `a${i}`).join(", ")} return 1 + f() end f()`,
    ],
    [
      "__index",
      "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k .. 'x'] end local _ = t.x",
    ],
    ["pcall in C frames", "local function f() local ok, e = pcall(f) error(e, 0) end f()"],
    ["string.gsub", "local function f() return (('x'):gsub('x', f)) end f()"],
    ["table.sort", "local function f(a, b) table.sort({1, 2, 3}, f) return a < b end f(1, 2)"],
    ["coroutines", "local function f() return coroutine.wrap(f)() end f()"],
    ["tostring", "local t = setmetatable({}, {__tostring = function(t) return tostring(t) .. '' end}) tostring(t)"],
    ["load", "local function f() local g, e = load(f) error(e, 0) end f()"],
    ["require", "package.preload.a = function() package.loaded.a = nil return require('a') end require('a')"],
    ["callbacks through the host", "local function f() return api.call(f) end f()"],
    ["a deep expression", "local s = ('('):rep(1000) .. '1' .. (')'):rep(1000) assert(load('return ' .. s))"],
  ])("of %s ends catchably", async (_name, code) => {
    const recursionBridges = { api: { call: (fn: unknown) => (fn as ScriptFunction).invoke([]) } };
    const uncaught = await errorOf(openRun(engine, { bridges: recursionBridges }).run(code));
    expect(uncaught.message).toMatch(/overflow|recursed|error in error handling|too many C levels/);
    const { run } = openRun(engine, { bridges: recursionBridges });
    expect(await run(`local ok = pcall(function() ${code} end) return {ok, 1 + 1}`)).toEqual([false, 2]);
  });

  it("has its own code", async () => {
    expect((await errorOf(openRun(engine).run("local function f() return 1 + f() end f()"))).code).toBe(
      "limit.recursion",
    );
    expect((await errorOf(openRun(engine).run("local function f() return coroutine.wrap(f)() end f()"))).code).toBe(
      "limit.recursion",
    );
  });

  it("allows 50,000 nested calls", async () => {
    expect(
      await openRun(engine).run(
        "local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end return f(50000)",
      ),
    ).toBe(50_000);
  });
});

describe("final errors", () => {
  const stop = (): never => {
    throw new LlmspellError("limit.host_calls", "too many calls");
  };
  const later = async (): Promise<never> => {
    await Promise.resolve();
    return stop();
  };
  const call = (fn: unknown): never => {
    try {
      (fn as ScriptFunction).invoke([]);
    } catch {
      // A bridge that swallows errors must not keep the VM alive.
    }
    return null as never;
  };

  it.each([
    ["pcall", "while true do pcall(api.stop) end"],
    ["xpcall", "while true do xpcall(api.stop, function() return 1 end) end"],
    ["coroutines", "while true do coroutine.resume(coroutine.create(api.stop)) end"],
    ["a sort comparator", "pcall(table.sort, {1, 2, 3}, api.stop) return 1"],
    ["a finalizer", "setmetatable({}, {__gc = function() api.stop() end}) collectgarbage() return 1"],
    ["a call that waits", "pcall(api.later) while true do end"],
    ["a callback", "pcall(api.call, function() api.stop() end) return 1"],
    ["__tostring of what was raised", "error(setmetatable({}, {__tostring = api.stop}))"],
    [
      "__tostring of what a task raised",
      "async.spawn(function() error(setmetatable({}, {__tostring = api.stop})) end)",
    ],
    [
      "__tostring of what a task raised after waiting",
      "async.spawn(function() async.sleep(1) error(setmetatable({}, {__tostring = api.stop})) end)",
    ],
    [
      "a finalizer during a host call's result",
      "for i = 1, 1000 do setmetatable({}, {__gc = api.stop}) end for i = 1, 1e6 do api.list() end",
    ],
    ["a task", "local t = async.spawn(api.stop) pcall(t.await) return 1"],
    [
      "a __close handler",
      "pcall(function() local c <close> = setmetatable({}, {__close = function() while true do end end}) api.stop() end) return 1",
    ],
  ])("end the VM past %s", async (_name, code) => {
    const { vm, host, run } = openRun(engine, { bridges: { api: { stop, later, call, list: () => [1, 2, 3] } } });
    expect((await errorOf(run(code))).code).toBe("limit.host_calls");
    expect(vm.counts()).toEqual({ functions: 0, waits: 0, tasks: 0 });
    expect(host.depth).toBe(0);
  });
});

describe("the gate", () => {
  it("is entered once for each outermost entry", async () => {
    const depths: number[] = [];
    const { host, run } = openRun(engine, {
      bridges: {
        api: {
          map: (fn) => {
            depths.push(host.depth);
            return (fn as ScriptFunction).invoke([]);
          },
          later: async () => null,
        },
      },
    });
    await run("api.map(function() api.map(function() end) end) api.later() api.later()");
    expect(depths).toEqual([1, 1]);
    expect(host.entered).toBe(3);
    expect(host.depth).toBe(0);
  });
});
