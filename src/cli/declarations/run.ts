import type { Command } from "commander";
import type { StartedWorker } from "../../runtime/start-worker.ts";
import { addConfigOptions } from "./config-options.ts";
import { LOG_LEVELS } from "../log-levels.ts";

/** `run` and `exec`. `ahead` is the worker that was started while the command line was read. */
export function declareRun(program: Command, ahead: StartedWorker | undefined): void {
  addRunOptions(
    program
      .command("run")
      .description("run a spell: a script, a folder with a spell.yaml, a spell's name, or standard input with -")
      .usage("[options] <spell> [--parameter value...] [args...]")
      .argument("[spell]", "script file, folder, name, or -; with --replay none is needed")
      .argument("[args...]", "positional arguments: the script's `args`; all behind -- are")
      // Behind the spell stand flags that its manifest declares.
      .allowUnknownOption()
      .helpOption(false),
  )
    .option("--trust", "grant what the spell's manifest declares to need")
    .option("-h, --help", "display help for command, or for the spell and its parameters")
    .action(async (spell: string | undefined, _args: string[], options, command: Command) => {
      if ((spell === undefined || spell === "-") && options.help) return command.outputHelp();
      if (spell !== undefined && /^-./.test(spell)) return refuseFlag(command, spell);
      const { runCommand } = await import("../commands/run.ts");
      await runCommand({ spell, command, options, ahead });
    });

  addRunOptions(
    program
      .command("exec")
      .description("run code given on the command line")
      .requiredOption("-e, --engine <language>", "language of the code: lua, js, ts, tengo")
      .argument("<code>", "the code")
      .argument("[args...]", "positional arguments: the script's `args`"),
  ).action(async (code: string, args: string[], options) => {
    const { execCommand } = await import("../commands/run.ts");
    await execCommand({ code, args, options, ahead });
  });
}

async function refuseFlag(command: Command, given: string): Promise<never> {
  const { nearestName } = await import("../../values/nearest-name.ts");
  const flag = given.split("=", 1)[0] as string;
  const nearest = nearestName(
    flag,
    command.options.flatMap(({ long }) => long ?? []),
  );
  const hint = nearest === undefined ? "A spell's own parameters stand behind the spell." : `Did you mean ${nearest}?`;
  return command.error(`error: unknown option '${flag}'\n(${hint})`);
}

/** What a command runs: a script of the user, which has a language; a workflow; or a tool, which has no parameters and asks nobody. */
type Runs = "script" | "workflow" | "tool";

export function addRunOptions(command: Command, runs: Runs = "script"): Command {
  if (runs === "script" && !command.options.some(({ long }) => long === "--engine")) {
    command.option("-e, --engine <language>", "language, where extension and shebang do not tell");
  }
  return addSettings(command, runs)
    .option("--record <file>", "write a recording of the run, secrets taken out")
    .addOption(
      command
        .createOption("--replay <file>", "make a recorded run again, without network and effects")
        .conflicts("record"),
    )
    .option("--cost", "say at the end what models cost, also where stderr is no terminal")
    .addOption(command.createOption("-q, --quiet", "only errors on stderr").conflicts("verbose"))
    .option("-v, --verbose", "all logs on stderr, and every call as it ends")
    .addOption(command.createOption("--json", "print one JSON object: result, output, error, usage").conflicts("jsonl"))
    .option("--jsonl", "print a JSON object a line, as it happens: output, logs, calls, result");
}

/** What a run may do and gets, whoever starts it. */
export function addSettings(command: Command, runs: Runs = "script"): Command {
  addConfigOptions(command);
  if (runs !== "tool")
    command
      .option(
        "-p, --param <name=value>",
        "a parameter of the spell; name:=JSON for other types than text (repeatable)",
        collect,
      )
      .option("--params-file <file>", "parameters from a YAML, JSON or TOML file; flags go over them");
  command
    .option("-m, --model <name>", "default model, e.g. openai/gpt-4o")
    .option("--require-model", "fail (exit 3) instead of using the offline model")
    .option("--timeout <duration>", "longest time from start to end, e.g. 90s, 5m (default: none)")
    .option("--cpu <duration>", "longest time of computing (default: 30s)");
  if (runs !== "tool") command.option("--memory <size>", "most memory of the spell's VM (default: 64MB)");
  command
    .option(
      "--limit <name=value>",
      "another limit: hostCalls, concurrentCalls, outputBytes, hostBytes, valueBytes, stateBytes, e.g. hostCalls=50000 (repeatable)",
      collect,
    )
    .option("--max-cost <dollars>", "most money that models may cost, e.g. 0.50")
    .option("--max-tokens <number>", "most tokens that models may use, in and out together")
    .option("--workspace <folder>", "folder that fs works in (default: the current one)")
    .option("--allow-net <hosts>", "hosts that http may reach, separated by commas; * for all public ones")
    .option("--allow-env <names>", "environment variables that env shows, separated by commas")
    .option(
      "--allow-command <names>",
      "programs that command_run may start, separated by commas; they may do what you may",
    );
  if (runs !== "tool")
    command
      .option("--allow-shared-state", "use state that spells share: scopes user and global")
      .option("--seed <number>", "seed of the spell's random numbers")
      .option("-y, --yes", "approve whatever the spell asks for: nobody looks at what it is about to do");
  return command
    .option("--no-journal", "keep nothing of this run in the journal")
    .addOption(
      command.createOption("--log-level <level>", "least level of logs on stderr (default: info)").choices(LOG_LEVELS),
    );
}

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}
