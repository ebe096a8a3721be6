import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runCli, startCli } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch.ts";

/** What a session prints for lines on its standard input. */
async function session(language: string, lines: string, flags: string[] = [], cwd?: string) {
  return runCli(["repl", "-e", language, ...flags], { input: lines, ...(cwd === undefined ? {} : { cwd }) });
}

describe.concurrent("a session without a terminal", { timeout: 60_000 }, () => {
  it("evaluates the lines of standard input, without a prompt", async () => {
    const { stdout, stderr, code } = await session(
      "lua",
      "print(1)\nlocal x = 2\nx + 1\nfor i = 1, 2 do\n  print(i)\nend\n1, nil, 'a'\n_",
    );
    expect({ stdout, stderr, code }).toEqual({ stdout: '1\n3\n1\n2\n1\tnil\t"a"\n1\n', stderr: "", code: 0 });
  });

  it("has Lua as its language where none is named", async () => {
    expect(await runCli(["repl"], { input: "#'abc'" })).toMatchObject({ stdout: "3\n", code: 0 });
  });

  it("shows Lua's values in Lua's syntax", async () => {
    const { stdout } = await session(
      "lua",
      `{1, 2, {a = {b = {c = {d = {e = 1}}}}}}
{x = 1, ["a b"] = true, [10] = "\\0\\200\\n", [1.5] = print}
setmetatable({}, {__tostring = function() return "mine" end})
"two\\nlines"
("x"):rep(2100)
json.decode("[null]")[1]
`,
    );
    expect(stdout).toBe(
      `{1, 2, {a = {b = {c = {d = { --[[ … ]] }}}}}}
{[1.5] = <function>, [10] = "\\000\\xC8\\n", ["a b"] = true, x = 1}
<mine>
[[
two
lines]]
"${"x".repeat(2000)}"… (2100 bytes)
<null>
`,
    );
  });

  it("breaks values that are wider than the terminal, and says how many are left out", async () => {
    const { stdout } = await session("lua", "t = {} for i = 1, 150 do t[i] = {i} end\nt");
    expect(stdout).toMatch(/^\{\n {2}\{1\},\n/);
    expect(stdout).toMatch(/ {2}\{100\},\n {2}--\[\[ 50 more \]\]\n\}\n$/);
  });

  it("shows JavaScript's values in JavaScript's syntax, and calls no getter", async () => {
    const { stdout } = await session(
      "js",
      `class A { constructor() { this.m = new Map([["k", new Set([1])]]) } }
new A()
[undefined, null, -0, 5n, Symbol("s"), () => 1, function f() {}, A, /x/g, new Date(0)]
{ get g() { console.log("called") }, "a b": "\\u001b", [Symbol("k")]: 1 }
Object.create(null)
new Error("e")
\`two
lines \\\`\\\${\`
new Uint8Array([1, 2])
await Promise.resolve("awaited")
Promise.resolve("waited for")
console.log("noise")
`,
    );
    expect(stdout).toBe(
      `A { m: Map(1) { "k" => Set(1) { 1 } } }
[
  undefined,
  null,
  -0,
  5n,
  Symbol(s),
  [Function],
  [Function: f],
  [class: A],
  /x/g,
  1970-01-01T00:00:00.000Z
]
{ g: [Getter], "a b": "\\u001b", [Symbol(k)]: 1 }
{}
[Error: e]
\`two
lines \\\`\\\${\`
Uint8Array(2) [1, 2]
"awaited"
"waited for"
noise
`,
    );
  });

  it("shows Tengo's values in Tengo's syntax", async () => {
    const { stdout, stderr } = await session(
      "tengo",
      `[1, 2.0, 1.5e300, -1e-9, true, 'a', '\\'', '"', '\\n', 'é', bytes("q\\xff"), undefined]
error({code: "x", "a b": [error(undefined)]})
immutable([1, immutable({a: 1})])
[[], {}, immutable([])]
{a: {b: {c: {d: {e: {f: 1}}}}}}
func() {}
[len, llm.session()]
"two\\nlines"
"a\\tb \\x00"
import("times").date(2020, 1, 2, 3, 4, 5, 6)
llm.chat()
stdin
undefined
fmt.println("noise")
`,
    );
    expect({ stdout, stderr }).toEqual({
      stdout: `[
  1,
  2.0,
  1.5e+300,
  -1e-09,
  true,
  'a',
  '\\'',
  '"',
  '\\n',
  'é',
  bytes("q\\xff"),
  undefined
]
error({"a b": [error(undefined)], code: "x"})
immutable([1, immutable({a: 1})])
[[], {}, immutable([])]
{a: {b: {c: {d: {e: {/* … */}}}}}}
<compiled-function>
[<builtin-function:len>, <llm.session>]
\`two
lines\`
"a\\tb \\x00"
<time 2020-01-02 03:04:05.000000006 +0000 UTC>
error({
  code: "input.invalid",
  details: {issues: [{message: "Invalid input", path: []}], method: "llm.chat"},
  hint: "Use llm.chat(prompt, options?).",
  message: "llm.chat: prompt is missing",
  retryable: false
})
undefined
undefined
noise
`,
      stderr: "",
    });
  });

  it("keeps what Tengo defines at the top, and lets it be defined anew", async () => {
    using folder = scratchFolder({
      "shapes.tengo": 'count := 0\nexport {area: func(w, h) { return w * h }, name: "shapes"}',
    });
    const { stdout, stderr } = await session(
      "tengo",
      `x := 1
x = x + 1
x := x * 10
x++
x
c := 0; inc := func() { c += 1; return c }
inc(); inc()
c
fact := func(n) { return n <= 1 ? 1 : n * fact(n - 1) }
fact(20)
len := func(x) { return "mine" }
len([])
shapes := import("shapes")
shapes.area(2, 3)
if y := 5; y > 4 {
  x = y
}
x
l := [1]; l = append(l, 2); l[0] = 7
l
_
async.spawn(func() { return x }).await()
export 9
`,
      [],
      folder.path,
    );
    expect({ stdout, stderr }).toEqual({
      stdout: `21\n2\n2\n2432902008176640000\n"mine"\n6\n5\n[7, 2]\n[7, 2]\n5\n9\n`,
      stderr: "",
    });
  });

  it.each([
    ["nope", "error[script.syntax]: unresolved reference 'nope'\n  --> <input 1>:1:1", 1],
    ["x := 1\nif true { y := 2 }\ny", "error[script.syntax]: unresolved reference 'y'\n  --> <input 3>:1:1", 1],
    ["llm = 4", "error[script.syntax]: cannot assign to 'llm': use := to define a variable of this name", 1],
    ["return 5", "error[script.syntax]: return not allowed outside function", 1],
    ['import("strings")', "Tengo's standard library is all that is there", 1],
    ["f := func(a) {\n  return a / 0\n}\nf(1)", "--> <input 1>:2:10\n    |\n  2 |   return a / 0", 1],
    ["f := func() { return f() + 1 }\nf()", "error[limit.recursion]", 6],
    ['s := "x"\nfor { s += s }', "error[limit.memory]", 6],
  ])("ends at Tengo's %j with the place of the error", async (lines, shown, exit) => {
    const { stderr, code } = await session("tengo", lines);
    expect(stderr).toContain(shown);
    expect(code).toBe(exit);
  });

  it("keeps what JavaScript declares at the top, functions and imports too", async () => {
    using folder = scratchFolder({ "mod.js": "export default 1; export const named = 2;" });
    const { stdout, stderr } = await session(
      "js",
      `const { a, b: [c] } = { a: 1, b: [2] }
const x = 1
const x = x + 1
import one, { named } from "./mod.js"
function f() { return g() }
function g() { return a + c + x + one + named }
f()
`,
      [],
      folder.path,
    );
    expect({ stdout, stderr }).toEqual({ stdout: "8\n", stderr: "" });
  });

  it("ends at the first error, with its exit code and the line", async () => {
    const { stdout, stderr, code } = await session("js", "1\nfunction f() {\n  missing()\n}\nf()\n2\n");
    expect({ stdout, code }).toEqual({ stdout: "1\n", code: 1 });
    expect(stderr).toContain("error[script.error]: ReferenceError: missing is not defined\n  --> <input 2>:2:3");
    expect(stderr).toContain("2 |   missing()\n    |   ^\n   at (<input 3>:1:1)\n");
    expect(await session("lua", "1 +\n")).toMatchObject({ code: 1, stderr: expect.stringContaining("script.syntax") });
    expect(await session("lua", "while true do end", ["--cpu", "300ms"])).toMatchObject({ code: 6 });
    expect(await session("lua", "http.get('https://example.com')")).toMatchObject({ code: 5 });
  });

  it("tells what failed unseen, once all is done", async () => {
    const { stdout, stderr, code } = await session("js", "Promise.reject(new Error('unseen')); 5\nconsole.log(6)");
    expect({ stdout, code }).toEqual({ stdout: "5\n6\n", code: 1 });
    expect(stderr).toContain("unseen\n  --> <input 1>:1:20");
  });

  it("counts host calls and output by input", async () => {
    const call = "state.set('a', 1) state.set('b', 2)";
    const flags = ["--limit", "hostCalls=3", "--limit", "outputBytes=20"];
    const { stdout, code } = await session("lua", `${`${call} print('0123456789')\n`.repeat(5)}1`, flags);
    expect({ stdout, code }).toEqual({ stdout: `${"0123456789\n".repeat(5)}1\n`, code: 0 });
    expect(await session("lua", `${call} ${call}`, flags)).toMatchObject({ code: 6 });
    expect(await session("lua", "print(('x'):rep(30))", flags)).toMatchObject({ code: 6 });
  });

  it("gets parameters, and permissions of flags", async () => {
    const flags = ["-p", "who=world", "--allow-env", "PATH"];
    expect(await session("lua", "'hello ' .. params.who, env.PATH ~= nil", flags)).toMatchObject({
      stdout: '"hello world"\ttrue\n',
    });
  });

  it("obeys the prompt's commands", async () => {
    using folder = scratchFolder({ "lib.lua": "#!/usr/bin/env lua\nfunction twice(x)\n  return 2 * x\nend" });
    const lines = ".load lib.lua\ntwice(4)\n.type llm.chat\n.type {1}\n.save out.lua\n.exit\nnever()\n";
    const { stdout, code } = await session("lua", lines, [], folder.path);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^8\nllm\.chat\(prompt, options\?\): .+\ntable, 1 entry\n$/);
    expect(readFileSync(`${folder.path}/out.lua`, "utf8")).toBe("\nfunction twice(x)\n  return 2 * x\nend\ntwice(4)\n");
  });

  it("names a wrong command, language, flag or file", async () => {
    expect(await session("lua", ".nothing")).toMatchObject({ code: 2, stderr: expect.stringContaining(".nothing") });
    expect(await session("lua", ".load")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Usage: .load FILE"),
    });
    expect(await session("lua", ".load no.lua")).toMatchObject({ code: 2, stderr: expect.stringContaining("no.lua") });
    expect(await session("cobol", "")).toMatchObject({ code: 2, stderr: expect.stringContaining("lua, js, ts") });
    expect(await session("lua", "", ["--cpu", "soon"])).toMatchObject({ code: 2 });
  });

  it("ends at an interruption, with 130", async () => {
    const cli = startCli(["repl"], { keepInputOpen: true });
    cli.process.stdin.write("print('begun') util.sleep(3600000)\n");
    await cli.printed("begun");
    cli.process.kill("SIGINT");
    expect(await cli.ended).toMatchObject({ code: 130 });
  });
});
