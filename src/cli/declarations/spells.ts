import type { Command } from "commander";
import { addConfigOptions } from "./config-options.ts";

/** Commands about spells that run none: `info`, `list`. */
export function declareSpells(program: Command): void {
  addConfigOptions(
    program
      .command("info")
      .description("show what a spell is: manifest, engine, parameters, permissions")
      .argument("<spell>", "script file, folder with a manifest, or name of a spell"),
  )
    .option("-e, --engine <language>", "language, where extension and shebang do not tell")
    .option("--json", "as JSON")
    .action(async (spell: string, options) => {
      const { infoCommand } = await import("../commands/info.ts");
      await infoCommand(spell, options);
    });

  addConfigOptions(
    program.command("list").description("list the spells of the spell folders and of the current folder"),
  )
    .option("--json", "as JSON")
    .action(async (options) => {
      const { listCommand } = await import("../commands/list.ts");
      await listCommand(options);
    });
}
