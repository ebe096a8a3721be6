import type { Command } from "commander";

/** `new` and `init`. */
export function declareNew(program: Command): void {
  const create = program
    .command("new")
    .description("begin a spell: a folder with a manifest, a script that works and types for editors")
    .argument("<name>", "name of the spell");
  create
    .addOption(languageOption(create))
    .addOption(
      create
        .createOption("-t, --template <name>", "what it begins as")
        .choices(["basic", "chat", "agent", "workflow", "extract"])
        .default("basic"),
    )
    .option("--in <folder>", "where its folder goes (default: spells/ of a project, else the current folder)")
    .option("--force", "replace files that are there")
    .option("--json", "as JSON")
    .action(async (name: string, options) => {
      const { newCommand } = await import("../commands/new.ts");
      await newCommand(name, options);
    });

  const init = program
    .command("init")
    .description("begin a project: settings, a first spell, a module, types, notes for coding agents")
    .argument("[folder]", "folder of the project (default: the current one)");
  init
    .addOption(languageOption(init))
    .option("--force", "replace files that are there")
    .option("--json", "as JSON")
    .action(async (folder: string | undefined, options) => {
      const { initCommand } = await import("../commands/init.ts");
      await initCommand(folder ?? ".", options);
    });
}

function languageOption(command: Command) {
  return command
    .createOption("-e, --engine <language>", "language of the spell")
    .choices(["lua", "js", "ts", "tengo"])
    .default("lua");
}
