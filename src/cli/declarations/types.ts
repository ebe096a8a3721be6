import type { Command } from "commander";

export function declareTypes(program: Command): void {
  program
    .command("types")
    .description("write types of the script API and of parameters for editors")
    .argument("[folder]", "folder of spells (default: the current one)")
    .option("--check", "write nothing; exit with 1 where something is out of date")
    .option("--force", "replace settings of your own too: tsconfig.json, .luarc.json")
    .option("--json", "as JSON")
    .action(async (folder: string | undefined, options) => {
      const { typesCommand } = await import("../commands/types.ts");
      await typesCommand(folder ?? ".", options);
    });
}
