import type { Command } from "commander";
import { addRunOptions } from "./run.ts";

/** `workflow`: workflows of YAML and JSON files. */
export function declareWorkflow(program: Command): void {
  const workflow = program.command("workflow").description("workflows of YAML and JSON files: run, check, draw");
  addRunOptions(
    workflow
      .command("run")
      .description("run a workflow and print its output; its input are the parameters (--param)")
      .argument("<file>", "YAML or JSON file"),
    "workflow",
  ).action(async (file: string, options) => {
    const { workflowRunCommand } = await import("../commands/workflow.ts");
    await workflowRunCommand(file, options);
  });
  workflow
    .command("check")
    .description("check workflows without running them: keys, templates, steps, cycles")
    .argument("<files...>", "YAML or JSON files")
    .option("--json", "one JSON object a file")
    .action(async (files: string[], options) => {
      const { workflowCheckCommand } = await import("../commands/workflow.ts");
      await workflowCheckCommand(files, options);
    });
  const graph = workflow.command("graph").description("draw a workflow").argument("<file>", "YAML or JSON file");
  graph
    .addOption(graph.createOption("--format <format>", "how").choices(["mermaid", "svg"]).default("mermaid"))
    .option("-o, --output <file>", "file to write instead of stdout")
    .action(async (file: string, options) => {
      const { workflowGraphCommand } = await import("../commands/workflow.ts");
      await workflowGraphCommand(file, options);
    });
}
