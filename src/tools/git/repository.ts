import type * as Git from "isomorphic-git";
import { LlmspellError } from "../../errors.ts";
import type { ToolHost } from "../tool-host.ts";
import { readOnlyFiles } from "./read-only-files.ts";

/** A repository in the workspace, read by a library: no hook, filter, monitor or other program that it names is ever run. */
export interface Repository {
  git: typeof Git;
  /** What every call of the library wants. */
  at: { fs: ReturnType<typeof readOnlyFiles>; dir: string; cache: object };
}

/** The repository that a folder of the workspace lies in. Throws `git.not_found`. */
export async function openRepository(folder: string, { files }: ToolHost): Promise<Repository> {
  const git = await import("isomorphic-git");
  const root = files.resolve(".", "read");
  const fs = readOnlyFiles(root);
  try {
    const dir = await git.findRoot({ fs, filepath: files.resolve(folder, "read") });
    return { git, at: { fs, dir, cache: {} } };
  } catch (cause) {
    if (LlmspellError.is(cause)) throw cause;
    throw new LlmspellError("git.not_found", `${folder} is in no git repository of the workspace`, { cause });
  }
}

/** The full id of a commit by a branch, tag, id (also a short one), `HEAD` or `HEAD~2`. Throws `git.not_found`. */
export async function commitOf({ git, at }: Repository, name: string): Promise<string> {
  const [, base = name, steps] = /^(.+?)(?:~(\d{1,4})|\^)$/.exec(name) ?? [];
  const back = base === name ? 0 : Number(steps ?? 1);
  try {
    const id = await git.resolveRef({ ...at, ref: base }).catch(() => git.expandOid({ ...at, oid: base }));
    const commits = await git.log({ ...at, ref: id, depth: back + 1 });
    const found = commits[back]?.oid;
    if (found !== undefined) return found;
  } catch (cause) {
    if (LlmspellError.is(cause)) throw cause;
  }
  throw new LlmspellError("git.not_found", `there is no commit "${name}"`, {
    hint: "Give a branch, a tag, a commit's id, HEAD or HEAD~1; git_log lists commits.",
  });
}

/** Runs what reads a repository; what the library says of damaged ones becomes `git.failed`. */
export async function guarded<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (LlmspellError.is(cause)) throw cause;
    throw new LlmspellError("git.failed", `the repository cannot be read: ${(cause as Error).message}`, { cause });
  }
}
