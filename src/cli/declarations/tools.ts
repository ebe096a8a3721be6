import type { Command } from "commander";
import { addRunOptions } from "./run.ts";

export function declareTools(program: Command): void {
  const tools = program.command("tools").description("the built-in tools of agents, workflows and scripts");
  tools
    .command("list")
    .description("list the tools, by category")
    .option("--category <name>", "only this category's")
    .option("--tag <name>", "only those with this tag")
    .option("--json", "as JSON, with their schemas")
    .action(async (options) => {
      const { toolsListCommand } = await import("../commands/tools.ts");
      await toolsListCommand(options);
    });
  tools
    .command("search")
    .description("find tools by words of their name, tags and description")
    .argument("<words...>", "all of them must occur")
    .option("--json", "as JSON, with their schemas")
    .action(async (words: string[], options) => {
      const { toolsSearchCommand } = await import("../commands/tools.ts");
      await toolsSearchCommand(words, options);
    });
  tools
    .command("show")
    .description("show one tool: its arguments, answer, permissions, examples")
    .argument("<name>", "name of the tool")
    .option("--json", "as JSON, with its schemas")
    .action(async (name: string, options) => {
      const { toolsShowCommand } = await import("../commands/tools.ts");
      await toolsShowCommand(name, options);
    });
  addRunOptions(
    tools
      .command("run")
      .description("run a tool, within the permissions of a run, and print what it answers")
      .argument("<name>", "name of the tool")
      .argument("[values...]", "its arguments one after the other, as text")
      .option("-a, --args <json>", "its arguments by name, as a JSON object"),
    "tool",
  ).action(async (name: string, values: string[], options) => {
    const { toolsRunCommand } = await import("../commands/tools.ts");
    await toolsRunCommand(name, values, options);
  });
}
