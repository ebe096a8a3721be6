import { beforeAll, describe, expect, it } from "vitest";
import type { ScriptEngine } from "../../engine/script-engine.ts";
import type { ScriptValue } from "../../values/script-value.ts";
import { openRun, readyEngine } from "./fake-host.ts";

let engine: ScriptEngine;
beforeAll(async () => {
  engine = await readyEngine();
});

const run = (code: string): Promise<ScriptValue> => openRun(engine).run(code);

describe("replaced library functions answer like the C ones", () => {
  // Each expression is evaluated with the replaced function forced by a callback; expected values are those of Lua 5.4.
  const identity = "function(...) return ... end";
  const gsubs: [string, ScriptValue][] = [
    [`("hello"):gsub("", ${identity})`, ["hello", 6]],
    [`("hello"):gsub("", function() return "-" end)`, ["-h-e-l-l-o-", 6]],
    [`("abc"):gsub("%w", function() return false end)`, ["abc", 3]],
    [`("abc"):gsub("%w", function() end)`, ["abc", 3]],
    [`("abc"):gsub("b*", function(m) return "[" .. m .. "]" end)`, ["[]a[b]c[]", 3]],
    [`("abc abc"):gsub("^abc", function() return "x" end)`, ["x abc", 1]],
    [`("aaa"):gsub("^a", function() return "x" end)`, ["xaa", 1]],
    [`("THE (quick) fox"):gsub("%f[%a]%a+", function(w) return w:lower() end)`, ["the (quick) fox", 3]],
    [`("hello world"):gsub("()o()", function(a, b) return a .. "," .. b end)`, ["hell5,6 w8,9rld", 2]],
    [`("a,b,,c"):gsub("[^,]*", function(s) return "<" .. s .. ">" end)`, ["<a>,<b>,<>,<c>", 4]],
    [`("abcd"):gsub("%w", function(c) return c .. c end, 2)`, ["aabbcd", 2]],
    [`("abcd"):gsub("%w", function(c) return c end, 0)`, ["abcd", 0]],
    [`("abcd"):gsub("%w", function(c) return c end, -1)`, ["abcd", 0]],
    [`("x"):gsub("x", function() return 12 end)`, ["12", 1]],
    [`("$name is $age"):gsub("%$(%w+)", setmetatable({}, {__index = {name = "Lua", age = 1.5}}))`, ["Lua is 1.5", 2]],
    [`("a.b"):gsub(".", setmetatable({}, {__index = {a = false, ["."] = "!"}}))`, ["a!b", 3]],
    [`("(x)"):gsub("%b()", function(m) return #m end)`, ["3", 1]],
    [`("a\\0b"):gsub("%z", function() return "0" end)`, ["a0b", 1]],
    [`(""):gsub("", function() return "x" end)`, ["x", 1]],
    [`(""):gsub("^", function() return "x" end)`, ["x", 1]],
    [`("abc"):gsub("%w$", function(c) return c:upper() end)`, ["abC", 1]],
  ];
  it.each(gsubs)("gsub %s", async (expression, expected) => {
    expect(await run(`return {${expression}}`)).toEqual(expected);
  });

  it("gsub agrees with the C function on random subjects and patterns", async () => {
    const code = `
      local patterns = {"a*", "a-b", "%w+", "[ab]", "(a)(b?)", "()", "^a*", "b$", "%f[b]", "a?", ".", "(a*)b*"}
      for i = 1, 2000 do
        local s = {}
        for j = 1, math.random(0, 8) do s[j] = ("abc "):sub(math.random(4), -1):sub(1, 1) end
        s = table.concat(s)
        local p, n = patterns[math.random(#patterns)], math.random(0, 4)
        local seen = {}
        local a, ca = s:gsub(p, "<%0>", n)
        local b, cb = s:gsub(p, function(...) return nil end, n)
        local start = {}
        local c, cc = s:gsub("(" .. p:gsub("^%^", "") .. ")", function(m) return "<" .. m .. ">" end, n)
        if ca ~= cb or b ~= s then error(p .. "|" .. s .. "|" .. n .. "|" .. ca .. "|" .. cb) end
        if p:sub(1, 1) ~= "^" and p:sub(-1) ~= "$" and (a ~= c or ca ~= cc) then error(p .. "|" .. s .. "|" .. a .. "|" .. c) end
      end
      return true`;
    expect(await run(code)).toBe(true);
  });

  it("sort agrees with the C function, whatever the order of its input", async () => {
    const code = `
      for round = 1, 300 do
        local a, b = {}, {}
        local n, range = math.random(0, 80), math.random(1, 60)
        for i = 1, n do a[i] = math.random(range) b[i] = a[i] end
        table.sort(a)
        table.sort(b, function(x, y) return x < y end)
        for i = 1, n do assert(a[i] == b[i]) end
      end
      local sorted = {}
      for i = 1, 2000 do sorted[i] = i end
      table.sort(sorted, function(x, y) return x > y end)
      for i = 1, 2000 do assert(sorted[i] == 2001 - i) end
      return true`;
    expect(await run(code)).toBe(true);
  });

  it("sort ends with an error or an order when the comparator is inconsistent", async () => {
    const code = `
      local t = {}
      for i = 1, 200 do t[i] = i % 7 end
      local ok, e = pcall(table.sort, t, function() return true end)
      return ok or (e:find("invalid order function for sorting", 1, true) ~= nil)`;
    expect(await run(code)).toBe(true);
  });

  const errors: [code: string, message: string][] = [
    ["string.rep()", "bad argument #1 to 'rep' (string expected, got no value)"],
    ["string.sub({})", "bad argument #1 to 'sub' (string expected, got table)"],
    ["('x'):rep(1e10)", "resulting string too large"],
    ["table.concat({1, {}, 3})", "invalid value (at index 2) in table for 'concat'"],
    ["table.insert({1}, 5, 2)", "bad argument #2 to 'insert' (position out of bounds)"],
    ["table.insert(nil, 1)", "bad argument #1 to 'insert' (table expected, got nil)"],
    ["table.sort({3, 'x'}, function(a, b) return a < b end)", "attempt to compare"],
    ["table.sort({{}, {}})", "attempt to compare two table values"],
    ["table.sort({{}, 1})", "attempt to compare"],
    ["'a' .. select(2, pcall(require)) .. nil", "attempt to concatenate a nil value"],
    ["string.gsub('x', '(', function() end)", "unfinished capture"],
    ["string.gsub('x', 'x', function() return {} end)", "invalid replacement value (a table)"],
    ["string.format('%d', 'x')", "bad argument #2 to 'format' (number expected, got string)"],
    ["ipairs()", "bad argument #1 to 'ipairs' (value expected)"],
    ["setmetatable(1, {})", "bad argument #1 to 'setmetatable' (table expected, got number)"],
    ["tostring()", "bad argument #1 to 'tostring' (value expected)"],
    ["io.write({})", "bad argument #1 to 'write' (string expected, got table)"],
    ["nothing.x = 1", "attempt to index a nil value (global 'nothing')"],
    ["('x') + 1", "attempt to add a 'string' with a 'number'"],
  ];
  it.each(errors)("%s raises Lua's message", async (code, message) => {
    const value = await run(
      `local ok, e = pcall(load(${JSON.stringify(code)}) or load(${JSON.stringify(`return ${code}`)})) return e`,
    );
    expect(value).toContain(message);
    expect(value).not.toContain("llmspell");
  });
});

