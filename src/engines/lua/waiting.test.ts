import { beforeAll, describe, expect, it } from "vitest";
import type { ScriptEngine } from "../../engine/script-engine.ts";
import { LlmspellError } from "../../errors.ts";
import type { ScriptValue } from "../../values/script-value.ts";
import { errorOf, openRun, readyEngine, type HostMethod } from "./fake-host.ts";

let engine: ScriptEngine;
beforeAll(async () => {
  engine = await readyEngine();
});

const later: HostMethod = (value) => new Promise((resolve) => setImmediate(() => resolve(value)));
const reject: HostMethod = async () => {
  throw new LlmspellError("http.network", "no route", { details: { host: "x" } });
};

async function run(code: string): Promise<ScriptValue> {
  const { vm, run } = openRun(engine, { bridges: { api: { later, reject } } });
  const value = await run(`local later = api.later\n${code}`);
  expect(vm.counts()).toEqual({ functions: 0, waits: 0, tasks: 0 });
  return value;
}

describe("waiting in Lua code", () => {
  const cases: [name: string, code: string, expected: ScriptValue][] = [
    ["at the top", "return later(1)", 1],
    ["in pcall", "return {pcall(function() return later(1) end)}", [true, 1]],
    [
      "in nested pcall that fails afterwards",
      "return {pcall(function() pcall(later, 1) error('x', 0) end)}",
      [false, "x"],
    ],
    ["in xpcall", "return {xpcall(function(a) return later(a) end, print, 3)}", [true, 3]],
    [
      "in a rejected call under pcall",
      "local ok, e = pcall(api.reject) return {ok, e.code, e.retryable, e.details.host}",
      [false, "http.network", true, "x"],
    ],
    ["in __index", "return setmetatable({}, {__index = function(_, k) return later(k) end}).name", "name"],
    [
      "in __newindex",
      "local s local t = setmetatable({}, {__newindex = function(_, k, v) s = later(k .. v) end}) t.a = 'b' return s",
      "ab",
    ],
    ["in __add", "return setmetatable({}, {__add = function(a, b) return later(b) end}) + 4", 4],
    [
      "in __add with a string on the left",
      "return '1' + setmetatable({}, {__add = function(a, b) return later(a) end})",
      "1",
    ],
    ["in __concat", "return 'a' .. setmetatable({}, {__concat = function(a, b) return later(a .. 'b') end})", "ab"],
    ["in __call", "return setmetatable({}, {__call = function(_, a) return later(a) end})(5)", 5],
    [
      "in __lt",
      "local m = {__lt = function(a, b) return later(true) end} return setmetatable({}, m) < setmetatable({}, m)",
      true,
    ],
    [
      "in __eq",
      "local m = {__eq = function(a, b) return later(true) end} return setmetatable({}, m) == setmetatable({}, m)",
      true,
    ],
    ["in __len", "return #setmetatable({}, {__len = function() return later(7) end})", 7],
    [
      "in __close",
      "local r do local c <close> = setmetatable({}, {__close = function() r = later(3) end}) end return r",
      3,
    ],
    [
      "in a for-in iterator",
      "local s = 0 for i in function(_, c) c = later((c or 0) + 1) if c < 4 then return c end end do s = s + i end return s",
      6,
    ],
    [
      "in __pairs",
      "local s = 0 for k, v in pairs(setmetatable({}, {__pairs = function() later(1) return next, {a = 2}, nil end})) do s = s + v end return s",
      2,
    ],
    [
      "in coroutine.wrap",
      "local f = coroutine.wrap(function() coroutine.yield(later(1)) return later(2) end) return {f(), f()}",
      [1, 2],
    ],
    [
      "in coroutine.resume",
      "local co = coroutine.create(function(a) local b = coroutine.yield(later(a)) return later(b) end) return {select(2, coroutine.resume(co, 1)), select(2, coroutine.resume(co, 2)), coroutine.status(co)}",
      [1, 2, "dead"],
    ],
    [
      "in a coroutine in a coroutine",
      "return coroutine.wrap(function() return coroutine.wrap(function() return later(9) end)() end)()",
      9,
    ],
    [
      "in an iterator made by coroutine.wrap",
      "local s = 0 for v in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(later(i)) end end) do s = s + v end return s",
      6,
    ],
    [
      "in a sort comparator",
      "local t = {3, 1, 2, 9, 4} table.sort(t, function(a, b) return later(a) > b end) return t",
      [9, 4, 3, 2, 1],
    ],
    [
      "in __lt called by sort",
      "local m = {__lt = function(a, b) return later(a.v) < b.v end} local t = {} for i, v in ipairs{3, 1, 2} do t[i] = setmetatable({v = v}, m) end table.sort(t) return {t[1].v, t[2].v, t[3].v}",
      [1, 2, 3],
    ],
    [
      "in a gsub callback",
      "return {string.gsub('a b c', '%a', function(c) return later(c:upper()) end)}",
      ["A B C", 3],
    ],
    ["in a gsub method callback", "return (('k=v'):gsub('(%w)=(%w)', function(k, v) return later(v .. k) end))", "vk"],
    [
      "in a gsub table with __index",
      "return (('a b'):gsub('%a', setmetatable({}, {__index = function(_, k) return later(k .. k) end})))",
      "aa bb",
    ],
    [
      "in __tostring",
      "return tostring(setmetatable({}, {__tostring = function() return later('shown') end}))",
      "shown",
    ],
    [
      "in __tostring called by string.format",
      "return string.format('%5d|%s|%%', 3, setmetatable({}, {__tostring = function() return later('shown') end}))",
      "    3|shown|%",
    ],
    [
      "in table.concat of a proxy",
      "return table.concat(setmetatable({}, {__index = function(_, i) return later('x' .. i) end, __len = function() return 3 end}), ',')",
      "x1,x2,x3",
    ],
    [
      "in table.unpack of a proxy",
      "return {table.unpack(setmetatable({}, {__index = function(_, i) return later(i) end}), 1, 3)}",
      [1, 2, 3],
    ],
    [
      "in table.insert into a proxy",
      "local store = {} local p = setmetatable({}, {__index = store, __len = function() return later(#store) end, __newindex = function(_, k, v) later(1) store[k] = v end}) table.insert(p, 'a') table.insert(p, 1, 'b') return store",
      ["b", "a"],
    ],
    [
      "in table.remove from a proxy",
      "local store = {1, 2, 3} local p = setmetatable({}, {__index = function(_, k) return later(store[k]) end, __len = function() return #store end, __newindex = function(_, k, v) store[k] = v end}) return {table.remove(p, 1), #store}",
      [1, 2],
    ],
    [
      "in table.move to a proxy",
      "local store = {} table.move({1, 2, 3}, 1, 3, 2, setmetatable({}, {__newindex = function(_, k, v) store[k] = later(v) end})) store[1] = 0 return store",
      [0, 1, 2, 3],
    ],
    [
      "in ipairs of a proxy",
      "local s = 0 for _, v in ipairs(setmetatable({}, {__index = function(_, i) if i < 4 then return later(i) end end})) do s = s + v end return s",
      6,
    ],
    ["in a module", "package.preload.m = function() return later({v = 1}) end return require('m').v", 1],
  ];
  it.each(cases)("%s", async (_name, code, expected) => {
    expect(await run(code)).toEqual(expected);
  });

  it("prints objects whose __tostring waits", async () => {
    const { host, run: runScript } = openRun(engine, { bridges: { api: { later } } });
    await runScript("print(setmetatable({}, {__tostring = function() return api.later('shown') end}), 2)");
    expect(host.output).toBe("shown\t2\n");
  });

  it("lets other tasks see a coroutine that waits as running", async () => {
    const code = `
      local co = coroutine.create(function() return later(1) end)
      local t = async.spawn(function() return coroutine.resume(co) end)
      async.sleep(0)
      local u = async.spawn(function()
        local inner = coroutine.create(function() async.sleep(5) return "end" end)
        local w = async.spawn(function() return select(2, coroutine.resume(inner)) end)
        async.sleep(0)
        local status = coroutine.status(inner)
        local ok, why = coroutine.resume(inner)
        local closed = pcall(coroutine.close, inner)
        return {status, ok, why, closed, w:await()}
      end)
      t:await()
      return u:await()`;
    expect(await run(code)).toEqual(["normal", false, "cannot resume non-suspended coroutine", false, "end"]);
  });
});

