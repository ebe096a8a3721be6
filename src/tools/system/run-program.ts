import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { LlmspellError } from "../../errors.ts";

export interface ProgramRun {
  exitCode: number | null;
  /** The signal that ended it. */
  signal: string | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
  /** It wrote more than was wanted and was ended for that. */
  truncated: boolean;
}

export interface ProgramOptions {
  /** Absolute. */
  cwd: string;
  input?: string | undefined;
  timeoutMs: number;
  /** Most bytes of stdout, and of stderr. */
  maxBytes: number;
  signal: AbortSignal;
}

/** What a program finds of our own environment: nothing that holds keys. */
const PASSED = ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "SystemRoot", "PATHEXT"];
const NAME = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;

/**
 * Runs a program without a shell, in a process group of its own, which is killed when the time is up, when it writes too
 * much, and when `signal` aborts. Throws `command.not_found`; an exit code other than 0 is no error.
 */
export async function runProgram(
  file: string,
  args: readonly string[],
  { cwd, input, timeoutMs, maxBytes, signal }: ProgramOptions,
): Promise<ProgramRun> {
  signal.throwIfAborted();
  const child = start(file, args, cwd);
  const kill = () => killGroup(child.pid);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, timeoutMs);
  signal.addEventListener("abort", kill, { once: true });
  const stdout = new Collected(maxBytes, kill);
  const stderr = new Collected(maxBytes, kill);
  child.stdout.on("data", (data: Buffer) => stdout.add(data));
  child.stderr.on("data", (data: Buffer) => stderr.add(data));
  // A program that does not read its input is no failure of ours.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input ?? "");
  try {
    const [exitCode, ended] = await new Promise<[number | null, string | null]>((resolve, reject) => {
      child.on("error", reject);
      // What it has left running in its group would keep the pipes open.
      child.on("exit", () => kill());
      child.on("close", (code, name) => resolve([code, name]));
    });
    signal.throwIfAborted();
    const truncated = stdout.full || stderr.full;
    return { exitCode, signal: ended, stdout: stdout.text(), stderr: stderr.text(), timedOut, truncated };
  } catch (thrown) {
    throw LlmspellError.is(thrown) ? thrown : notStarted(file, thrown);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", kill);
  }
}

function start(file: string, args: readonly string[], cwd: string): ChildProcessWithoutNullStreams {
  try {
    return spawn(file, args, { cwd, env: environment(), shell: false, detached: true, windowsHide: true });
  } catch (thrown) {
    throw notStarted(file, thrown);
  }
}

function notStarted(file: string, cause: unknown): LlmspellError {
  const message = `${path.basename(file)} could not be started: ${(cause as Error).message}`;
  return new LlmspellError("command.failed", message, { cause });
}

/** The file of a program by its name, as a shell would find it, but never below `workspace`, which a spell may write to. */
export function findProgram(name: string, workspace: string): string {
  if (!NAME.test(name)) {
    throw new LlmspellError("input.invalid", `"${name}" is no name of a program`, {
      hint: "Give the name alone, e.g. git: no path, no arguments, no shell.",
    });
  }
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    const file = path.join(folder, name);
    if (path.isAbsolute(folder) && isProgram(file) && !isBelow(file, workspace)) return file;
  }
  throw new LlmspellError("command.not_found", `there is no program "${name}" in PATH`, { details: { program: name } });
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function isBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, realpathSync(file));
  return relative !== "" && !relative.startsWith("..") && !path.isAbsolute(relative);
}

function environment(): Record<string, string> {
  const set = PASSED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...Object.fromEntries(set), TERM: "dumb", NO_COLOR: "1", GIT_TERMINAL_PROMPT: "0" };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

/** Output up to so many bytes. */
class Collected {
  readonly #most: number;
  readonly #tooMuch: () => void;
  readonly #parts: Buffer[] = [];
  #length = 0;

  constructor(most: number, tooMuch: () => void) {
    this.#most = most;
    this.#tooMuch = tooMuch;
  }

  get full(): boolean {
    return this.#length > this.#most;
  }

  add(data: Buffer): void {
    if (this.full) return;
    this.#parts.push(data.subarray(0, this.#most - this.#length));
    this.#length += data.length;
    if (this.full) this.#tooMuch();
  }

  text(): string {
    return Buffer.concat(this.#parts).toString("utf8");
  }
}
