import type { Command } from "commander";

export function declareCheck(program: Command): void {
  program
    .command("check")
    .alias("validate")
    .description("check the syntax of spells without running them")
    .argument("<files...>", "script files")
    .option("-e, --engine <language>", "language, where extension and shebang do not tell")
    .option("--json", "one JSON object a file")
    .action(async (files: string[], options) => {
      const { checkCommand } = await import("../commands/check.ts");
      await checkCommand(files, options);
    });
}
