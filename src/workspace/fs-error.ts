import { LlmspellError } from "../errors.ts";

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "the file system does not permit it",
  EPERM: "the file system does not permit it",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is no folder",
  ENOTEMPTY: "the folder is not empty",
  EROFS: "the file system is read-only",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "it is a link, or links go round in a circle",
  EMFILE: "too many files are open",
  EXDEV: "it lies on another device",
  EBUSY: "it is in use",
};

/** A failure of the file system in the user's terms. `path` is relative to the workspace. */
export function toFsError(cause: unknown, doing: string, path: string): LlmspellError {
  if (LlmspellError.is(cause)) return cause;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? "";
  const options = { cause, details: { path, reason: code } };
  switch (code) {
    case "ENOENT":
      return new LlmspellError("fs.not_found", `cannot ${doing} "${path}": it does not exist`, {
        ...options,
        hint: 'Paths are relative to the workspace; fs.list(".") shows what is there.',
      });
    case "EEXIST":
      return new LlmspellError("fs.exists", `cannot ${doing} "${path}": it exists already`, options);
    case "ENOSPC":
    case "EDQUOT":
      return new LlmspellError("fs.disk_full", `cannot ${doing} "${path}": no space is left`, {
        ...options,
        hint: "Free some space on the disk of the workspace, or choose another with --workspace.",
      });
    default: {
      const reason =
        REASONS[code] ?? (cause instanceof Error && code === "" ? cause.message : `the file system answered ${code}`);
      return new LlmspellError("fs.failed", `cannot ${doing} "${path}": ${reason}`, options);
    }
  }
}

/** Runs a file system operation, its failures told in the user's terms. */
export function guard<T>(doing: string, path: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw toFsError(error, doing, path);
  }
}
