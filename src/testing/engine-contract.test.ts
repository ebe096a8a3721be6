import { describe, expect, it } from "vitest";
import { type StackEngineFaults, createStackEngine } from "../../test/support/stack-engine.ts";
import type { Gaps } from "./contract.ts";
import type { ContractScripts } from "./contract-scripts.ts";
import { type EngineContractCase, engineContract } from "./engine-contract.ts";

const NO_FUNCTIONS = "the language has no functions";
const UNBOUNDED = "the language can neither recurse nor allocate without end";
const GAPS: Gaps<EngineContractCase> = {
  callback: NO_FUNCTIONS,
  waitingCallback: NO_FUNCTIONS,
  keptFunction: NO_FUNCTIONS,
  concurrent: "the language has no tasks",
  background: "the language has no tasks",
  handles: "handles have no methods here",
  recursion: UNBOUNDED,
  memory: UNBOUNDED,
  memoryCaught: UNBOUNDED,
  cycle: "the language cannot make a cycle",
  snapshot: "not implemented",
};
const NOT_SAID = '"the language cannot say this" raise';

const SCRIPTS: ContractScripts = {
  answer: "42",
  echo: "params.value demo.echo/1",
  later: "params.value demo.later/1",
  spellings: "demo.two_words/0 demo.twoWords/0 list/2",
  named: "named.known/0 1 named.any_name/1 list/2",
  catches: "{ demo.fail/0 } catch false list/5",
  catchesLater: "{ demo.failLater/0 } catch false list/5",
  raises: '# line 1\n"something is broken" raise',
  syntaxError: "1 { 2",
  callback: NOT_SAID,
  waitingCallback: NOT_SAID,
  concurrent: NOT_SAID,
  hangs: 'demo.hang/0 "kept" list/2',
  background: NOT_SAID,
  keeps: NOT_SAID,
  iterates: NOT_SAID,
  globals: "demo.limit stdin stdin list/3",
  final: '{ demo.final/0 } catch "survived"',
  recursion: NOT_SAID,
  memory: NOT_SAID,
  memoryCaught: NOT_SAID,
  cycle: NOT_SAID,
  module: "import:lib",
  moduleSource: "42",
  random: "random random random list/3",
  clock: "clock",
  prints: '"hello" console.log/1',
  escapes: "list/0",
};

const stackContract = (faults: StackEngineFaults = {}, gaps = GAPS) =>
  engineContract(() => createStackEngine(faults), SCRIPTS, gaps);

async function failing(cases: ReturnType<typeof stackContract>): Promise<string[]> {
  const names: string[] = [];
  for (const { name, run } of cases) await run().catch(() => names.push(name));
  return names;
}

describe("a user's own engine fulfils the engine contract but for its gaps", () => {
  it.each(stackContract())("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe("the engine contract finds what is wrong with an engine", () => {
  it.each<[keyof StackEngineFaults, string[]]>([
    [
      "catchesFinal",
      [
        "ends a run on a final error whatever the script catches",
        "keeps VMs apart: a run that fails leaves the next one whole",
      ],
    ],
    ["forgetsGate", ["passes the gate once on every way into its code, and leaves it again, failures included"]],
    [
      "miscounts",
      [
        "returns what the script returns",
        "carries every kind of value to a sync method and back",
        "carries every kind of value to a method that waits and back",
        "loads a module through the host, and names one that is missing",
        "takes random numbers from the seed and time from the run's clock",
        "keeps VMs apart: a run that fails leaves the next one whole",
      ],
    ],
  ])("%s", async (fault, expected) => {
    expect(await failing(stackContract({ [fault]: true }))).toEqual(expected);
  });

  it("a gap that holds is no gap", async () => {
    expect(await failing(stackContract({}, { ...GAPS, returns: "not implemented" }))).toEqual([
      "returns what the script returns (known gap: not implemented)",
    ]);
    expect(await failing(stackContract({}, {}))).toHaveLength(Object.keys(GAPS).length);
  });
});
