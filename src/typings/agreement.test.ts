import ts from "typescript";
import { afterAll, expect, test } from "vitest";
import { toSnakeCase } from "../engine/naming.ts";
import { BUILTIN_NAMES } from "../engines/tengo/builtin-names.ts";
import { createRuntime } from "../runtime/create-runtime.ts";
import { INSTALLED_API as API } from "./fixtures/type-check.ts";
import { ABSENT_LUA_GLOBALS, LUA_LIBRARY, luaSettings } from "./luacats-settings.ts";
import { luaTypings } from "./luacats.ts";
import { pascal } from "./pascal.ts";
import { tengoTypings } from "./tengo.ts";
import { typescriptSettings } from "./typescript-settings.ts";
import { typescriptTypings } from "./typescript.ts";

const runtime = createRuntime({ models: { model: "offline" } });
afterAll(() => runtime.shutdown());

async function valueOf(engine: string, code: string): Promise<never> {
  const result = await runtime.exec(code, { engine });
  if (!result.ok) throw result.error;
  return result.value as never;
}

/** What the JavaScript VM lacks of the library that TypeScript declares. */
const NOT_IN_QUICKJS = ["Atomics", "Intl"];

test("JavaScript: the globals that are declared and those of a VM are the same", async () => {
  const declared = declaredGlobals();
  const found: string[] = await valueOf("javascript", "return Object.getOwnPropertyNames(globalThis)");
  expect(found.filter((name) => !declared.has(name))).toEqual([]);
  const missing = [...declared].filter((name) => !found.includes(name));
  expect(missing.toSorted()).toEqual(NOT_IN_QUICKJS);
});

test("JavaScript: the methods that are declared and those of a VM are the same", async () => {
  const found: Record<string, string[]> = await valueOf(
    "javascript",
    `return Object.fromEntries(${JSON.stringify(API.globals.map(({ name }) => name))}.map((name) => [name, Object.keys(globalThis[name])]))`,
  );
  for (const { name, methods, constants } of API.globals) {
    const declared = [...methods.map((method) => method.name), ...Object.keys(constants)];
    expect({ name, members: found[name]?.toSorted() }).toEqual({ name, members: declared.toSorted() });
  }
});

test("JavaScript: async, tasks, texts and times have the members that are declared", async () => {
  const script = `
    const missing = [];
    for (const name of ["spawn", "all", "race", "settle", "sleep", "timeout"]) if (!(name in async)) missing.push(name);
    const task = async.spawn(() => 1);
    for (const name of ["await", "then", "catch", "finally"]) if (typeof task[name] !== "function") missing.push(name);
    const answer = await llm.chat("hi");
    if (!(answer instanceof String) || typeof answer.usage.totalTokens !== "number") missing.push("answer");
    if (!(time.date(0) instanceof Date)) missing.push("time");
    const e = new LlmspellError("a.b", "c", { hint: "d" });
    if (e.code !== "a.b" || e.hint !== "d" || e.retryable !== false) missing.push("error");
    return [missing, Object.keys(async).length];
  `;
  expect(await valueOf("javascript", script)).toEqual([[], 6]);
});

/** Lua's tables of functions by global name, other globals with an empty list. */
const LUA_GLOBALS = `
  local found = {}
  for name, value in pairs(_G) do
    local members = {}
    if type(value) == "table" and name ~= "_G" and name ~= "params" and name ~= "args" and name ~= "env" then
      for member in pairs(value) do members[#members + 1] = member end
    end
    found[name] = members
  end
  return found
`;

