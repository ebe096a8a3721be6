import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import type { ScriptEngine } from "../../src/engine/script-engine.ts";
import { type Case, type Outcome, conformanceEngine, runCase } from "./run-case.ts";
import { normalize } from "./typed-values.ts";

/** Cases that end otherwise on purpose. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  "vm/TestUserModules#26": "`export` at the top of a script is the result of the spell and ends it",
  "vm/TestObjectsLimit#22": "the original counts objects that are made; here bytes of memory are limited",
  "vm/TestObjectsLimit#29": "the original counts objects that are made; here bytes of memory are limited",
  "vm/TestObjectsLimit#30": "the original counts objects that are made; here bytes of memory are limited",
  "stdlib/TestModulesRun#1": "open files are not for spells: fs reads and writes",
  "stdlib/TestModulesRun#2": "processes are not for spells",
  "vm/TestVMStackOverflow#1": "the trace has at most 50 frames, not all 1,023",
};

const CASES = JSON.parse(readFileSync(new URL("data/cases.json", import.meta.url), "utf8")) as Case[];
const groups = Map.groupBy(CASES, ({ name }) => name.slice(0, name.indexOf("/")));

describe("Tengo answers as the original", () => {
  let engine: ScriptEngine;
  beforeAll(async () => {
    engine = await conformanceEngine();
  });

  it.each([...groups])("%s", { timeout: 60_000 }, async (_, cases) => {
    const wrong: Record<string, unknown> = {};
    for (const each of cases) {
      const outcome = await runCase(engine, each);
      if (!isAsExpected(each, outcome)) wrong[each.name] = { input: each.input, outcome };
    }
    const kept = cases.map(({ name }) => name).filter((name) => Object.hasOwn(DIFFERENCES, name));
    for (const name of kept) expect(wrong, `${name} is a difference no more`).toHaveProperty([name]);
    for (const name of kept) delete wrong[name];
    expect(wrong).toEqual({});
  });

  it("knows the cases that it names", () => {
    const names = new Set(CASES.map(({ name }) => name));
    expect(Object.keys(DIFFERENCES).filter((name) => !names.has(name))).toEqual([]);
    expect(CASES).toHaveLength(4736);
  });
});

function isAsExpected({ kind, expected, errorFull, errorContains }: Case, outcome: Outcome): boolean {
  if (kind.endsWith("-ok")) return "value" in outcome;
  if (kind === "run")
    return "value" in outcome && expected !== undefined && isDeepStrictEqual(outcome.value, normalize(expected));
  if (!("error" in outcome)) return false;
  return errorFull === undefined
    ? errorContains !== undefined && outcome.error.includes(errorContains)
    : outcome.error === errorFull;
}
