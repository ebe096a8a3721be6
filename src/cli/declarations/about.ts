import type { Command } from "commander";
import { addConfigOptions } from "./config-options.ts";
import { VERSION } from "../version.ts";

/** Commands that tell about this installation: `engines`, `doctor`, `version`. */
export function declareAbout(program: Command): void {
  program
    .command("engines")
    .description("list the script engines")
    .option("--json", "as JSON")
    .action(async (options) => {
      const { enginesCommand } = await import("../commands/engines.ts");
      await enginesCommand(options);
    });

  addConfigOptions(
    program.command("doctor").description("check that everything a spell needs works here").option("--json", "as JSON"),
  ).action(async (options) => {
    const { doctorCommand } = await import("../commands/doctor.ts");
    await doctorCommand(options);
  });

  program
    .command("version")
    .description("print the version")
    .option("--json", "as JSON, with the versions of Node.js and the platform")
    .action(({ json }: { json?: boolean }) => {
      const { platform, arch } = process;
      const about = { llmspell: VERSION, node: process.versions.node, platform, arch };
      process.stdout.write(json ? `${JSON.stringify(about, null, 2)}\n` : `${VERSION}\n`);
    });
}
