import type { Command } from "commander";
import { addConfigOptions } from "./config-options.ts";
import { LOG_LEVELS } from "../log-levels.ts";

export function declareChat(program: Command): void {
  const command = addConfigOptions(
    program.command("chat").description("talk with a model: in a terminal, or one question and its answer"),
  )
    .argument("[question...]", "asks this alone; text on standard input goes with it")
    .option("-m, --model <name>", "the model, e.g. openai/gpt-4o")
    .option("--require-model", "fail (exit 3) instead of using the offline model")
    .option("-s, --system <text>", "system message")
    .option("-f, --file <file>", "attach a text, an image or a PDF (repeatable)", collect);
  command
    .addOption(command.createOption("-c, --continue", "go on with the last session").conflicts("session"))
    .option("--session <name>", "go on with this session, or begin it")
    .option("--no-save", "keep nothing of this conversation")
    .option(
      "--tools <names>",
      "what the model may use: files, web, tools and categories of `llmspell tools list`, separated by commas",
    )
    .option("--workspace <folder>", "folder that the tools work in (default: the current one)")
    .option("--allow-net <hosts>", "hosts that the tools may reach, separated by commas; * for all public ones")
    .option("--allow-env <names>", "environment variables that the tools see, separated by commas")
    .option("--allow-command <names>", "programs that command_run may start, separated by commas")
    .option("-y, --yes", "allow whatever the tools ask for: nobody looks at what they are about to do")
    .option("--max-cost <dollars>", "most money that models may cost, e.g. 0.50")
    .option("--max-tokens <number>", "most tokens that models may use, in and out together")
    .option("--timeout <duration>", "longest time of one turn, e.g. 90s (default: none)")
    .addOption(
      command.createOption("--log-level <level>", "least level of logs on stderr (default: info)").choices(LOG_LEVELS),
    )
    .option("--cost", "say what an answer cost, also where stderr is no terminal")
    .addOption(command.createOption("-q, --quiet", "only the answer, and errors").conflicts("verbose"))
    .option("-v, --verbose", "all logs on stderr")
    .option("--json", "with a question: print one JSON object")
    .action(async (question: string[], options) => {
      const { chatCommand } = await import("../commands/chat.ts");
      await chatCommand(question, options);
    });
}

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}