describe("the libraries of a script", () => {
  it("reach nothing outside of the run", async () => {
    const code = `
      local found = {}
      for _, name in ipairs{"dofile", "loadfile", "debug.getinfo", "debug.sethook", "debug.getregistry", "debug.getupvalue",
        "os.execute", "os.getenv", "os.exit", "os.remove", "os.rename", "os.tmpname", "os.setlocale", "io.open", "io.read",
        "io.lines", "io.popen", "io.stdout", "package.loadlib", "package.searchers", "package.searchpath", "string.dump"} do
        local value = _G
        for part in name:gmatch("%w+") do value = value and value[part] end
        if value ~= nil then found[#found + 1] = name end
      end
      return found`;
    expect(await run(code)).toEqual({});
  });

  it("have exactly the safe members", async () => {
    const code = `
      local names = {}
      for _, lib in ipairs{"io", "os", "debug", "package"} do
        for name in pairs(_G[lib]) do names[#names + 1] = lib .. "." .. name end
      end
      table.sort(names)
      return names`;
    expect(await run(code)).toEqual([
      "debug.traceback",
      "io.write",
      "os.clock",
      "os.date",
      "os.difftime",
      "os.time",
      "package.config",
      "package.cpath",
      "package.loaded",
      "package.path",
      "package.preload",
    ]);
  });

  it("load text only", async () => {
    const code = `
      local bytecode = "\\27Lua\\84\\0"
      local made = string.dump and string.dump(print)
      return {load(bytecode) == nil, load(bytecode, "x", "b") == nil, load("return 1", "x", "bt")(), load("return 1", "x", "b") == nil, made == nil}`;
    expect(await run(code)).toEqual([true, true, 1, true, true]);
  });

  it("show no way into the string metatable", async () => {
    expect(await run("return getmetatable('x')")).toBe(false);
  });

  it("take time and random numbers from the run", async () => {
    const code =
      "return {os.time(), os.date('!%Y-%m-%dT%H:%M:%S'), os.time{year=2020, month=1, day=1, hour=0}, math.random(1e9), os.date('*t', 0).year}";
    const first = await openRun(engine, { seed: 7 }).run(code);
    const second = await openRun(engine, { seed: 7 }).run(code);
    const other = await openRun(engine, { seed: 8 }).run(code);
    expect(first).toEqual(second);
    expect((first as number[]).slice(0, 3)).toEqual([1_700_000_000, "2023-11-14T22:13:20", 1_577_836_800]);
    expect((first as number[])[3]).not.toBe((other as number[])[3]);
    expect((first as number[])[4]).toBe(1970);
  });

  it("keep the order of tables from run to run", async () => {
    const code = `
      local t, keys = {}, {}
      for i = 1, 50 do t["key" .. math.random(1000)] = i; t[{}] = i; t[print] = 1 end
      for k in pairs(t) do keys[#keys + 1] = tostring(k) end
      return table.concat(keys, " ")`;
    expect(await openRun(engine).run(code)).toBe(await openRun(engine).run(code));
  });

  it("format dates", async () => {
    const formats =
      "%a %A %b %B %c %C %d %D %e %F %g %G %H %I %j %m %M %n %p %r %R %S %T %u %U %V %w %W %x %X %y %Y %z %Z %%";
    expect(await run(`return os.date("!${formats}", 1709210096)`)).toBe(
      "Thu Thursday Feb February Thu Feb 29 12:34:56 2024 20 29 02/29/24 29 2024-02-29 24 2024 12 12 060 02 34 \n PM 12:34:56 PM 12:34 56 12:34:56 4 08 09 4 09 02/29/24 12:34:56 24 2024 +0000 UTC %",
    );
    expect(await run("return os.time(os.date('*t', 1709210096))")).toBe(1709210096);
    expect(await run("return {pcall(os.date, '%Q')}")).toEqual([
      false,
      expect.stringContaining("invalid conversion specifier"),
    ]);
  });

  it("keep conveniences of Lua 5.1", async () => {
    expect(await run("return {math.pow(2, 10), unpack({1, 2})}")).toEqual([1024, 1, 2]);
  });

  it("write and print to the console bridge", async () => {
    const { host, run: runScript } = openRun(engine);
    await runScript("print('a', nil, 1.5, true) io.write('x', 1):write('y') io:write('z') print()");
    expect(host.output).toBe("a\tnil\t1.5\ttrue\nx1yz\n");
  });

  it("show a traceback of the script only", async () => {
    const code =
      "local function inner() local t = debug.traceback('why') return t end\nlocal function outer() local t = inner() return t end\nlocal t = outer() return t";
    expect(await run(code)).toBe(
      "why\nstack traceback:\n\tspell.lua:1: in function 'inner'\n\tspell.lua:2: in function 'outer'\n\tspell.lua:3: in main chunk",
    );
  });
});

