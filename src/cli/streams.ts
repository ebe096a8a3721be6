import { EXIT } from "../errors.ts";

/**
 * Calls `lost`, instead of who was called before, with the exit code that fits when nobody is left to read: a reader that
 * goes away (`| head`), a terminal that is gone. Any other failure to write is an error of its own and ends the process.
 */
export function onLostReader(lost: (exitCode: number) => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners("error");
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") return lost(EXIT.ok);
      if (error.code === "EIO") return lost(EXIT.hangup);
      if (stream === process.stdout) process.stderr.write(`error: the output cannot be written: ${error.message}\n`);
      process.exit(EXIT.script);
    });
  }
}

/** Ends the process, workers included, once everything is written. */
export async function exitWhenWritten(): Promise<never> {
  // A failed write tells so on a later turn.
  await new Promise((resolve) => setImmediate(resolve));
  for (const stream of [process.stdout, process.stderr]) {
    // The callback of a write comes once everything before it is written; `drain` comes only after a full buffer.
    if (stream.writableLength > 0) await new Promise<void>((resolve) => void stream.write("", () => resolve()));
  }
  process.exit();
}
