import type { Command } from "commander";

/** The flags of every command that has settings. */
export function addConfigOptions(command: Command): Command {
  return command
    .option("--config <file>", "configuration file instead of the project's own")
    .option("--profile <name>", "profile of the configuration");
}
