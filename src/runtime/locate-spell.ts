import { readdirSync } from "node:fs";
import path from "node:path";
import type { EngineRegistry } from "../engine/registry.ts";
import { LlmspellError } from "../errors.ts";
import { findSpell, isSpellName, listSpells } from "../spells/find-spell.ts";
import { nearestName } from "../values/nearest-name.ts";

/** The script or folder of the spell with a name. Throws `script.not_found` with the nearest names and where was looked. */
export function locateSpell(name: string, engines: EngineRegistry, folders: readonly string[]): string {
  const extensions = scriptExtensions(engines);
  const found = findSpell(name, folders, extensions);
  if (found) return found.path;
  const isName = isSpellName(name) && !extensions.some((extension) => name.endsWith(extension));
  const near = nearestFile(name) ?? (isName ? nearestSpell(name, folders, extensions) : undefined);
  throw new LlmspellError("script.not_found", `${name} does not exist`, {
    hint: `${near === undefined ? "Check the path or name." : `Did you mean ${near}?`} ${whereLooked(isName, folders)}.`,
    details: { file: name, folders },
  });
}

function whereLooked(isName: boolean, folders: readonly string[]): string {
  if (!isName) return "It is relative to the current folder";
  return folders.length === 0
    ? "It was looked for in the current folder; there are no spell folders (spells.directories)"
    : `It was looked for in the current folder and in ${folders.join(", ")}`;
}

export function scriptExtensions(engines: EngineRegistry): string[] {
  return engines.list().flatMap((engine) => engine.extensions);
}

function nearestSpell(name: string, folders: readonly string[], extensions: readonly string[]): string | undefined {
  return nearestName(
    name,
    listSpells(folders, extensions).map((spell) => spell.name),
  );
}

/** A file or folder of nearly this name where it was looked for. */
function nearestFile(file: string): string | undefined {
  const folder = path.dirname(file);
  try {
    const near = nearestName(path.basename(file), readdirSync(folder).slice(0, 2000));
    return near && path.join(folder, near);
  } catch {
    return undefined;
  }
}
