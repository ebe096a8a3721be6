import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { CLI } from "./product.ts";
import { ownFolders } from "./own-folders.ts";

export interface CliOptions {
  /** Text on standard input; without it standard input is empty. */
  input?: string;
  /** Standard input is a pipe that the test ends itself. */
  keepInputOpen?: boolean;
  /** Besides PATH; nothing else is handed on. */
  env?: Readonly<Record<string, string>>;
  cwd?: string;
}

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningCli {
  readonly process: ChildProcessWithoutNullStreams;
  /** Resolves once standard output holds `text`; rejects when the process ends first. */
  printed(text: string): Promise<void>;
  readonly ended: Promise<CliResult>;
}

/** Starts the real command line in a process of its own. */
export function startCli(
  args: readonly string[],
  { input, keepInputOpen = false, env = {}, cwd }: CliOptions = {},
): RunningCli {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { PATH: process.env.PATH ?? "", OLLAMA_HOST: "127.0.0.1:9", ...ownFolders(), ...env },
    stdio: "pipe",
    ...(cwd === undefined ? {} : { cwd }),
  });
  child.stdin.on("error", () => undefined);
  if (!keepInputOpen) child.stdin.end(input);
  const seen = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => void (seen[name] += text));
  const ended = new Promise<CliResult>((resolve) => child.on("close", (code) => resolve({ code, ...seen })));
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => void (seen.stdout.includes(text) && resolve());
      child.stdout.on("data", look);
      void ended.then(({ code, stderr }) =>
        reject(new Error(`it ended (${code}) before it printed "${text}": ${stderr}`)),
      );
      look();
    });
  return { process: child, printed, ended };
}

/** Runs the real command line to its end. */
export function runCli(args: readonly string[], options?: CliOptions): Promise<CliResult> {
  return startCli(args, options).ended;
}
