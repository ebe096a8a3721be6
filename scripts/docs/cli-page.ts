import type { Command } from "commander";
import { EXIT_CODE_TABLE } from "./exit-codes-page.ts";

/** `docs/cli.md`: the help of every command, and the exit codes. */
export function cliPage(introduction: string, program: Command): string {
  const sections = commandsOf(program).map(({ path, command }) => {
    command.configureHelp({ helpWidth: 100 }).configureOutput({ getOutHasColors: () => false });
    return [`## ${path}`, ["```text", command.helpInformation().trimEnd(), "```"].join("\n")].join("\n\n");
  });
  return `${[introduction.trimEnd(), ...sections, "## Exit codes", EXIT_CODE_TABLE].join("\n\n")}\n`;
}

function commandsOf(command: Command, parents = ""): { path: string; command: Command }[] {
  const path = `${parents}${command.name()}`;
  return [{ path, command }, ...command.commands.flatMap((inner) => commandsOf(inner, `${path} `))];
}
