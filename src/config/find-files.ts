import { statSync } from "node:fs";
import path from "node:path";

/** Where a search for configuration begins. All paths absolute. */
export interface SearchStart {
  /** The current folder. */
  folder: string;
  home: string;
  /** The user's configuration folder: `foldersOf(env).config`. */
  userFolder: string;
}

const FORMATS = ["yaml", "yml", "toml", "json"];

/** The user's own file or files: more than one is a fault that the loading tells. */
export function findUserFiles({ userFolder }: SearchStart): string[] {
  return present(userFolder, "config");
}

/**
 * The project's file: the nearest `llmspell.*` from the current folder upward. The root of a git repository is the last
 * folder that is looked in; the home folder and what is above it are not, but from the home folder itself.
 */
export function findProjectFiles({ folder, home }: SearchStart): string[] {
  for (let at = folder; ;) {
    const files = present(at, "llmspell");
    if (files.length > 0) return files;
    const above = path.dirname(at);
    if (above === at || above === home || at === home || exists(path.join(at, ".git"))) return [];
    at = above;
  }
}

function present(folder: string, name: string): string[] {
  return FORMATS.map((format) => path.join(folder, `${name}.${format}`)).filter(exists);
}

function exists(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // A folder that may not be looked into.
    return false;
  }
}
