import { readdirSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import type { SpellManifest } from "./manifest.ts";

/** Names of scripts that are a folder's entry without being named, in this order; then those of the spell and its folder. */
const USUAL = ["main", "index", "init"];

export type FoundEntry = { file: string } | { problem: string; hint?: string };

/**
 * The script that a manifest is about, as a path in its folder. One that is not named is `main`, `index`, `init`, called
 * like the spell or its folder, or the only script there is. `extensions` are those that the manifest's engine runs.
 */
export function findEntry(
  folder: string,
  { entry, name }: Pick<SpellManifest, "entry" | "name">,
  extensions: readonly string[],
): FoundEntry {
  if (entry !== undefined) return checkEntry(folder, entry);
  const scripts = readdirSync(folder, { withFileTypes: true })
    .filter((item) => !item.isDirectory() && extensions.some((extension) => item.name.endsWith(extension)))
    .map((item) => item.name)
    .toSorted();
  const bases = [...USUAL, ...(name === undefined ? [] : [name]), path.basename(path.resolve(folder))];
  const usual = bases.flatMap((base) =>
    extensions.map((extension) => base + extension).filter((file) => scripts.includes(file)),
  );
  const found = usual[0] ?? (scripts.length === 1 ? scripts[0] : undefined);
  if (found !== undefined) return { file: path.join(folder, found) };
  return scripts.length === 0
    ? { problem: `there is no script beside it (${extensions.join(", ")})`, hint: "Name it with entry: FILE." }
    : {
        problem: `it names no entry, and there are several scripts: ${scripts.slice(0, 5).join(", ")}`,
        hint: "Name one of them with entry: FILE.",
      };
}

function checkEntry(folder: string, entry: string): FoundEntry {
  const outside = { problem: `entry: ${entry} lies outside of the spell's folder` };
  const file = path.join(folder, entry);
  if (path.isAbsolute(entry) || !isInside(path.resolve(folder), path.resolve(file))) return outside;
  try {
    const real = realpathSync(file);
    if (!isInside(realpathSync(folder), real)) return outside;
    return statSync(real).isFile() ? { file } : { problem: `entry: ${entry} is no file` };
  } catch {
    return { problem: `entry: ${entry} does not exist` };
  }
}

function isInside(folder: string, file: string): boolean {
  return file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}
