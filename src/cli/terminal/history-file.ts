import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "../../store/make-folder.ts";
import type { History } from "./line-reader.ts";

/** Inputs that are kept. */
const MOST_ENTRIES = 1000;
/** The file is cut when it holds this many times what is kept. */
const SLACK = 2;
const MOST_ENTRY_LENGTH = 100_000;
/** How long another process may hold the lock; past that it has ended without giving it back. */
const STALE_MS = 2000;
const PATIENCE_MS = 200;

/**
 * The history in a file, one JSON string a line, for the user alone. Several processes may share it: each adds to its end,
 * and a lock keeps what one adds while another cuts the file. Inputs that begin with a blank are not kept.
 */
export function openHistory(file: string, most = MOST_ENTRIES): History {
  const entries = read(file);
  if (entries.length > most * SLACK) cut(file, most);
  return new FileHistory(file, entries.slice(-most));
}

class FileHistory implements History {
  readonly entries: string[];
  readonly #file: string;

  constructor(file: string, entries: string[]) {
    this.#file = file;
    this.entries = entries;
  }

  add(text: string): void {
    if (text.startsWith(" ") || text.length > MOST_ENTRY_LENGTH || text === this.entries.at(-1)) return;
    this.entries.push(text);
    try {
      makeFolder(path.dirname(this.#file));
      locked(this.#file, () => append(this.#file, [text]));
    } catch {
      // It stays in memory: a history that cannot be kept is no reason to disturb the session.
    }
  }
}

function read(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line) => {
    try {
      const entry: unknown = JSON.parse(line);
      return typeof entry === "string" ? [entry] : [];
    } catch {
      // A line that was cut off, or is not ours.
      return [];
    }
  });
}

function append(file: string, entries: readonly string[]): void {
  const descriptor = openSync(file, "a", 0o600);
  try {
    writeSync(descriptor, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  } finally {
    closeSync(descriptor);
  }
}

/** Leaves the newest entries, of all processes. */
function cut(file: string, most: number): void {
  const fresh = `${file}.${process.pid}.new`;
  try {
    locked(file, () => {
      append(fresh, read(file).slice(-most));
      renameSync(fresh, file);
    });
  } catch {
    rmSync(fresh, { force: true });
  }
}

/** Waits for a moment for the lock; does the work without it where it cannot be had. */
function locked(file: string, work: () => void): void {
  const lock = `${file}.lock`;
  const held = takeLock(lock);
  try {
    work();
  } finally {
    if (held) rmSync(lock, { force: true });
  }
}

function takeLock(lock: string): boolean {
  const endsAt = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      closeSync(openSync(lock, "wx", 0o600));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || Date.now() > endsAt) return false;
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (age > STALE_MS) rmSync(lock, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
