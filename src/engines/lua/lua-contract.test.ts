import { describe, expect, it } from "vitest";
import type { ContractScripts } from "../../testing/contract-scripts.ts";
import { engineContract } from "../../testing/engine-contract.ts";
import { createLuaEngine } from "./lua-engine.ts";

const SCRIPTS: ContractScripts = {
  answer: "return 42",
  echo: "return demo.echo(params.value)",
  later: "return demo.later(params.value)",
  spellings: "return { demo.two_words(), demo.twoWords() }",
  named: "return { named:known(), named:any_name(1) }",
  catches: `
    local ok, e = pcall(demo.fail)
    return { e.code, e.message, e.retryable, e.details.reason, ok }`,
  catchesLater: `
    local ok, e = pcall(demo.fail_later)
    return { e.code, e.message, e.retryable, e.details.reason, ok }`,
  raises: `-- line 1
error("something is broken")`,
  syntaxError: "local x = = 1",
  callback: "return demo.apply(function(n) return n * 2 end, 21)",
  waitingCallback: "return demo.apply(function(n) return demo.later(n * 2) end, 21)",
  concurrent: `
    return async.all {
      async.spawn(function() return demo.later("a") end),
      async.spawn(function() return demo.later("b") end),
    }`,
  hangs: `
    local kept = "kept"
    return { demo.hang(), kept }`,
  final: `
    pcall(demo.final)
    return "survived"`,
  recursion: `
    local function f(n) return f(n + 1) + 1 end
    local ok = pcall(f, 1)
    return ok and "returned" or "caught"`,
  memory: `
    local all = {}
    while true do all[#all + 1] = ("x"):rep(1000) .. #all end`,
  memoryCaught: `
    local ok = pcall(string.rep, "x", 1 << 28)
    return ok and "held" or "caught"`,
  cycle: `
    local t = {}
    t.self = t
    local _, e = pcall(demo.echo, t)
    return e.code`,
  background: `
    async.spawn(function()
      demo.later(1)
      print("done")
    end)
    return "first"`,
  keeps: `
    demo.keep(function(n) return n * 2 end)
    return demo.hang()`,
  iterates: `
    local all = {}
    for n in demo.counter(3) do all[#all + 1] = n end
    all[#all + 1] = demo.counter(1):next()
    return all`,
  globals: "return { demo.limit, stdin, stdin }",
  module: 'return require("lib").answer',
  moduleSource: "return { answer = 42 }",
  random: "return { math.random(), math.random(), math.random(1000000) }",
  clock: "return os.time()",
  prints: 'print("hello")',
  escapes: `
    local found = {}
    local function probe(name, value) if value ~= nil then found[#found + 1] = name end end
    for _, name in ipairs { "dofile", "loadfile", "process", "ffi", "jit" } do probe(name, _G[name]) end
    for name in pairs(io or {}) do if name ~= "write" then probe("io." .. name, true) end end
    for _, name in ipairs { "execute", "exit", "getenv", "remove", "rename", "setlocale", "tmpname" } do probe("os." .. name, os[name]) end
    for _, name in ipairs { "fs", "os.posix", "socket", "node:fs", "/etc/passwd", "../../etc/passwd" } do
      if pcall(require, name) then probe("require " .. name, true) end
    end
    for name in pairs(debug or {}) do if name ~= "traceback" then probe("debug." .. name, true) end end
    for _, name in ipairs { "loadlib", "cpath", "searchpath" } do
      local value = package and package[name]
      probe("package." .. name, value ~= "" and value or nil)
    end
    probe("string.dump", string.dump)
    probe("bytecode", load("\\27Lua"))
    return found`,
};

describe("the Lua engine fulfils the engine contract", () => {
  it.each(engineContract(createLuaEngine, SCRIPTS))("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
