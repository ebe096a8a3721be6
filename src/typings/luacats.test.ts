import { expect, test } from "vitest";
import { toSnakeCase } from "../engine/naming.ts";
import { builtInEngines } from "../runtime/engines.ts";
import { annotationProblems, declaredClasses, usedClasses } from "./fixtures/luacats-grammar.ts";
import { API } from "./fixtures/type-check.ts";
import { luaTypings } from "./luacats.ts";
import { pascal } from "./pascal.ts";

const TEXT = luaTypings.api(API);
const SPELL = {
  name: "greet-all",
  parameters: [
    { name: "count", type: { kind: "integer" }, optional: false, text: "How\noften." },
    { name: "by-name", type: { kind: "list", item: { kind: "string" } }, optional: true, text: "" },
  ],
} as const;

test("the declarations are Lua", async () => {
  const lua = await builtInEngines().byName("lua").load();
  for (const code of [TEXT, luaTypings.parameters([SPELL], SPELL)])
    expect(await lua.validateSyntax({ code, file: "llmspell.d.lua" })).toBeNull();
});

test("annotations follow the grammar of LuaCATS", () => {
  expect(annotationProblems(TEXT)).toEqual([]);
  expect(annotationProblems(luaTypings.parameters([SPELL], SPELL))).toEqual([]);
});

test.each([
  ["---@param x", "no type"],
  ["---@param x string|", "nothing behind |"],
  ["---@return fun(a: string", "not closed"],
  ["---@field a?: string", "a colon"],
  ["---@praam x string", "no such tag"],
  ["---@param x {a string}", "no colon"],
])("the grammar refuses %s: %s", (line) => {
  expect(annotationProblems(`---@meta\n${line}\nfunction f(x) end\n`)).toHaveLength(1);
});

test("each parameter of a declared function has its annotation, in order, and no other", () => {
  const functions = [...TEXT.matchAll(/((?:^---.*\n)*)^function ([\w.:]+)\((.*)\) end$/gm)];
  expect(functions.length).toBeGreaterThan(250);
  for (const [, comment = "", name, parameters = ""] of functions) {
    const annotated = [...comment.matchAll(/^---@param ([\w.]+)/gm)].map((match) => match[1]);
    expect({ name, parameters: annotated.join(", ") }).toEqual({ name, parameters });
  }
});

test("each method and field of the API is declared, with as many parameters", () => {
  for (const { name, methods, constants } of API.globals) {
    for (const method of methods) {
      const arity = (method.signatures[0]?.parameters.length ?? 0) + (method.signatures[0]?.rest ? 1 : 0);
      const [, parameters] =
        new RegExp(`^function ${name}\\.${toSnakeCase(method.name)}\\((.*)\\) end$`, "m").exec(TEXT) ?? [];
      expect({ name, method: method.name, arity: parameters?.split(", ").filter(Boolean).length }).toEqual({
        name,
        method: method.name,
        arity,
      });
    }
    for (const constant of Object.keys(constants)) expect(TEXT).toContain(`---@field ${toSnakeCase(constant)} `);
  }
  for (const { type, methods, fields } of API.handles) {
    for (const method of methods) expect(TEXT).toContain(`function ${pascal(type)}:${toSnakeCase(method.name)}(`);
    for (const { name, optional } of fields)
      expect(TEXT).toContain(`---@field ${toSnakeCase(name)}${optional ? "?" : ""} `);
  }
});

test("every class that an annotation names is declared", () => {
  const declared = declaredClasses(TEXT);
  expect([...usedClasses(TEXT)].filter((name) => !declared.has(name))).toEqual([]);
});

test("parameters are typed by the spell's name, and as the global where a folder has one spell", () => {
  const own = luaTypings.parameters([SPELL], SPELL);
  expect(own).toContain(
    '---@class llmspell.params.greet-all\n---@field count integer How often.\n---@field ["by-name"]? string[]\n',
  );
  expect(own).toContain("---@type llmspell.params.greet-all\nparams = {}");
  expect(luaTypings.parameters([SPELL], undefined)).toContain("---@type any\nparams = {}");
});