describe("where Lua cannot wait", () => {
  const places: [name: string, code: string][] = [
    ["a load reader", "local f, e = load(function() return later('x') end) error(e, 0)"],
    ["an xpcall handler", "local _, e = xpcall(error, function() return later(1) end) error(e, 0)"],
    ["a coroutine resumed by a load reader", "local f, e = load(coroutine.wrap(function() later(1) end)) error(e, 0)"],
    [
      "a finalizer",
      "local e setmetatable({}, {__gc = function() local ok ok, e = pcall(later, 1) end}) collectgarbage() error(e, 0)",
    ],
    [
      "coroutine.close",
      "local e local co = coroutine.create(function() local c <close> = setmetatable({}, {__close = function() local ok ok, e = pcall(later, 1) end}) coroutine.yield() end) coroutine.resume(co) coroutine.close(co) error(e, 0)",
    ],
    [
      "a task awaited in a finalizer",
      "local e local t = async.spawn(function() async.sleep(5) end) setmetatable({}, {__gc = function() local ok ok, e = pcall(t.await) end}) collectgarbage() error(e, 0)",
    ],
    [
      "coroutine.yield in a load reader",
      "coroutine.wrap(function() local f, e = load(function() coroutine.yield(1) end) error(e, 0) end)()",
    ],
  ];
  it.each(places)("raises wait.not_allowed in %s", async (_name, code) => {
    const error = await errorOf(run(code));
    expect(error.code).toBe("wait.not_allowed");
  });
});

