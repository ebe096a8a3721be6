import type { Figure } from "../figure.ts";
import { alternate, median, spread } from "../sample.ts";
import { startSpells } from "../spells.ts";

const RUNS = 500;
const ROUNDS = 7;
const WARM_UP = 3;
const GOAL_US = 200;

const CODE = `
const next = ({ previous }) => (previous ?? 0) + 1;
const flow = workflow.create({ name: "bench", steps: [next, next, next, next] });
const started = bench.mark();
let sum = 0;
for (let i = 0; i < ${RUNS}; i++) sum += (await flow.run()).output;
const ended = bench.mark();
if (sum !== 4 * ${RUNS}) throw new Error("wrong outputs");
return ended.cpu - started.cpu;`;

/** CPU time of a workflow of four steps that do nothing but add, each an entry of the journal. */
export const workflowsFigure: Figure = {
  name: "workflows",
  title: "CPU time of a workflow of 4 trivial steps, journaled",
  async measure() {
    await using spells = await startSpells({ limits: { hostCalls: 1e9, hostBytes: 1e12 } });
    const run = async () => (((await spells.run("javascript", CODE)) as number) * 1000) / RUNS;
    const times = (await alternate({ run }, ROUNDS, WARM_UP)).run ?? [];
    return [
      {
        name: "JavaScript, 4 functions in sequence",
        value: median(times),
        unit: "us",
        goal: GOAL_US,
        note: `quartiles ${spread(times)}`,
      },
    ];
  },
};
