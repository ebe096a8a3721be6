import { EXIT } from "../errors.ts";

/** A reader that goes away (`| head`) and a terminal that is gone end the process quietly; any other failure to write is an error of its own. */
export function endOnBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(EXIT.ok);
      if (error.code === "EIO") process.exit(EXIT.hangup);
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
