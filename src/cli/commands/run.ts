import { readFileSync } from "node:fs";
import { EXIT, LlmspellError, exitCodeOf, toLlmspellError } from "../../errors.ts";
import { builtInEngines } from "../../runtime/engines.ts";
import { NO_STATS } from "../../runtime/protocol.ts";
import { newRunId } from "../../runtime/run-id.ts";
import { runSpell } from "../../runtime/run-spell.ts";
import type { RunOptions, RunResult } from "../../runtime/runtime-options.ts";
import { type Spell, loadSpell, spellFromText } from "../../runtime/spell.ts";
import type { StartedWorker } from "../../runtime/start-worker.ts";
import { Supervisor } from "../../runtime/supervisor.ts";
import { createLogPrinter } from "../log-printer.ts";
import { parseDuration, parseLimits, parseList, parseParams, parseSize } from "../options.ts";
import { renderError } from "../render-error.ts";
import { formatResult, resultAsJson } from "../result.ts";
import { onInterrupt } from "../signals.ts";

interface RunFlags {
  engine?: string;
  param?: string[];
  model?: string;
  requireModel?: boolean;
  timeout?: string;
  cpu?: string;
  memory?: string;
  limit?: string[];
  workspace?: string;
  allowNet?: string;
  allowEnv?: string;
  seed?: string;
  logLevel: string;
  json?: boolean;
}

interface RunCommand {
  options: RunFlags;
  args: string[];
  ahead: StartedWorker | undefined;
}

/** `llmspell run FILE`: runs a script file, or standard input for `-`. */
export async function runCommand(command: RunCommand & { file: string }): Promise<void> {
  const { file, options } = command;
  await execute(command, file !== "-", () =>
    file === "-"
      ? spellFromText(readFileSync(0, "utf8"), "<stdin>", builtInEngines(), options.engine)
      : loadSpell(file, builtInEngines(), options.engine),
  );
}

/** `llmspell exec -e LANGUAGE CODE`. */
export async function execCommand(command: RunCommand & { code: string }): Promise<void> {
  await execute(command, true, () => spellFromText(command.code, "<code>", builtInEngines(), command.options.engine));
}

async function execute(command: RunCommand, mayReadInput: boolean, load: () => Spell): Promise<void> {
  const runId = newRunId();
  try {
    await runIt(command, runId, mayReadInput, load);
  } catch (thrown) {
    if (command.options.json !== true) throw thrown;
    const error = toLlmspellError(thrown);
    writeJson({ runId, ok: false, error, output: "", stats: NO_STATS });
    process.exitCode = exitCodeOf(error.code);
  }
}

async function runIt(
  { options, args, ahead }: RunCommand,
  runId: string,
  mayReadInput: boolean,
  load: () => Spell,
): Promise<void> {
  const run = runOptions(options, args, mayReadInput);
  const spell = load();
  const interrupt = onInterrupt();
  const supervisor = new Supervisor(ahead ? { first: ahead } : {});
  const result = await runSpell(supervisor, runId, spell, {}, { ...run, signal: interrupt.signal });
  report(result, spell, options.json === true);
  process.exitCode = interrupt.exitCode ?? (result.ok ? EXIT.ok : exitCodeOf(result.error.code));
}

function runOptions(flags: RunFlags, args: readonly string[], mayReadInput: boolean): RunOptions {
  const printLog = createLogPrinter(flags.logLevel);
  const net = parseList(flags.allowNet);
  return {
    params: parseParams(flags.param ?? []),
    args,
    stdin: mayReadInput && !process.stdin.isTTY,
    limits: {
      ...parseLimits(flags.limit ?? []),
      ...(flags.timeout === undefined ? {} : { timeoutMs: parseDuration(flags.timeout, "--timeout") }),
      ...(flags.cpu === undefined ? {} : { cpuMs: parseDuration(flags.cpu, "--cpu") }),
      ...(flags.memory === undefined ? {} : { memoryBytes: parseSize(flags.memory, "--memory") }),
    },
    permissions: { net, privateNet: net.filter(namesThisMachine), env: parseList(flags.allowEnv) },
    models: {
      ...(flags.model === undefined ? {} : { model: flags.model }),
      ...(flags.requireModel ? { requireModel: true } : {}),
    },
    ...(flags.workspace === undefined ? {} : { workspace: flags.workspace }),
    ...(flags.seed === undefined ? {} : { seed: parseSeed(flags.seed) }),
    onLog: printLog,
    ...(flags.json ? {} : { onOutput: (text: string) => void process.stdout.write(text) }),
  };
}

/** Hosts written as addresses or as localhost are meant even though they are private. */
function namesThisMachine(host: string): boolean {
  return /^(localhost|\[[\da-f:.]+\]|\d+\.\d+\.\d+\.\d+)(:\d+)?$/i.test(host);
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed;
  throw new LlmspellError("usage.invalid", `--seed wants a whole number below 2^32, got "${text}"`);
}

function report(result: RunResult, spell: Spell, json: boolean): void {
  if (json) return writeJson(result);
  if (result.ok) process.stdout.write(formatResult(result.value));
  else process.stderr.write(renderError(result.error, spell));
}

function writeJson(result: RunResult): void {
  process.stdout.write(`${JSON.stringify(resultAsJson(result))}\n`);
}
