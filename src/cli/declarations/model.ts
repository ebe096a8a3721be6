import type { Command } from "commander";
import { addConfigOptions } from "./config-options.ts";

export function declareModel(program: Command): void {
  const model = program.command("model").description("what models there are");
  addConfigOptions(
    model
      .command("list")
      .description("list known models and whether they can be used now")
      .option("--provider <name>", "only this provider's")
      .option("--json", "as JSON"),
  ).action(async (options) => {
    const { modelListCommand } = await import("../commands/model.ts");
    await modelListCommand(options);
  });
  addConfigOptions(
    model
      .command("info")
      .description("show one model: context, capabilities, prices and their date")
      .argument("<model>", "model name, e.g. openai/gpt-4o")
      .option("--json", "as JSON"),
  ).action(async (name: string, options) => {
    const { modelInfoCommand } = await import("../commands/model.ts");
    await modelInfoCommand(name, options);
  });
}
