import type { StartedWorker } from "../runtime/start-worker.ts";
import { reportFailure } from "./failure.ts";
import { createProgram } from "./program.ts";
import { endOnBrokenPipe, exitWhenWritten } from "./streams.ts";

/** Reads and obeys the command line, then ends the process. `ahead` is the worker that was started meanwhile. */
export async function runCommandLine(argv: readonly string[], ahead: StartedWorker | undefined): Promise<never> {
  endOnBrokenPipe();
  try {
    await createProgram(ahead).parseAsync(argv);
  } catch (error) {
    process.exitCode = reportFailure(error);
  }
  return exitWhenWritten();
}
