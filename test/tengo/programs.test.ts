import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { ScriptEngine } from "../../src/engine/script-engine.ts";
import { ContractHost, contractOptions } from "../../src/testing/engine-host.ts";
import { createTengoEngine } from "../../src/engines/tengo/tengo-engine.ts";
import { OutOfSteps, interpret } from "./interpreter.ts";
import { type Shape, randomProgram } from "./random-program.ts";

const SHAPES: Readonly<Record<string, Shape>> = {
  "small programs": { statements: 4, depth: 3, variables: 3, params: 3, chain: 2 },
  "hundreds of variables, parameters and branches": { statements: 3, depth: 2, variables: 300, params: 80, chain: 30 },
  "deep programs": { statements: 2, depth: 8, variables: 5, params: 5, chain: 3 },
};

/** Programs that would take longer are left out. */
const STEPS = 30_000;

describe("random programs do what an interpreter of their syntax tree does", () => {
  let engine: ScriptEngine;
  beforeAll(async () => {
    engine = createTengoEngine();
    await engine.initialize({});
  });

  it("a list that grows while a loop goes through it", async () => {
    const code = [
      "list := [3, 1]",
      "list = append(list, 2)",
      "seen := []",
      "for each in list {",
      "  seen = append(seen, each)",
      "  if len(list) < 9 { list = append(list, each) }",
      "  list[2] = 7",
      "}",
      "export [seen, list]",
    ].join("\n");
    const vm = engine.open(contractOptions(new ContractHost()));
    expect(shown(await vm.run({ file: "program.tengo", code }))).toBe(interpreted(code));
    vm.dispose();
  });

  it.each(Object.entries(SHAPES))("%s", { timeout: 60_000 }, async (_, shape) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const code = randomProgram(seed, shape);
        const wanted = interpreted(code);
        fc.pre(wanted !== undefined);
        const vm = engine.open(contractOptions(new ContractHost()));
        try {
          const result = shown(await vm.run({ file: "program.tengo", code }));
          expect({ code, result }).toEqual({ code, result: wanted });
        } finally {
          vm.dispose();
        }
      }),
      { numRuns: 150, endOnFailure: true },
    );
  });
});

function interpreted(code: string): string | undefined {
  try {
    return shown(interpret(code, STEPS));
  } catch (error) {
    if (error instanceof OutOfSteps) return undefined;
    throw error;
  }
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "bigint" ? String(each) : typeof each === "number" ? String(each) : (each ?? null),
  );
}