describe("modules", () => {
  const modules = {
    a: "print('loading a') local b = require('b') return {name = ..., b = b}",
    b: "return {v = 2}",
    nothing: "local x = 1",
    one: "return require('two')",
    two: "return require('one')",
    broken: "local x =\n= 2",
    failing: "error('no luck')",
  };

  it("load once each", async () => {
    const { host, run: runScript } = openRun(engine, { modules });
    expect(
      await runScript("local a = require('a') return {a.name, a.b.v, require('a') == a, (require('nothing'))}"),
    ).toEqual(["a", 2, true, true]);
    expect(host.output).toBe("loading a\n");
  });

  it.each([
    ["one", "script.error", /module cycle: one\.lua -> two\.lua -> one\.lua/],
    ["missing", "script.module_not_found", /no module "missing"/],
    ["broken", "script.syntax", /unexpected symbol/],
    ["failing", "script.error", /^no luck$/],
  ])("fail when the module is %s", async (name, code, message) => {
    const error = await openRun(engine, { modules })
      .run(`require("${name}")`)
      .then(
        () => null,
        (e: unknown) => e as { code: string; message: string },
      );
    expect(error?.code).toBe(code);
    expect(error?.message).toMatch(message);
  });

  it("wait for a module that another task is loading", async () => {
    const { run: runScript } = openRun(engine, { modules: { slow: "async.sleep(2) return {}" } });
    expect(
      await runScript(
        "local r = async.all{function() return require('slow') end, function() return require('slow') end} return r[1] == r[2]",
      ),
    ).toBe(true);
  });
});
