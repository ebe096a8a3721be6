import { describe, expect, it } from "vitest";
import { javascriptRepl, typescriptRepl } from "./javascript.ts";
import type { ReplLanguage } from "./language.ts";
import { luaRepl } from "./lua.ts";
import { tengoRepl } from "./tengo.ts";

const input = (text: string) => ({ name: "<input 1>", text, firstLine: 1 });
const shown = (language: ReplLanguage, text: string) =>
  language.highlight(text).map(({ start, end, style }) => `${style}: ${text.slice(start, end)}`);
const path = (language: ReplLanguage, text: string) => {
  const found = language.pathAt(text, text.length);
  return found && [...found.path, text.slice(found.start)].join(">");
};

describe("Lua at a prompt", () => {
  const code = (text: string) => luaRepl.prepare(input(text)).code;

  it.each([
    ["local x = 1", "      x = 1"],
    ["local a, b", "      a, b = nil"],
    ["local a <const>, b <close> = 1, 2", "      a        , b         = 1, 2"],
    ["local a <const>", "      a         = nil"],
    ["local function f() local y = 1 return y end", "      function f() local y = 1 return y end"],
    ["x = f\nlocal y = 2", "x = f\n    ; y = 2"],
    ["do local z = 1 end local w = 'local q'", "do local z = 1 end     ; w = 'local q'"],
    ["-- local c\nlocal d = [[\nlocal e]]", "-- local c\n    ; d = [[\nlocal e]]".replace("    ;", "     ")],
    ["if a then local b = 1 elseif c then local d = 2 end", "if a then local b = 1 elseif c then local d = 2 end"],
    ["repeat local r = 1 until r local s = 2", "repeat local r = 1 until r     ; s = 2"],
    ["=1 + 1", " 1 + 1"],
  ])("%s becomes %s", (text, expected) => {
    expect(code(text)).toBe(expected);
  });

  it("is highlighted, also while it is not finished", () => {
    expect(shown(luaRepl, 'local s = "a\\"b" .. 0x1F -- end')).toEqual([
      "keyword: local",
      'string: "a\\"b"',
      "number: 0x1F",
      "comment: -- end",
    ]);
    expect(shown(luaRepl, "x = [==[ ]] local")).toEqual(["string: [==[ ]] local"]);
    expect(shown(luaRepl, "--[[ local\n1")).toEqual(["comment: --[[ local\n1"]);
    expect(shown(luaRepl, "x = 'open\nlocal")).toEqual(["string: 'open", "keyword: local"]);
  });

  it.each([
    ["llm.ch", "llm>ch"],
    ["print(llm.session():s", undefined],
    ["a.b:c", "a>b>c"],
    ["x = ", ""],
    ["x .. y", "y"],
    ["'a.b", undefined],
    ["-- a.b", undefined],
    ["1.5", undefined],
    ["loc", "loc"],
  ])("completes %s from %s", (text, expected) => {
    expect(path(luaRepl, text)).toBe(expected);
  });
});

