import { statSync } from "node:fs";
import path from "node:path";
import { LlmspellError } from "../errors.ts";
import type { SpellManifest } from "../spells/manifest.ts";
import { isSpellName } from "../spells/find-spell.ts";
import type { RuntimeOptions } from "./runtime-options.ts";
import type { Spell } from "./spell.ts";

const EXTENSIONS = ["", ".lua", ".js", ".mjs", ".ts", ".mts", ".tengo"];

/**
 * A spell's dependencies are folders or scripts of their name in the spell's own folder, its `lib`, the module paths or the
 * spell folders. Throws `script.dependency_not_found` with all that are missing.
 */
export function requireDependencies(
  spell: Spell,
  { dependencies }: SpellManifest,
  { modulePaths = [], spellFolders = [] }: RuntimeOptions,
): void {
  if (dependencies.length === 0) return;
  const own = spell.folder === undefined ? [] : [spell.folder, path.join(spell.folder, "lib")];
  const folders = [...own, ...modulePaths, ...spellFolders];
  const isThere = (name: string) =>
    isSpellName(name) &&
    folders.some((folder) =>
      EXTENSIONS.some((extension) => statSync(path.join(folder, name + extension), { throwIfNoEntry: false })),
    );
  const missing = dependencies.filter((name) => !isThere(name));
  if (missing.length === 0) return;
  throw new LlmspellError(
    "script.dependency_not_found",
    `${spell.name} depends on ${missing.join(", ")}, which ${missing.length === 1 ? "is" : "are"} not there`,
    {
      details: { missing, folders },
      hint: `Looked in ${folders.join(", ") || "no folder"}. Spell folders are set with spells.directories, module paths with modules.paths.`,
      frames: [{ file: spell.manifestFile ?? spell.file }],
    },
  );
}
