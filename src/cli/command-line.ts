import type { StartedWorker } from "../runtime/start-worker.ts";
import type { Command } from "commander";
import { asUsageError, reportFailure } from "./failure.ts";
import { createProgram } from "./program.ts";
import { exitWhenWritten, onLostReader } from "./streams.ts";

/** Reads and obeys the command line, then ends the process. `ahead` is the worker that was started meanwhile. */
export async function runCommandLine(argv: readonly string[], ahead: StartedWorker | undefined): Promise<never> {
  onLostReader((code) => process.exit(code));
  const program = createProgram(ahead);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = reportFailure(asUsageError(error, commandIn(program, argv.slice(2))));
  }
  return exitWhenWritten();
}

/** The command that the words name, as far as they do: `llmspell runs list`. */
function commandIn(command: Command, [word, ...words]: readonly string[]): string {
  const meant = command.commands.find((each) => each.name() === word || each.aliases().includes(word ?? ""));
  return meant ? `${command.name()} ${commandIn(meant, words)}` : command.name();
}
