import { beforeAll, describe, expect, it } from "vitest";
import type { ScriptEngine } from "../../engine/script-engine.ts";
import { LlmspellError } from "../../errors.ts";
import { errorOf, openRun, readyEngine } from "./fake-host.ts";

let engine: ScriptEngine;
beforeAll(async () => {
  engine = await readyEngine();
});

const bridges = {
  api: {
    fail: () => {
      throw new LlmspellError("fs.not_found", "no such file", { details: { path: "x" }, hint: "Look elsewhere." });
    },
    later: async () => null,
  },
};
const failure = (code: string, file = "spell.lua"): Promise<LlmspellError> =>
  errorOf(openRun(engine, { bridges }).run(code, file));

describe("uncaught errors", () => {
  it("carry frames in the script's source and a message without position", async () => {
    const error = await failure(
      "local function inner(x)\n  local y = x.z.w\n  return y\nend\nlocal function outer()\n  inner({})\n  return 1\nend\nouter()",
    );
    expect(error.code).toBe("script.error");
    expect(error.message).toBe("attempt to index a nil value (field 'z')");
    expect(error.frames).toEqual([
      { file: "spell.lua", line: 2, name: "inner" },
      { file: "spell.lua", line: 6, name: "outer" },
      { file: "spell.lua", line: 9 },
    ]);
  });

  it("blame the caller where error asks for it", async () => {
    const error = await failure(
      "local function check(x)\n  error('wrong x', 2)\nend\nlocal function use()\n  check(1)\n  return 1\nend\nuse()",
    );
    expect(error.message).toBe("wrong x");
    expect(error.frames?.[0]).toEqual({ file: "spell.lua", line: 5, name: "use" });
  });

  it("keep long file names whole", async () => {
    const file = `/${"folder/".repeat(20)}spell.lua`;
    const error = await failure("local x = nil + 1", file);
    expect(error.message).toBe("attempt to perform arithmetic on a nil value");
    expect(error.frames?.[0]).toEqual({ file, line: 1 });
  });

  it("point into a coroutine", async () => {
    const error = await failure("local f = coroutine.wrap(function()\n  error('inside')\nend)\nf()");
    expect(error.message).toBe("inside");
    expect(error.frames).toEqual([
      { file: "spell.lua", line: 2 },
      { file: "spell.lua", line: 4 },
    ]);
  });

  it("show callbacks without the prelude between them", async () => {
    const error = await failure("table.sort({2, 1}, function(a, b)\n  error('cmp')\nend)");
    expect(error.message).toBe("cmp");
    expect(error.frames?.map((frame) => frame.line)).toEqual([2, 1]);
    expect(JSON.stringify(error.toData())).not.toContain("llmspell");
  });

  it("carry frames after waiting", async () => {
    const error = await failure("local function f()\n  api.later()\n  error('late')\nend\nf()\nreturn 1");
    expect(error.frames).toEqual([
      { file: "spell.lua", line: 3, name: "f" },
      { file: "spell.lua", line: 5 },
    ]);
  });

  it("of the host keep code, details and hint, and get frames", async () => {
    const error = await failure("local function read()\n  local r = api.fail()\n  return r\nend\nlocal r = read()");
    expect(error.toData()).toEqual({
      code: "fs.not_found",
      message: "no such file",
      retryable: false,
      details: { path: "x" },
      hint: "Look elsewhere.",
      frames: [
        { file: "spell.lua", line: 2, name: "read" },
        { file: "spell.lua", line: 5 },
      ],
    });
  });

  it("of the host may be raised again", async () => {
    expect(await failure("local ok, e = pcall(api.fail) error(e)")).toMatchObject({
      code: "fs.not_found",
      message: "no such file",
      details: { path: "x" },
    });
  });

  it.each([
    ["error()", "script.error", /^the script raised nil$/],
    ["error(nil)", "script.error", /^the script raised nil$/],
    ["error(42)", "script.error", /^42$/],
    ["error(true)", "script.error", /^true$/],
    ["error({code = 'my.code', message = 'mine', retryable = true})", "my.code", /^mine$/],
    ["error({code = 'my.code'})", "my.code", /^my\.code$/],
    ["error({message = 'only'})", "script.error", /^only$/],
    ["error({reason = 'x'})", "script.error", /^the script raised a table with reason$/],
    ["error({})", "script.error", /^the script raised a table$/],
    ["error({1, 2})", "script.error", /^the script raised a list$/],
    ["error(print)", "script.error", /^function: /],
    ["error('tab:7: x', 0)", "script.error", /^tab:7: x$/],
    ["error('a\\nb', 0)", "script.error", /^a\nb$/],
    ["error(setmetatable({}, {__tostring = function() return 'shown' end}))", "script.error", /^shown$/],
    ["local t = {} t.t = t error(t)", "script.error", /^the script raised a table/],
    ["error('\\xff\\xfe', 0)", "script.error", /^\u00ff\u00fe$/],
    ["assert(false)", "script.error", /^assertion failed!$/],
    ["assert(nil, {code = 'a.b', message = 'c'})", "a.b", /^c$/],
    ["goto_nowhere()", "script.error", /^attempt to call a nil value \(global 'goto_nowhere'\)$/],
    ["local _, e = pcall(api.fail) local s = 'x' .. e .. nil", "script.error", /^attempt to concatenate a nil value/],
    ["table.sort({{}, {}, {}})", "script.error", /^attempt to compare two table values/],
    ["string.rep()", "script.error", /^bad argument #1 to 'rep'/],
  ])("%s", async (code, expected, message) => {
    const error = await failure(code);
    expect(error.code).toBe(expected);
    expect(error.message).toMatch(message);
  });

  it("keep the details of raised tables", async () => {
    expect((await failure("error({code = 'a.b', message = 'm', details = {n = 1}})")).details).toEqual({ n: 1 });
    expect((await failure("error({reason = 'x'})")).details).toEqual({ reason: "x" });
  });
});

describe("syntax", () => {
  it.each([
    ["local x = = 1", 1, "unexpected symbol near '='"],
    ["local x = 1\nif x then\n", 3, "'end' expected (to close 'if' at line 2) near <eof>"],
    ["x = 'open", 1, "unfinished string near <eof>"],
    ["goto nowhere", 1, "no visible label 'nowhere' for <goto> at line 1"],
    ["#!/usr/bin/lua\n\nlocal = 1", 3, "<name> expected near '='"],
    ["return 1 return 2", 1, "<eof> expected near 'return'"],
  ])("of %j is refused with its line", async (code, line, message) => {
    const checked = engine.validateSyntax({ code, file: "spell.lua" });
    expect(checked).toMatchObject({ code: "script.syntax", message, frames: [{ file: "spell.lua", line }] });
    expect((await failure(code)).toData()).toEqual(checked!.toData());
  });

  it("of bytecode is refused", () => {
    expect(engine.validateSyntax({ code: "\x1bLua", file: "x.lua" })?.code).toBe("script.syntax");
  });

  it.each([
    "return 1",
    "#!/usr/bin/env lua\nreturn 1",
    "#only a comment",
    "\uFEFFreturn 1",
    "",
    "local function f() error('not run') end f()",
  ])("of %j passes without running", (code) => {
    expect(engine.validateSyntax({ code, file: "spell.lua" })).toBeNull();
  });

  it("lets scripts with a shebang or a byte order mark run", async () => {
    expect(await openRun(engine).run("#!/usr/bin/env lua\nreturn 1")).toBe(1);
    expect(await openRun(engine).run("\uFEFFreturn 2")).toBe(2);
  });
});
