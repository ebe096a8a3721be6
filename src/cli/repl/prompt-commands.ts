import { readFileSync, writeFileSync } from "node:fs";
import { LlmspellError } from "../../errors.ts";
import { formatElapsed } from "../figures.ts";
import type { ReplSession } from "./session.ts";

/** What the commands of a prompt work on. What answers a boolean answers false when the session is to end. */
export interface CommandTarget {
  readonly session: ReplSession;
  evaluate(text: string, file?: string): Promise<boolean>;
  describe(text: string): Promise<boolean>;
  tell(text: string): void;
  /** Counts what models use from now on; the answer says it. */
  countSpending(): () => string[];
}

interface PromptCommand {
  name: string;
  /** What follows the name. */
  argument?: "FILE" | "EXPR";
  summary: string;
  run(shell: CommandTarget, argument: string): Promise<boolean>;
}

const MAX_FILE_BYTES = 10 * 1024 * 1024;

export const PROMPT_COMMANDS: readonly PromptCommand[] = [
  {
    name: "help",
    summary: "this list",
    async run(shell) {
      shell.tell(helpText());
      return true;
    },
  },
  {
    name: "load",
    argument: "FILE",
    summary: "evaluate a file",
    run: (shell, file) => shell.evaluate(readScript(file), file),
  },
  {
    name: "save",
    argument: "FILE",
    summary: "write what was entered without an error to a new file",
    async run(shell, file) {
      const { done } = shell.session;
      save(file, done);
      shell.tell(`${done.length} ${done.length === 1 ? "input" : "inputs"} written to ${file}`);
      return true;
    },
  },
  {
    name: "type",
    argument: "EXPR",
    summary: "what kind of value an expression has; how a method is called",
    run: (shell, text) => shell.describe(text),
  },
  {
    name: "time",
    argument: "EXPR",
    summary: "evaluate, and say how long it took and what models cost",
    async run(shell, text) {
      const startedAt = performance.now();
      const spent = shell.countSpending();
      const goesOn = await shell.evaluate(text);
      shell.tell([formatElapsed(performance.now() - startedAt), ...spent()].join("; "));
      return goesOn;
    },
  },
  {
    name: "reset",
    summary: "forget everything that was defined",
    async run(shell) {
      shell.session.reset();
      shell.tell("a fresh session");
      return true;
    },
  },
  { name: "exit", summary: "end the session, as Ctrl-D does", run: async () => false },
];

/** `.load FILE` and the like; undefined for what is code. */
export function promptCommandOf(text: string): { command: PromptCommand; argument: string } | undefined {
  const [, name, rest = ""] = /^\s*\.([a-z]+)(?:\s+([^]*))?$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const command = PROMPT_COMMANDS.find((known) => known.name === name);
  const argument = rest.trim();
  if (!command)
    throw new LlmspellError("usage.invalid", `there is no command .${name}`, { hint: ".help lists the commands." });
  if ((command.argument === undefined) !== (argument === ""))
    throw new LlmspellError("usage.invalid", `.${name} takes ${command.argument ?? "nothing behind it"}`, {
      hint: `Usage: ${usageOf(command)}`,
    });
  return { command, argument };
}

function usageOf({ name, argument }: PromptCommand): string {
  return `.${name}${argument === undefined ? "" : ` ${argument}`}`;
}

const KEYS = [
  ["Tab", "completes, and tells how a method is called"],
  ["Up, Down, Ctrl-R", "earlier inputs; search in them"],
  ["Alt-Enter", "another line"],
  ["Ctrl-C", "gives up the input, or ends what is running"],
  ["Ctrl-D", "ends the session"],
] as const;

function helpText(): string {
  const rows = [...PROMPT_COMMANDS.map((command) => [usageOf(command), command.summary] as const), ...KEYS];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, summary]) => `${name.padEnd(width)}  ${summary}`);
  return [...lines, "", "_ is the last value. An input that begins with a blank is not kept in the history."].join(
    "\n",
  );
}

function readScript(file: string): string {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > MAX_FILE_BYTES)
      throw new LlmspellError("script.not_found", `${file} is no script: it has ${bytes.length} bytes`);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/^#!.*/, "");
  } catch (cause) {
    if (LlmspellError.is(cause)) throw cause;
    throw new LlmspellError("script.not_found", `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function save(file: string, inputs: readonly string[]): void {
  try {
    writeFileSync(file, inputs.map((text) => `${text.trimEnd()}\n`).join(""), { flag: "wx" });
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === "EEXIST";
    throw new LlmspellError(
      "usage.invalid",
      exists ? `${file} exists already` : `${file} cannot be written: ${(cause as Error).message}`,
      { cause, ...(exists ? { hint: "Name a new file." } : {}) },
    );
  }
}
