/**
 * Measures what `docs/performance.md` promises: `npm run bench`, or `npm run bench -- start vm` for some of it.
 * `--write` keeps the results in that page. The exit code says whether measuring worked, never whether it was fast.
 */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Figure } from "./figure.ts";
import { agentsFigure } from "./figures/agents.ts";
import { callsFigure } from "./figures/calls.ts";
import { eventsFigure } from "./figures/events.ts";
import { hooksFigure } from "./figures/hooks.ts";
import { journalFigure } from "./figures/journal.ts";
import { memoryFigure } from "./figures/memory.ts";
import { modelsFigure } from "./figures/models.ts";
import { overrunFigure } from "./figures/overrun.ts";
import { programsFigure } from "./figures/programs.ts";
import { startFigure } from "./figures/start.ts";
import { stateFigure } from "./figures/state.ts";
import { tengoFigure } from "./figures/tengo.ts";
import { vmFigure } from "./figures/vm.ts";
import { waitingFigure } from "./figures/waiting.ts";
import { workflowsFigure } from "./figures/workflows.ts";
import { describeMachine } from "./machine.ts";
import { PRODUCT } from "./product.ts";
import { formatReadings, writeResults } from "./report.ts";

const FIGURES: readonly Figure[] = [
  startFigure,
  vmFigure,
  memoryFigure,
  callsFigure,
  programsFigure,
  tengoFigure,
  overrunFigure,
  modelsFigure,
  agentsFigure,
  workflowsFigure,
  eventsFigure,
  hooksFigure,
  stateFigure,
  waitingFigure,
  journalFigure,
];

const { values, positionals } = parseArgs({
  options: { write: { type: "boolean", default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !FIGURES.some((figure) => figure.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no figure named ${unknown.join(", ")}. Figures: ${FIGURES.map(({ name }) => name).join(", ")}.`,
  );
  process.exit(2);
}
if (!existsSync(PRODUCT)) {
  console.error("There is nothing to measure: dist/ is missing. Run npm run build first.");
  process.exit(2);
}

console.log(describeMachine());
const chosen = FIGURES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
for (const figure of chosen) {
  console.log(`\n${figure.title}`);
  try {
    const readings = await figure.measure((line) => console.error(`  ${line}`));
    console.log(formatReadings(readings));
    if (values.write) writeResults(figure, readings, describeMachine());
  } catch (error) {
    process.exitCode = 1;
    console.error(`  could not be measured: ${(error as Error).stack}`);
  }
}
