import { statSync } from "node:fs";
import path from "node:path";
import type { Configured } from "../runtime/configured.ts";
import { foldersOf } from "../store/folders.ts";

/** Where spells are found by name: as configured, else `spells` here and `spells` beside the user's configuration. */
export function spellFoldersOf({ runtime }: Configured): readonly string[] {
  if (runtime.spellFolders) return runtime.spellFolders;
  const usual = [path.resolve("spells"), path.join(foldersOf(process.env).config, "spells")];
  return usual.filter((folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory());
}
