import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { ScriptEngine } from "../../src/engine/script-engine.ts";
import { BUILTIN_NAMES } from "../../src/engines/tengo/builtin-names.ts";
import { conformanceEngine, runCase } from "./run-case.ts";
import { type TypedValue, normalize } from "./typed-values.ts";

interface Facts {
  builtins: string[];
  modules: Record<string, { constants: Record<string, TypedValue>; functions: string[] }>;
  sourceModules: Record<string, { functions: string[] }>;
}

const facts = JSON.parse(readFileSync(new URL("data/facts.json", import.meta.url), "utf8")) as Facts;

/** Bridges of the name of a builtin are called as the builtin. */
const BUILTINS_AND_BRIDGES = new Set(["time"]);
/** They say what they run on: the operating system of a spell is the runtime. */
const OWN_CONSTANTS: Readonly<Record<string, object>> = {
  os: { platform: text("llmspell"), arch: text("wasm"), dev_null: text("/dev/null") },
};

describe("all of Tengo's names exist", () => {
  let engine: ScriptEngine;
  beforeAll(async () => {
    engine = await conformanceEngine();
  });
  const valuesOf = async (expressions: Readonly<Record<string, string>>) => {
    const found: Record<string, unknown> = {};
    for (const [name, expression] of Object.entries(expressions)) {
      const outcome = await runCase(engine, { name, kind: "run", input: `out := ${expression}` });
      found[name] = "value" in outcome ? outcome.value : outcome.error;
    }
    return found;
  };
  const each = <T>(names: readonly string[], valueOf: (name: string) => T): Record<string, T> =>
    Object.fromEntries(names.map((name) => [name, valueOf(name)]));

  it("has the builtins", async () => {
    expect([...BUILTIN_NAMES].toSorted()).toEqual(facts.builtins.toSorted());
    const callable = await valuesOf(each(facts.builtins, (name) => `is_callable(${name})`));
    expect(callable).toEqual(each(facts.builtins, () => ({ t: "bool", v: true })));
    const plain = facts.builtins.filter((name) => !BUILTINS_AND_BRIDGES.has(name));
    const kinds = await valuesOf(each(plain, (name) => `type_name(${name})`));
    expect(kinds).toEqual(each(plain, (name) => text(`builtin-function:${name}`)));
  });

  it.each(Object.entries(facts.modules))("has the module %s", async (module, { constants, functions }) => {
    const kinds = await valuesOf(each(functions, (name) => `type_name(import("${module}").${name})`));
    expect(kinds).toEqual(each(functions, (name) => text(`user-function:${name}`)));
    const values = await valuesOf(each(Object.keys(constants), (name) => `import("${module}").${name}`));
    const wanted = each(Object.keys(constants), (name) => normalize(constants[name] as TypedValue));
    expect(values).toEqual({ ...wanted, ...OWN_CONSTANTS[module] });
  });

  it.each(Object.entries(facts.sourceModules))("has the module %s", async (module, { functions }) => {
    const kinds = await valuesOf(each(functions, (name) => `type_name(import("${module}").${name})`));
    expect(kinds).toEqual(each(functions, () => text("compiled-function")));
  });
});

function text(value: string): unknown {
  return normalize({ t: "string", v: value });
}
