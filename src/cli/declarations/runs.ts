import type { Command } from "commander";
import { addConfigOptions } from "./config-options.ts";

const STATUSES = ["running", "ok", "failed", "cancelled", "crashed"];

/** `runs`: what the journal holds. */
export function declareRuns(program: Command): void {
  const runs = program.command("runs").description("what ran, and how it went");
  const list = runs.command("list").description("list runs, the latest first");
  addConfigOptions(list)
    .addOption(list.createOption("--status <status>", "only runs that ended so, or go on").choices(STATUSES))
    .option("--spell <name>", "only runs of this spell")
    .option("--since <time>", "only runs since then: a date and time, or how long ago: 90m, 12h, 7d")
    .option("--limit <number>", "at most so many; 0 for all", "20")
    .option("--json", "as JSON")
    .action(async (options) => {
      const { runsListCommand } = await import("../commands/runs-list.ts");
      await runsListCommand(options);
    });
  const RUN = "id of a run, or the beginning of one; last for the latest";
  addConfigOptions(runs.command("show").description("show one run: its calls, what they took and cost, how it ended"))
    .argument("<run>", RUN)
    .option("--tree", "its calls as a tree: agents, models, tools, with what each spent")
    .option("--json", "as JSON")
    .action(async (run: string, options) => {
      const { runsShowCommand } = await import("../commands/runs-show.ts");
      await runsShowCommand(run, options);
    });
  addConfigOptions(
    runs
      .command("report")
      .description("write a page about one run that opens from disk: timeline, conversations, costs"),
  )
    .argument("<run>", RUN)
    .option("-o, --output <file>", "file to write instead of stdout, such as run.html")
    .action(async (run: string, options) => {
      const { runsReportCommand } = await import("../commands/runs-report.ts");
      await runsReportCommand(run, options);
    });
  addConfigOptions(runs.command("export").description("write a run's recording, for run --replay"))
    .argument("<run>", RUN)
    .option("-o, --output <file>", "file to write instead of stdout")
    .action(async (run: string, options) => {
      const { runsExportCommand } = await import("../commands/runs-export.ts");
      await runsExportCommand(run, options);
    });
  addConfigOptions(runs.command("prune").description("delete old runs; without options, those that would go anyway"))
    .option("--keep-days <number>", "keep runs that are no older")
    .option("--keep-runs <number>", "keep so many of the latest; 0 deletes all that have ended")
    .option("--json", "as JSON")
    .action(async (options) => {
      const { runsPruneCommand } = await import("../commands/runs-prune.ts");
      await runsPruneCommand(options);
    });
}
