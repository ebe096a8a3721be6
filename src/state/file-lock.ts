import { lstatSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LlmspellError } from "../errors.ts";
import { storeError } from "../store/store-error.ts";

/** How long another process may hold the lock. */
const BUSY_MS = 5000;

/**
 * Does `work` while no other thread or process does so for the same file. The lock is that of SQLite on an empty file
 * beside it, which the system takes from a process that dies. Throws `store.busy`.
 */
export function withFileLock<T>(file: string, what: string, work: () => T): T {
  const lock = path.join(path.dirname(file), `.${path.basename(file)}.lock`);
  refuseLinks([lock], what);
  let sqlite: DatabaseSync | undefined;
  try {
    sqlite = new DatabaseSync(lock, { timeout: BUSY_MS });
    sqlite.exec("PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE");
    return work();
  } catch (error) {
    throw storeError(error, what, file);
  } finally {
    sqlite?.close();
  }
}

/** SQLite follows links; what lies beside a file of a workspace must not lead out of it. Throws `permission.denied`. */
export function refuseLinks(files: readonly string[], what: string): void {
  for (const file of files) {
    if (!isLink(file, what)) continue;
    throw new LlmspellError("permission.denied", `${what} cannot be kept: ${file} is a link`, {
      details: { path: file },
      hint: "Remove the link, or name another file.",
    });
  }
}

function isLink(file: string, what: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  } catch (error) {
    throw storeError(error, what, file);
  }
}
