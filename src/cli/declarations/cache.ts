import type { Command } from "commander";
import { addConfigOptions } from "./config-options.ts";

export function declareCache(program: Command): void {
  const cache = program.command("cache").description("what spells keep to save work");
  addConfigOptions(cache.command("info").description("where the cache lies, and how much it holds"))
    .option("--json", "as JSON")
    .action(async (options) => {
      const { cacheInfoCommand } = await import("../commands/cache.ts");
      await cacheInfoCommand(options);
    });
  addSpellOption(cache.command("list").description("list the spells that keep something, or what one of them keeps"))
    .option("--json", "as JSON")
    .action(async (options) => {
      const { cacheListCommand } = await import("../commands/cache.ts");
      await cacheListCommand(options);
    });
  addSpellOption(cache.command("clear").description("remove everything, or what one spell keeps"))
    .option("--json", "as JSON")
    .action(async (options) => {
      const { cacheClearCommand } = await import("../commands/cache.ts");
      await cacheClearCommand(options);
    });
}

function addSpellOption(command: Command): Command {
  return addConfigOptions(command.option("--spell <name>", "only this one: its path, or its file's name"));
}
