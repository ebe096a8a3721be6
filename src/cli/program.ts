import { Command } from "commander";
import type { StartedWorker } from "../runtime/start-worker.ts";
import { VERSION } from "./version.ts";

/** The command line. Each command's code is loaded when it is called. */
export function createProgram(ahead: StartedWorker | undefined): Command {
  const program = new Command("llmspell")
    .description("Runs spells: scripts in Lua, JavaScript or TypeScript that orchestrate language models.")
    .version(VERSION, "-V, --version")
    .exitOverride()
    .showHelpAfterError("(llmspell --help lists the commands)")
    .configureHelp({ showGlobalOptions: true });

  addRunOptions(
    program
      .command("run")
      .description("run a spell from a file, or from standard input with -")
      .argument("<file>", "script file, or -")
      .argument("[args...]", "positional arguments: the script's `args`"),
  ).action(async (file: string, args: string[], options) => {
    const { runCommand } = await import("./commands/run.ts");
    await runCommand({ file, args, options, ahead });
  });

  addRunOptions(
    program
      .command("exec")
      .description("run code given on the command line")
      .requiredOption("-e, --engine <language>", "language of the code: lua, js, ts")
      .argument("<code>", "the code")
      .argument("[args...]", "positional arguments: the script's `args`"),
  ).action(async (code: string, args: string[], options) => {
    const { execCommand } = await import("./commands/run.ts");
    await execCommand({ code, args, options, ahead });
  });

  program
    .command("check")
    .description("check the syntax of spells without running them")
    .argument("<files...>", "script files")
    .option("-e, --engine <language>", "language, where extension and shebang do not tell")
    .option("--json", "one JSON object a file")
    .action(async (files: string[], options) => {
      const { checkCommand } = await import("./commands/check.ts");
      await checkCommand(files, options);
    });

  program
    .command("engines")
    .description("list the script engines")
    .option("--json", "as JSON")
    .action(async (options) => {
      const { enginesCommand } = await import("./commands/engines.ts");
      enginesCommand(options);
    });

  const model = program.command("model").description("what models there are");
  model
    .command("list")
    .description("list known models and whether they can be used now")
    .option("--provider <name>", "only this provider's")
    .option("--json", "as JSON")
    .action(async (options) => {
      const { modelListCommand } = await import("./commands/model.ts");
      await modelListCommand(options);
    });
  model
    .command("info")
    .description("show one model: context, capabilities, prices and their date")
    .argument("<model>", "model name, e.g. openai/gpt-4o")
    .option("--json", "as JSON")
    .action(async (name: string, options) => {
      const { modelInfoCommand } = await import("./commands/model.ts");
      await modelInfoCommand(name, options);
    });

  program
    .command("doctor")
    .description("check that everything a spell needs works here")
    .option("--json", "as JSON")
    .action(async (options) => {
      const { doctorCommand } = await import("./commands/doctor.ts");
      await doctorCommand(options);
    });

  program
    .command("version")
    .description("print the version")
    .action(() => void process.stdout.write(`${VERSION}\n`));

  return program;
}

function addRunOptions(command: Command): Command {
  if (!command.options.some(({ long }) => long === "--engine")) {
    command.option("-e, --engine <language>", "language, where extension and shebang do not tell");
  }
  return command
    .option(
      "-p, --param <name=value>",
      "a parameter of the spell; name:=JSON for other types than text (repeatable)",
      collect,
    )
    .option("-m, --model <name>", "default model, e.g. openai/gpt-4o")
    .option("--require-model", "fail (exit 3) instead of using the offline model")
    .option("--timeout <duration>", "longest time from start to end, e.g. 90s, 5m (default: none)")
    .option("--cpu <duration>", "longest time of computing (default: 30s)")
    .option("--memory <size>", "most memory of the spell's VM (default: 64MB)")
    .option(
      "--limit <name=value>",
      "another limit: hostCalls, outputBytes, hostBytes, valueBytes, e.g. hostCalls=50000 (repeatable)",
      collect,
    )
    .option("--workspace <folder>", "folder that fs works in (default: the current one)")
    .option("--allow-net <hosts>", "hosts that http may reach, separated by commas; * for all public ones")
    .option("--allow-env <names>", "environment variables that env shows, separated by commas")
    .option("--seed <number>", "seed of the spell's random numbers")
    .option("--log-level <level>", "least level of logs on stderr: debug, info, warn, error", "info")
    .option("--json", "print one JSON object: result, output, error, usage");
}

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}
