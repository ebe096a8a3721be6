import fs from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LlmspellError } from "../errors.ts";
import { storeError } from "../store/store-error.ts";

/** How long another process may hold the lock. */
const BUSY_MS = 5000;
/** Within which another process has made a new database. */
const MAKING_MS = 1000;

/**
 * Does `work` while no other thread or process does so for the same file. The lock is that of SQLite on an empty file
 * beside it, which the system takes from a process that dies. Throws `store.busy`.
 */
export function withFileLock<T>(file: string, what: string, work: () => T): T {
  const lock = path.join(path.dirname(file), `.${path.basename(file)}.lock`);
  let sqlite: DatabaseSync | undefined;
  try {
    refuseForged(lock, what);
    sqlite = new DatabaseSync(lock, { timeout: BUSY_MS });
    sqlite.exec("PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE");
    return work();
  } catch (error) {
    throw storeError(error, what, file);
  } finally {
    sqlite?.close();
  }
}

/**
 * A spell may write beside its own files. What SQLite would roll back there, on behalf of a process that died, is none of
 * ours, and may name other files. Throws `permission.denied`.
 */
function refuseForged(lock: string, what: string): void {
  refuseLinks([lock, `${lock}-journal`, `${lock}-wal`], what);
  refuseJournals([lock], what);
  if (sizeOf(lock, what) > 0) throw forged(lock, what);
}

/** Throws `permission.denied` where a database of a workspace has a journal to roll back, which ours have only while they are made. */
export function refuseJournals(files: readonly string[], what: string): void {
  for (const journal of files.map((file) => `${file}-journal`)) {
    const endsAt = Date.now() + MAKING_MS;
    while (sizeOf(journal, what) > 0) {
      if (Date.now() > endsAt) throw forged(journal, what);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function sizeOf(file: string, what: string): number {
  try {
    return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  } catch (error) {
    throw storeError(error, what, file);
  }
}

function forged(file: string, what: string): LlmspellError {
  return new LlmspellError("permission.denied", `${what} cannot be kept: ${file} was not written by LLMSpell`, {
    details: { path: file },
    hint: "Delete it, or name another file.",
  });
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
    return fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  } catch (error) {
    throw storeError(error, what, file);
  }
}
