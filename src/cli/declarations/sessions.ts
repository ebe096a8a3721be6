import type { Command } from "commander";
import { addConfigOptions } from "./config-options.ts";

/** `sessions` and `artifacts`: what spells keep between their runs. */
export function declareSessions(program: Command): void {
  const sessions = program.command("sessions").description("work of spells that spans runs");
  const list = sessions.command("list").description("list the sessions, changed last first");
  addSpellOption(list)
    .addOption(list.createOption("--status <status>", "only such").choices(["active", "suspended", "completed"]))
    .action(async (options) => {
      const { sessionsListCommand } = await import("../commands/sessions.ts");
      await sessionsListCommand(options);
    });
  addSpellOption(sessions.command("show").description("show a session and its messages"))
    .argument("<id>", "its id, the beginning of it, or its name")
    .action(async (id: string, options) => {
      const { sessionsShowCommand } = await import("../commands/sessions.ts");
      await sessionsShowCommand(id, options);
    });
  addSpellOption(sessions.command("delete").description("delete a session, its messages and its artifacts"))
    .argument("<id>", "its id, the beginning of it, or its name")
    .action(async (id: string, options) => {
      const { sessionsDeleteCommand } = await import("../commands/sessions.ts");
      await sessionsDeleteCommand(id, options);
    });
  const artifacts = program.command("artifacts").description("texts and bytes that spells keep, in versions");
  addSpellOption(artifacts.command("list").description("list the artifacts, the newest first"))
    .option("--session <id>", "only those of this session")
    .action(async (options) => {
      const { artifactsListCommand } = await import("../commands/artifacts.ts");
      await artifactsListCommand(options);
    });
  addSpellOption(artifacts.command("get").description("write an artifact's content to stdout or into a file"))
    .argument("<name>", "name of the artifact")
    .option("--session <id>", "that of this session")
    .option("--number <version>", "a version instead of the last one")
    .option("-o, --output <file>", "file to write instead of stdout")
    .action(async (name: string, options) => {
      const { artifactsGetCommand } = await import("../commands/artifacts.ts");
      await artifactsGetCommand(name, options);
    });
}

function addSpellOption(command: Command): Command {
  return addConfigOptions(command.option("--spell <name>", "only this spell's: its path, or its file's name")).option(
    "--json",
    "as JSON",
  );
}
