import { once } from "node:events";
import { readdirSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import type { ReadStream, WriteStream } from "node:tty";
import { EXIT, exitCodeOf } from "../../errors.ts";
import { newSeed } from "../../runtime/run-id.ts";
import type { RunOptions, RuntimeOptions } from "../../runtime/runtime-options.ts";
import type { Spell } from "../../runtime/spell.ts";
import { foldersOf } from "../../store/folders.ts";
import { colors } from "../colors.ts";
import { type ParameterFlags, givenParameters } from "../given-parameters.ts";
import { journalOptions } from "../journal-settings.ts";
import { type LogFlags, createLogPrinter } from "../log-printer.ts";
import { loggingOf } from "../log-settings.ts";
import { approving } from "../person/ask-in-terminal.ts";
import { questionPrompt } from "../person/question-prompt.ts";
import { complete } from "../repl/completion.ts";
import { type ReplLanguage, SCRIPT_FILE } from "../repl/language.ts";
import { PROMPT_COMMANDS } from "../repl/prompt-commands.ts";
import { replLanguage } from "../repl/repl-languages.ts";
import { ReplSession } from "../repl/session.ts";
import { ReplShell, type ShellOutput } from "../repl/shell.ts";
import { type RunFlags, runOptionsOf } from "../run-options.ts";
import { type ConfigFlags, loadSettings } from "../settings.ts";
import { onInterrupt } from "../signals.ts";
import { spellFoldersOf } from "../spell-folders.ts";
import { onLostReader } from "../streams.ts";
import { openHistory } from "../terminal/history-file.ts";
import { INTERRUPTED, type LineReader } from "../terminal/line-reader.ts";
import { createTerminalReader } from "../terminal/terminal-reader.ts";
import { themeOf } from "../terminal/theme.ts";
import { VERSION } from "../version.ts";

type ReplFlags = RunFlags & ParameterFlags & LogFlags & ConfigFlags & { engine: string };

/** What decides about a session besides its language. */
interface SessionSettings {
  spell: Spell;
  runtime: RuntimeOptions;
  options: RunOptions;
  logs: LogFlags;
  /** Approves what inputs ask for. */
  yes: boolean;
}

/** What the host may hold for a session, in bytes: its journal lasts as long as it does. */
const HOST_BYTES = 256 * 1024 * 1024;
const WIDTH = 80;
/** How long a session that ends waits for what it left running. */
const PATIENCE_MS = 200;

/** `llmspell repl`: a prompt on a terminal; elsewhere the lines of standard input, without one. */
export async function replCommand(flags: ReplFlags): Promise<void> {
  const language = replLanguage(flags.engine);
  const configured = await loadSettings(flags);
  const runtime: RuntimeOptions = {
    ...configured.runtime,
    spellFolders: spellFoldersOf(configured),
    journal: journalOptions(configured).file ?? false,
  };
  const own = runOptionsOf(flags, runtime.permissions);
  const spell = spellOf(language);
  const line = { tokens: [], options: [], target: spell.name };
  const settings: SessionSettings = {
    spell,
    runtime,
    options: { ...own, ...(await givenParameters(spell, flags, line, own.workspace ?? runtime.workspace)) },
    logs: { ...loggingOf(configured, flags), ...flags },
    yes: flags.yes ?? false,
  };
  const terminal = terminalOf();
  process.exitCode = await (terminal ? promptOnTerminal(terminal, language, settings) : readLines(language, settings));
}

/** The script behind a session. Modules are found from the current folder. */
function spellOf({ engine, script }: ReplLanguage): Spell {
  return { engine, code: script, file: SCRIPT_FILE, folder: process.cwd(), name: "repl" };
}

function terminalOf(): WriteStream | undefined {
  const { stdin, stdout, stderr, env } = process;
  if (!stdin.isTTY || env.TERM === "dumb") return undefined;
  return [stderr, stdout].find((stream) => stream.isTTY);
}

async function promptOnTerminal(
  terminal: WriteStream,
  language: ReplLanguage,
  settings: SessionSettings,
): Promise<number> {
  const { stdin, stdout } = process;
  using reader = createTerminalReader({ input: stdin as ReadStream, output: terminal });
  const { bold, dim } = colors(terminal);
  const output: ShellOutput = {
    result: (text) => reader.write(text, stdout),
    notice: (text) => reader.write(text),
    get width() {
      return reader.columns;
    },
    isShared: stdout.isTTY,
    theme: themeOf(stdout),
    dim,
  };
  const ask = questionPrompt(
    (use) => use(reader),
    colors(terminal),
    () => session.interrupt(),
  );
  const onQuestion = settings.yes ? approving(ask) : ask;
  const options = { ...settings.options, onQuestion };
  const { shell, session }: ReturnType<typeof openShell> = openShell(language, { ...settings, options }, output);
  onLostReader((code) => void session.end().finally(() => process.exit(code)));
  reader.write(`${dim(`LLMSpell ${VERSION}, ${language.title}. Tab completes, .help tells more.`)}\n`);
  using _ = reader.onInterrupt(() => session.interrupt());
  const history = openHistory(path.join(foldersOf(process.env).state, `history-${language.name}`));
  try {
    for (;;) {
      const text = await reader.read({
        prompt: `${bold(`${language.name}>`)} `,
        history,
        isComplete: (typed) => /^\s*\./.test(typed) || language.isComplete(typed, (request) => session.ask(request)),
        complete: (typed, cursor) => completeInput(session, language, typed, cursor),
        highlight: (typed) => (/^\s*\.[a-z]/.test(typed) ? [] : language.highlight(typed)),
      });
      if (text === undefined) break;
      if (text === INTERRUPTED) continue;
      if (!(await enter(reader, session, shell, text))) break;
    }
    if (!reader.closed.aborted) await finishSoon(session, shell);
  } finally {
    await session.end();
  }
  return reader.closed.aborted ? (reader.closed.reason as number) : EXIT.ok;
}

/** What failed unseen, as a promise that nobody awaited, is told at the end; what still goes on is not waited for. */
async function finishSoon(session: ReplSession, shell: ReplShell): Promise<void> {
  const patience = new AbortController();
  const tooLong = setTimeout(PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => undefined);
  const result = await Promise.race([session.finish(), tooLong]);
  patience.abort();
  if (result && !result.ok) shell.tellError(result.error);
}

/** Takes one input; ends the session when the terminal goes away meanwhile. */
async function enter(reader: LineReader, session: ReplSession, shell: ReplShell, text: string): Promise<boolean> {
  const close = (): void => void session.end();
  reader.closed.addEventListener("abort", close, { once: true });
  try {
    return await shell.enter(text);
  } finally {
    reader.closed.removeEventListener("abort", close);
  }
}

async function completeInput(session: ReplSession, language: ReplLanguage, text: string, cursor: number) {
  const { builtInBridges } = await import("../../runtime/bridge-sources.ts");
  return complete(
    {
      language,
      commands: PROMPT_COMMANDS.map(({ name }) => `.${name}`),
      bridges: () => builtInBridges().map(({ outline }) => outline),
      ask: (request) => session.ask(request),
      files,
    },
    text,
    cursor,
  );
}

function files(prefix: string): string[] {
  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  try {
    return readdirSync(folder === "" ? "." : folder, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith(".") || prefix.slice(folder.length).startsWith("."))
      .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? "/" : ""}`);
  } catch {
    return [];
  }
}

/** The lines of standard input, as one session: the first error ends it. */
async function readLines(language: ReplLanguage, settings: SessionSettings): Promise<number> {
  const { stdin, stdout, stderr } = process;
  const { dim } = colors(stderr);
  const interrupt = onInterrupt();
  const output: ShellOutput = {
    result: (text) => void stdout.write(text),
    notice: (text) => void (interrupt.exitCode === EXIT.ok || stderr.write(text)),
    width: stdout.columns || WIDTH,
    isShared: stdout.isTTY && stderr.isTTY,
    theme: themeOf(stdout),
    dim,
  };
  const options = settings.yes ? { ...settings.options, onQuestion: approving(undefined) } : settings.options;
  const { shell, session } = openShell(language, { ...settings, options }, output);
  const interrupted = once(interrupt.signal, "abort").then(() => interrupt.exitCode ?? EXIT.ok);
  try {
    return await Promise.race([evaluateLines(language, shell, stdin), interrupted]);
  } finally {
    await session.end();
  }
}

async function evaluateLines(language: ReplLanguage, shell: ReplShell, input: NodeJS.ReadableStream): Promise<number> {
  const { session } = shell;
  let text = "";
  let goesOn = true;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    text = text === "" ? line : `${text}\n${line}`;
    const isCommand = /^\s*\.[a-z]/.test(text);
    if (!isCommand && !(await language.isComplete(text, (request) => session.ask(request)))) continue;
    goesOn = await shell.enter(text);
    text = "";
    if (shell.failed || !goesOn) break;
  }
  if (text !== "" && goesOn && !shell.failed) await shell.enter(text);
  if (shell.failed) return exitCodeOf(shell.failed.code);
  const result = await session.finish();
  if (result.ok) return EXIT.ok;
  shell.tellError(result.error);
  return exitCodeOf(result.error.code);
}

function openShell(
  language: ReplLanguage,
  { spell, runtime, options, logs }: SessionSettings,
  output: ShellOutput,
): { shell: ReplShell; session: ReplSession } {
  const session = new ReplSession(
    language,
    {
      spell,
      runtime,
      options: {
        ...options,
        seed: options.seed ?? newSeed(),
        limits: { hostBytes: HOST_BYTES, ...runtime.limits, ...options.limits },
        onOutput: (text) => shell.print(text),
        onLog: createLogPrinter(logs, output.notice),
        onEvent: (event) => shell.told(event),
      },
    },
    {
      lost(error) {
        shell.tellError(error);
        shell.tell("The session goes on as it was before its last input.");
      },
      forgot(error) {
        shell.tellError(error);
        shell.tell("What was defined could not be brought back: this is a fresh session.");
      },
    },
  );
  const shell: ReplShell = new ReplShell(session, language, output);
  return { shell, session };
}
