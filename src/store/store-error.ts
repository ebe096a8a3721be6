import { LlmspellError } from "../errors.ts";

/** SQLite's primary result codes: https://sqlite.org/rescode.html */
const SQLITE = { busy: 5, locked: 6, corrupt: 11, full: 13, notADatabase: 26 };

/** Whether another connection holds the lock. */
export function isBusy(thrown: unknown): boolean {
  const problem = ((thrown as { errcode?: number }).errcode ?? 0) & 0xff;
  return problem === SQLITE.busy || problem === SQLITE.locked;
}

/** A failure of SQLite or the file system as an LlmspellError that names the file. One that is none of theirs stays as it is. */
export function storeError(thrown: unknown, what: string, file: string): Error {
  const { code, errcode, message } = thrown as NodeJS.ErrnoException & { errcode?: number };
  if (LlmspellError.is(thrown) || (code !== "ERR_SQLITE_ERROR" && !/^E[A-Z]+$/.test(code ?? "")))
    return thrown as Error;
  const options = { cause: thrown, details: { file } };
  const problem = (errcode ?? 0) & 0xff;
  if (code === "ENOSPC" || code === "EDQUOT" || problem === SQLITE.full)
    return new LlmspellError("store.full", `no space is left for ${what}, ${file}`, {
      ...options,
      hint: "Make room on the disk. What was stored before is kept.",
    });
  if (isBusy(thrown))
    return new LlmspellError("store.busy", `another process holds ${what}, ${file}, for too long`, options);
  if (problem === SQLITE.corrupt || problem === SQLITE.notADatabase)
    return new LlmspellError("store.corrupt", `${what}, ${file}, is damaged or no database`, {
      ...options,
      hint: "Move the file away, or bring it back from a backup.",
    });
  return new LlmspellError("store.unavailable", `${what}, ${file}, cannot be used: ${message}`, {
    ...options,
    hint: "Check that its folder can be written to.",
  });
}