describe("JavaScript at a prompt", () => {
  const prepared = (text: string, language = javascriptRepl) => {
    const { code, names } = language.prepare(input(text));
    return { code: code.split("\n").slice(1, -1).join("\n"), names, ahead: code.split("\n")[0] };
  };

  it.each([
    ["const x = 1", ";(    x = 1);", ["x"]],
    ["let a, b = 2;", ";(  a=undefined, b = 2);", ["a", "b"]],
    ["var v", ";(  v);", ["v"]],
    ["const {a, b: [c = 1, ...d], ...e} = o", ";(    {a, b: [c = 1, ...d], ...e} = o);", ["a", "c", "d", "e"]],
    ["class A {}", ";A=class A {};", ["A"]],
    ["1 + 1", ";return(1 + 1)", []],
    ["(1 + 1);", ";return((1 + 1));", []],
    ["f()\ng() // last", "f()\n;return(g()) // last", []],
    ["{a: 1}", ";return(({a: 1}\n))", []],
    ["{ f(); }", "{ f(); }", []],
    ["if (a) { const b = 1 }", "if (a) { const b = 1 }", []],
    ['import a, {b as c} from "m"', ';({default:a,b:c}=await import("m"));', ["a", "c"]],
    ['import * as ns from "m"\nns', ';(ns=await import("m"));\n;return(ns)', ["ns"]],
    ['import "m";', ';(await import("m"));', []],
    ["export const y = 1", ";(    y = 1);", ["y"]],
    ["export default 5", ";return(5)", []],
    ["for (var i = 0; i < 2; i++) {}", "for (    i = 0; i < 2; i++) {}", ["i"]],
  ])("%s becomes %s", (text, code, names) => {
    expect(prepared(text)).toMatchObject({ code, names });
  });

  it("lets functions be called before they stand there", () => {
    expect(prepared("function f() {}")).toEqual({
      code: "function f() {}",
      names: ["f"],
      ahead: "(async()=>{globalThis.f=f;",
    });
  });

  it("puts each input on lines of its own, by which errors find it", () => {
    const inputs = [input("1"), { name: "<input 2>", text: "const x = 1\nx; y()", firstLine: 4 }];
    const { code, columnOf } = javascriptRepl.prepare(inputs[1] as (typeof inputs)[0]);
    const at = code.split("\n").findIndex((line) => line.includes("y()")) + 1;
    const column = (code.split("\n")[at - 1] as string).indexOf("y()") + 1;
    const known = inputs.map((each, index) => (index === 1 && columnOf ? { ...each, columnOf } : each));
    const frame = { file: "<input>", line: at, column };
    expect(javascriptRepl.locate?.(frame, known)).toEqual({ file: "<input 2>", line: 2, column: 4 });
    expect(javascriptRepl.locate?.({ file: "<input>", line: 2 }, known)).toEqual({ file: "<input 1>", line: 1 });
    expect(javascriptRepl.locate?.({ file: "<input>", line: 3 }, known)).toBeUndefined();
    expect(javascriptRepl.locate?.({ file: "m.js", line: 3 }, known)).toEqual({ file: "m.js", line: 3 });
  });

  it.each([
    ["f(", false],
    ["{", false],
    ["`a", false],
    ["/* a", false],
    ["x.", false],
    ["1 +", false],
    ["if (x)", false],
    ["f()", true],
    ["await f()", true],
    ["return 1", true],
    ["1 + + )", true],
    ["'a", true],
    ["{a: 1}", true],
  ])("%s ends there: %s", async (text, ends) => {
    const never = () => Promise.reject(new Error("the VM is not asked"));
    expect(await javascriptRepl.isComplete(text, never)).toBe(ends);
  });

  it.each([
    ["function f<T>(x: T): T {", false],
    ["interface A {", false],
    ["const x: number =", false],
    ["f(", false],
    ["`a", false],
    ["a )", true],
    ["const x: number = 1", true],
    ["enum E {A}", true],
  ])("TypeScript's %s ends there: %s", async (text, ends) => {
    expect(await typescriptRepl.isComplete(text, () => Promise.reject(new Error()))).toBe(ends);
  });

  it("loses its types", () => {
    expect(prepared("const p: {a: number} = {a: 1}", typescriptRepl)).toMatchObject({
      code: ";(    p              = {a: 1});",
      names: ["p"],
    });
    expect(prepared("interface A { a: number }", typescriptRepl).code.trim()).toBe("");
  });

  it("tells where it does not parse", () => {
    expect(() => javascriptRepl.prepare(input("a\nb ) c"))).toThrow(
      expect.objectContaining({ code: "script.syntax", frames: [{ file: "<input 1>", line: 2, column: 3 }] }),
    );
  });

  it("is highlighted, also while it is not finished", () => {
    expect(shown(javascriptRepl, "const s = `a${b}` + 10n // c")).toEqual([
      "keyword: const",
      "string: `a${b}`",
      "number: 10n",
      "comment: // c",
    ]);
    expect(shown(javascriptRepl, 'x = /[/"]/g; y = a / b / 2')).toEqual(['string: /[/"]/g', "number: 2"]);
    expect(shown(javascriptRepl, "`open\nconst")).toEqual(["string: `open\nconst"]);
  });

  it.each([
    ["llm.ch", "llm>ch"],
    ["a?.b.", "a>b>"],
    ["f(x).y", undefined],
    ["`${a.b", undefined],
    ["", ""],
  ])("completes %s from %s", (text, expected) => {
    expect(path(javascriptRepl, text)).toBe(expected);
  });
});

describe("Tengo at a prompt", () => {
  it.each([
    ["f(", false],
    ["f(1", false],
    ["f(1, // more", false],
    ["{", false],
    ["if x {", false],
    ["x := [1,\n2", false],
    ["1 +", false],
    ["x :=", false],
    ["`a", false],
    ["/* a", false],
    ["x.", false],
    ["func(a) {\n  return a", false],
    ["x := 1", true],
    ["{a: 1}", true],
    ["// all", true],
    ["", true],
    ["1 + + )", true],
    ["}", true],
    ["'ab'", true],
    ['"a', true],
    ["for {\n}", true],
    ["if x\n{\n}", true],
  ])("%j ends there: %s", async (text, ends) => {
    expect(await tengoRepl.isComplete(text, () => Promise.reject(new Error("the VM is not asked")))).toBe(ends);
  });

  it("is highlighted by the language's own scanner, also while it is not finished", () => {
    expect(shown(tengoRepl, 'if x { s := "a\\"b" + \'c\' + 0x1F } // end')).toEqual([
      "keyword: if",
      'string: "a\\"b"',
      "string: 'c'",
      "number: 0x1F",
      "comment: // end",
    ]);
    expect(shown(tengoRepl, "/* if\n1")).toEqual(["comment: /* if\n1"]);
    expect(shown(tengoRepl, "x = `open\nif")).toEqual(["string: `open\nif"]);
    expect(shown(tengoRepl, "1 // one\n/* two */ @ § 3")).toEqual([
      "number: 1",
      "comment: // one",
      "comment: /* two */",
      "number: 3",
    ]);
    expect(shown(tengoRepl, "@\n".repeat(50) + "1")).toEqual(["number: 1"]);
  });

  it.each([
    ["llm.ch", "llm>ch"],
    ["f(x).y", undefined],
    ["x = ", ""],
    ["'a.b", undefined],
    ["// a.b", undefined],
    ["1.5", undefined],
    ["imp", "imp"],
    ['import("te', "import>te"],
    ['m := import("', "import>"],
    ['import("text").x', undefined],
    ['f("te', undefined],
  ])("completes %s from %s", (text, expected) => {
    expect(path(tengoRepl, text)).toBe(expected);
  });
});
