import { readFileSync, statSync } from "node:fs";
import { EXIT, LlmspellError, exitCodeOf, toLlmspellError } from "../errors.ts";
import type { ConfigError } from "../config/problem.ts";
import { renderProblems } from "./render-problems.ts";
import { type ShownSource, renderError } from "./render-error.ts";

/** commander's own errors: help and version shown (exit 0), or a wrong command line. */
interface CommanderError extends Error {
  code: string;
  exitCode: number;
}

const MAX_SOURCE_BYTES = 1024 * 1024;

function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof Error && (error as Partial<CommanderError>).code?.startsWith("commander.") === true;
}

/** commander's complaint about a command line as an error of ours; every other error as it is. `command` is the one that was meant. */
export function asUsageError(thrown: unknown, command: string): unknown {
  if (!isCommanderError(thrown) || thrown.code === "commander.help" || thrown.exitCode === 0) return thrown;
  const [message = "", suggestion = ""] = thrown.message.replace(/^error: /, "").split("\n");
  const meant = suggestion.replace(/^\((.*)\)$/, "$1 ");
  return new LlmspellError("usage.invalid", message, { hint: `${meant}${command} --help tells more.` });
}

/** Tells the user what failed, on stderr, and returns the exit code. */
export function reportFailure(thrown: unknown): number {
  if (isCommanderError(thrown)) return thrown.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const error = LlmspellError.is(thrown) ? thrown : toLlmspellError(thrown);
  reportError(error);
  return exitCodeOf(error.code);
}

/** Tells the user what failed, on stderr, with the line of `source`; without one, of the user's own file that the error names. */
export function reportError(error: LlmspellError, source: ShownSource | undefined = ownFile(error)): void {
  const { problems } = error as Partial<ConfigError>;
  process.stderr.write(problems ? renderProblems(problems) : renderError(error, source));
  if (process.env.LLMSPELL_DEBUG)
    process.stderr.write(`${error.stack}\n${error.cause instanceof Error ? `${error.cause.stack}\n` : ""}`);
}

/** The configuration, manifest or script that an error from before any run names: no script has had a hand in it. */
function ownFile({ frames: [frame] = [] }: LlmspellError): ShownSource | undefined {
  if (!frame) return undefined;
  try {
    const stat = statSync(frame.file);
    if (!stat.isFile() || stat.size > MAX_SOURCE_BYTES) return undefined;
    return { file: frame.file, code: readFileSync(frame.file, "utf8") };
  } catch {
    return undefined;
  }
}
