import { type Dirent, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { manifestIn } from "./manifest-file.ts";

/** A spell by its place; what is in it has not been looked at. */
export interface SpellPlace {
  /** How it is called: its path below the spell folder, without an extension. */
  name: string;
  /** The script, or the folder of the manifest. */
  path: string;
  /** The spell folder that it was found in. */
  folder: string;
}

/** Folders below a spell folder that are looked into. */
const MAX_DEPTH = 4;
/** Of more than these, the rest is not listed. */
const MAX_LISTED = 5000;

/**
 * The spell of a name: the first of `<folder>/<name>/` with a manifest and `<folder>/<name>.<extension>`, folder by
 * folder. Names may have several parts (`tools/search`), none of which leads upward.
 */
export function findSpell(
  name: string,
  folders: readonly string[],
  extensions: readonly string[],
): SpellPlace | undefined {
  if (!isSpellName(name)) return undefined;
  for (const folder of folders) {
    const base = path.join(folder, name);
    const found =
      isFolder(base) && manifestIn(base) !== undefined ? base : extensions.map((each) => base + each).find(isFile);
    if (found !== undefined) return { name, path: found, folder };
  }
  return undefined;
}

/** All spells below the folders, by name; of two with one name the one that `findSpell` finds. */
export function listSpells(folders: readonly string[], extensions: readonly string[]): SpellPlace[] {
  const found = new Map<string, SpellPlace>();
  const add = (place: SpellPlace) => void (found.has(place.name) || found.set(place.name, place));
  const visit = (folder: string, prefix: string, depth: number) => {
    const items = entriesOf(path.join(folder, prefix));
    for (const item of items) {
      if (found.size >= MAX_LISTED || item.name.startsWith(".") || item.name === "node_modules") continue;
      const relative = path.posix.join(prefix, item.name);
      const at = path.join(folder, relative);
      const extension = extensions.find((each) => item.name.endsWith(each) && item.name !== each);
      if (isFolder(at)) {
        if (hasManifest(at)) add({ name: relative, path: at, folder });
        else if (item.name !== "lib" && depth < MAX_DEPTH && !item.isSymbolicLink()) visit(folder, relative, depth + 1);
      } else if (extension !== undefined && isScript(item.name, extensions)) {
        add({ name: relative.slice(0, -extension.length), path: at, folder });
      }
    }
  };
  for (const folder of folders) visit(folder, "", 1);
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** What may be a spell in one folder, the folder itself among it: folders with a manifest, and scripts. */
export function placesIn(folder: string, extensions: readonly string[]): SpellPlace[] {
  const own = hasManifest(folder) ? [{ name: "", path: folder, folder }] : [];
  const inside = entriesOf(folder)
    .filter(({ name }) => !name.startsWith("."))
    .map(({ name }) => ({ name, path: path.join(folder, name), folder }))
    .filter(({ name, path: at }) => (isFolder(at) ? hasManifest(at) : isScript(name, extensions)));
  return [...own, ...inside.toSorted((a, b) => (a.name < b.name ? -1 : 1))];
}

export function isSpellName(name: string): boolean {
  const parts = name.split("/");
  return name.length <= 200 && parts.every((part) => /^[\w@][\w.@-]*$/.test(part)) && !path.isAbsolute(name);
}

/** Declarations for editors are no scripts. */
function isScript(name: string, extensions: readonly string[]): boolean {
  return extensions.some((extension) => name.endsWith(extension) && !name.endsWith(`.d${extension}`));
}

function hasManifest(folder: string): boolean {
  try {
    return manifestIn(folder) !== undefined;
  } catch {
    // Two manifests: shown as a broken spell.
    return true;
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}
