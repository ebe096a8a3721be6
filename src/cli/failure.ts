import { EXIT, LlmspellError, exitCodeOf, toLlmspellError } from "../errors.ts";
import { renderError } from "./render-error.ts";

/** commander's own errors: help and version shown (exit 0), or a wrong command line, which it has explained itself. */
interface CommanderError extends Error {
  code: string;
  exitCode: number;
}

function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof Error && (error as Partial<CommanderError>).code?.startsWith("commander.") === true;
}

/** Tells the user what failed, on stderr, and returns the exit code. */
export function reportFailure(thrown: unknown): number {
  if (isCommanderError(thrown)) return thrown.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const error = LlmspellError.is(thrown) ? thrown : toLlmspellError(thrown);
  process.stderr.write(renderError(error));
  if (process.env.LLMSPELL_DEBUG)
    process.stderr.write(`${error.stack}\n${error.cause instanceof Error ? `${error.cause.stack}\n` : ""}`);
  return exitCodeOf(error.code);
}
