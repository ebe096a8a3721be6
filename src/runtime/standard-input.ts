import { readSync } from "node:fs";

const CHUNK_BYTES = 64 * 1024;
const POLL_MS = 5;

/**
 * All of the process's standard input as text; blocks the thread until its end. Where the descriptor does not block (a
 * pipe that the main thread has opened) it waits in a way that ending the thread interrupts.
 */
export function readStandardInput(): string {
  const chunks: Buffer[] = [];
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = readChunk(chunk);
    if (length === 0) return Buffer.concat(chunks).toString("utf8");
    if (length === undefined) Atomics.wait(nobody, 0, 0, POLL_MS);
    else chunks.push(chunk.subarray(0, length));
  }
}

/** Bytes read, 0 at the end; undefined when there is nothing yet. */
function readChunk(chunk: Buffer): number | undefined {
  try {
    return readSync(0, chunk);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EAGAIN") return undefined;
    if (code === "EOF") return 0;
    throw error;
  }
}
