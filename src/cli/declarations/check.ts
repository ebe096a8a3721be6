import type { Command } from "commander";
import { addConfigOptions } from "./config-options.ts";

export function declareCheck(program: Command): void {
  addConfigOptions(program.command("check"))
    .alias("validate")
    .description("check spells without running them: manifest, header, syntax")
    .argument("<spells...>", "script files, folders with a manifest, or names of spells")
    .option("-e, --engine <language>", "language, where extension and shebang do not tell")
    .option("--json", "one JSON object a spell")
    .action(async (targets: string[], options) => {
      const { checkCommand } = await import("../commands/check.ts");
      await checkCommand(targets, options);
    });
}
