import { existsSync, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { LlmspellError } from "../../errors.ts";
import type { LaidFile } from "./laid-file.ts";

/** A file that is laid out once and the user's from then on. */
export interface NewFile {
  /** With forward slashes. */
  path: string;
  text: string;
}

/**
 * Writes new files into a folder. Those that are there stay, but for `force`; with `must`, one that is there ends it
 * before anything is written (`usage.invalid`).
 */
export function writeNew(
  folder: string,
  files: readonly NewFile[],
  { force = false, must = false }: { force?: boolean; must?: boolean } = {},
): LaidFile[] {
  const present = files.filter((file) => existsSync(path.join(folder, file.path)));
  if (must && !force && present.length > 0) {
    const names = present.map((file) => path.join(folder, file.path)).join(", ");
    throw new LlmspellError("usage.invalid", `${names} is there already`, {
      hint: "Choose another name, or replace it with --force.",
    });
  }
  return files.map(({ path: file, text }) => {
    const known = present.some((each) => each.path === file);
    if (known && !force) return { path: file, outcome: "unchanged" };
    writeFile(path.join(folder, file), text);
    return { path: file, outcome: known ? "updated" : "written" };
  });
}

/** Writes a file, and never through a link that stands in its place. Throws `usage.invalid`. */
export function writeFile(target: string, text: string, mode?: number): void {
  try {
    mkdirSync(path.dirname(target), { recursive: true });
    if (lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink()) throw new Error("it is a link");
    writeFileSync(target, text, { mode });
  } catch (cause) {
    throw new LlmspellError("usage.invalid", `${target} cannot be written: ${(cause as Error).message}`, {
      cause,
      hint: "Check the folder and its permissions.",
    });
  }
}
