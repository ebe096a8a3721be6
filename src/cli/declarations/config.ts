import type { Command } from "commander";
import { addConfigOptions } from "./config-options.ts";

export function declareConfig(program: Command): void {
  const config = program.command("config").description("what is configured, and where");
  addConfigOptions(
    config
      .command("show")
      .description("show every setting as it counts; keys are hidden")
      .option("--origin", "say where each value comes from: file and line, variable, default")
      .option("--json", "as JSON, origins included"),
  ).action(async (options) => {
    const { configShowCommand } = await import("../commands/config.ts");
    await configShowCommand(options);
  });
  addConfigOptions(
    config
      .command("check")
      .description("find everything that is wrong in the configuration")
      .argument("[files...]", "files to check instead of the project's own")
      .option("--json", "as JSON"),
  ).action(async (files: string[], options) => {
    const { configCheckCommand } = await import("../commands/config.ts");
    await configCheckCommand(files, options);
  });
  addConfigOptions(
    config
      .command("path")
      .description("print which files are read, and where they can be made")
      .option("--json", "as JSON"),
  ).action(async (options) => {
    const { configPathCommand } = await import("../commands/config.ts");
    await configPathCommand(options);
  });
  config
    .command("schema")
    .description("print the JSON Schema of configuration files, for editors")
    .action(async () => {
      const { configJsonSchema } = await import("../../config/json-schema.ts");
      process.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    });
}