test("Lua: the globals and members that are declared and those of a VM are the same", async () => {
  const text = `${luaTypings.api(API)}\n${luaTypings.parameters([], undefined)}`;
  const declared = new Map<string, Set<string>>(
    Object.entries(LUA_LIBRARY).map(([name, members]) => [name, new Set(members)]),
  );
  const add = (name: string, member?: string): void => {
    const members = declared.get(name) ?? new Set();
    if (member !== undefined) members.add(member);
    declared.set(name, members);
  };
  for (const [, name = ""] of text.matchAll(/^(\w+) = /gm)) add(name);
  for (const [, name = "", member] of text.matchAll(/^function (\w+)(?:\.(\w+))?\(/gm)) add(name, member);
  const found: Record<string, string[]> = await valueOf("lua", LUA_GLOBALS);
  // Aliases and the spell's data have no functions of their own.
  for (const { name, constants, aliases } of API.globals) {
    for (const constant of Object.keys(constants)) add(name, toSnakeCase(constant));
    for (const alias of aliases) for (const member of declared.get(name) ?? []) add(alias, member);
  }
  for (const name of ["name", "file", "run_id", "dir", "version"]) add("spell", name);
  add("promise", "allSettled");
  const shown = (globals: Iterable<readonly [string, Iterable<string> | object]>) =>
    Object.fromEntries(
      [...globals]
        .map(([name, members]) => [name, Symbol.iterator in members ? [...members].toSorted() : []] as const)
        .toSorted(),
    );
  // What a VM makes when it is first read.
  const lazy = new Set(["params", "args", "env", "spell", "stdin"]);
  const without = ([name]: readonly [string, unknown]) => !lazy.has(name);
  expect(shown(Object.entries(found).filter(without))).toEqual(shown([...declared].filter(without)));
  expect([...lazy].filter((name) => !declared.has(name))).toEqual([]);
});

test("Lua: what the sandbox lacks is not declared by the language server either", () => {
  const { builtin } = luaSettings([]).runtime;
  for (const library of Object.keys(ABSENT_LUA_GLOBALS)) expect(builtin[library]).toBe("disable");
});

test("Lua: handles, errors and times have the members that are declared", async () => {
  const functions = luaTypings.api(API).matchAll(/^function (Time|Task):(\w+)/gm);
  const members = Array.from(functions, ([, type, member]) => `${type}.${member}`);
  const script = `
    local made = { Time = time.date(0), Task = async.spawn(function() end) }
    local missing = {}
    for name in string.gmatch(${JSON.stringify(members.join(" "))}, "%S+") do
      local type, member = name:match("(%w+)%.([%w_]+)")
      if made[type][member] == nil then missing[#missing + 1] = name end
    end
    for _, field in ipairs { "year", "month", "day", "hour", "min", "sec", "ms", "wday" } do
      if made.Time[field] == nil then missing[#missing + 1] = field end
    end
    return #missing == 0 and "none" or missing
  `;
  expect(await valueOf("lua", script)).toBe("none");
});

/** What the stub of Tengo defines, by what it belongs to; "" for what stands alone. */
function tengoDeclarations(): Map<string, Map<string, string | undefined>> {
  const declared = new Map<string, Map<string, string | undefined>>();
  for (const [, owner = "", name = "", parameters] of tengoTypings
    .api(API)
    .matchAll(/^(?:([\w.]+)\.)?(\w+) :?= (?:func\((.*)\) \{\})?/gm))
    declared.set(owner, (declared.get(owner) ?? new Map<string, string | undefined>()).set(name, parameters));
  return declared;
}

test("Tengo: the bridges' members that are declared and those of a VM are the same", async () => {
  const declared = tengoDeclarations();
  const names = [...API.globals.map(({ name }) => name), "async", "promise", "spell"];
  const found: Record<string, string[]> = await valueOf(
    "tengo",
    `keys := func(m) { names := []; for k, v in m { names = append(names, k) }; return names }
     export {${names.map((name) => `${name}: keys(${name})`).join(", ")}}`,
  );
  for (const name of names) {
    const own = [...(declared.get(name)?.keys() ?? [])];
    // Other spellings answer too.
    const shown = (found[name] ?? []).filter((member) => !(name === "promise" && member === "allSettled"));
    expect({ name, members: shown.toSorted() }).toEqual({ name, members: own.toSorted() });
  }
});

test("Tengo: every builtin is declared, and no other name is known to scripts", () => {
  const own = tengoDeclarations().get("") as Map<string, string | undefined>;
  const bridges = new Set(API.globals.flatMap(({ name, aliases }) => [name, ...aliases]));
  const types = [...API.types.map(({ name }) => name), ...API.handles.map(({ type }) => pascal(type))];
  const others = new Set([...types, ...bridges, "async", "promise", "spell", "Task", "library", "fmt", "print"]);
  for (const name of ["params", "args", "env", "stdin"]) others.add(name);
  const builtins = [...own.keys()].filter((name) => !others.has(name));
  expect(builtins.toSorted()).toEqual([...BUILTIN_NAMES].filter((name) => !bridges.has(name)).toSorted());
});

/** Runs a call that must fail, with so many arguments of undefined; answers its message. */
async function messageOf(callee: string, count: number): Promise<string> {
  const code = `${callee}(${Array.from({ length: count }, () => "undefined").join(", ")})`;
  const result = await runtime.exec(code, { engine: "tengo" });
  return result.ok ? "" : result.error.message;
}

test("Tengo: the library's members are those of a VM, with as many parameters; what is not declared is refused", async () => {
  const declared = tengoDeclarations();
  const modules = [...(declared.get("library")?.keys() ?? [])];
  const found: Record<string, Record<string, boolean>> = await valueOf(
    "tengo",
    `kinds := func(m) { out := {}; for k, v in m { out[k] = is_callable(v) }; return out }
     export {${modules.map((name) => `${name}: kinds(import("${name}"))`).join(", ")}}`,
  );
  const wrong: string[] = [];
  for (const module of modules) {
    const own = declared.get(`library.${module}`) as Map<string, string | undefined>;
    for (const name of own.keys())
      if (!Object.hasOwn(found[module] ?? {}, name)) wrong.push(`${module}.${name} is not there`);
    for (const [name, callable] of Object.entries(found[module] ?? {})) {
      const callee = `import("${module}").${name}`;
      const parameters = own.get(name);
      if (!own.has(name)) {
        if (!(await messageOf(callee, 0)).includes("is not for spells"))
          wrong.push(`${module}.${name} is not declared`);
      } else if (callable !== (parameters !== undefined)) wrong.push(`${module}.${name} is a function, or is none`);
      else if (parameters !== undefined && !parameters.includes("...")) {
        const count = parameters === "" ? 0 : parameters.split(", ").length;
        const [fits, more] = [await messageOf(callee, count), await messageOf(callee, count + 1)];
        if (/number of arguments/.test(fits) || !/number of arguments/.test(more))
          wrong.push(`${module}.${name} does not take ${count}`);
      }
    }
  }
  expect(wrong).toEqual([]);
}, 60_000);

/** Names of values that our declarations and TypeScript's library put into the global scope. */
function declaredGlobals(): Set<string> {
  const { compilerOptions } = typescriptSettings([], false);
  const { options } = ts.convertCompilerOptionsFromJson(compilerOptions, "/");
  const host = ts.createCompilerHost(options);
  const ours = new Map([
    ["/llmspell.d.ts", typescriptTypings.api(API)],
    ["/params.d.ts", typescriptTypings.parameters([], undefined)],
    ["/script.ts", "export {};"],
  ]);
  const { getSourceFile } = host;
  host.getSourceFile = (file, version) => {
    const text = ours.get(file);
    return text === undefined ? getSourceFile(file, version) : ts.createSourceFile(file, text, version, true);
  };
  const program = ts.createProgram([...ours.keys()], options, host);
  const script = program.getSourceFile("/script.ts") as ts.SourceFile;
  const symbols = program.getTypeChecker().getSymbolsInScope(script, ts.SymbolFlags.Value);
  // An interface without a value, and what TypeScript itself adds, is no global of a VM.
  return new Set(symbols.map(({ name }) => name).filter((name) => name !== "llmspell" && name !== "arguments"));
}