describe("coroutines keep their meaning", () => {
  const cases: [name: string, code: string, expected: ScriptValue][] = [
    [
      "yield outside",
      "local ok, e = pcall(coroutine.yield, 1) return e:match('attempt to yield from outside a coroutine$')",
      "attempt to yield from outside a coroutine",
    ],
    ["running in the script", "local _, main = coroutine.running() return main", true],
    [
      "running in a task",
      "return async.spawn(function() local _, main = coroutine.running() return main end):await()",
      true,
    ],
    [
      "running in a coroutine",
      "return coroutine.wrap(function() local co, main = coroutine.running() return {type(co), main} end)()",
      ["thread", false],
    ],
    [
      "isyieldable",
      "return {coroutine.isyieldable(), coroutine.wrap(function() return coroutine.isyieldable() end)()}",
      [false, true],
    ],
    ["no extra results of resume", "return select('#', coroutine.resume(coroutine.create(function() end)))", 1],
    [
      "dead coroutine",
      "local co = coroutine.wrap(function() end) co() return select(2, pcall(co)):match('cannot resume dead coroutine$')",
      "cannot resume dead coroutine",
    ],
    [
      "errors of wrap keep tables",
      "local ok, e = pcall(coroutine.wrap(function() error({code = 'a.b'}) end)) return e.code",
      "a.b",
    ],
    [
      "close runs pending __close",
      "local r local co = coroutine.create(function() local c <close> = setmetatable({}, {__close = function() r = 'closed' end}) coroutine.yield() end) coroutine.resume(co) return {coroutine.close(co), r}",
      [true, "closed"],
    ],
  ];
  it.each(cases)("%s", async (_name, code, expected) => {
    expect(await run(code)).toEqual(expected);
  });
});
