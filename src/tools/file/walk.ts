import { LlmspellError } from "../../errors.ts";
import type { ToolFiles } from "../tool-host.ts";
import { globMatcher } from "./glob-matcher.ts";
import { below, normal } from "./paths.ts";

export interface WalkOptions {
  recursive?: boolean;
  /** Also names that start with a dot. */
  hidden?: boolean;
  /** Patterns of what is left out, folders with all they hold. */
  exclude?: readonly string[];
}

export interface WalkEntry {
  /** Relative to the workspace. */
  path: string;
  name: string;
  isFolder: boolean;
}

const MAX_ENTRIES = 100_000;

/** What a folder holds, by name; each folder before what lies in it. Links to folders are not entered. */
export function* walk(files: ToolFiles, folder: string, options: WalkOptions = {}): Generator<WalkEntry> {
  const excluded = (options.exclude ?? []).map(globMatcher);
  const open = [normal(folder)];
  let seen = 0;
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    const folders: string[] = [];
    for (const listed of files.list(current)) {
      if (++seen > MAX_ENTRIES) {
        throw new LlmspellError("value.too_large", `"${folder}" holds more than ${MAX_ENTRIES} entries`, {
          hint: "Name a folder further down, or leave folders out by exclude.",
        });
      }
      const isFolder = listed.endsWith("/");
      const name = isFolder ? listed.slice(0, -1) : listed;
      const entry = { path: below(current, name), name, isFolder };
      if (!options.hidden && name.startsWith(".")) continue;
      if (excluded.some((matches) => matches(entry.path))) continue;
      yield entry;
      if (isFolder && options.recursive) folders.push(entry.path);
    }
    open.push(...folders.toReversed());
  }
}
