import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { type LlmspellError, toLlmspellError } from "../../errors.ts";
import { builtInEngines } from "../../runtime/engines.ts";
import { ownEntry, readHeader } from "../../runtime/spell-with-manifest.ts";
import { findHeader } from "../../spells/header.ts";
import { loadManifest, manifestIn } from "../../spells/manifest-file.ts";
import type { TypedSpell } from "../../typings/editor-files.ts";
import { spellTypes } from "./spell-types.ts";

export interface FoundSpells {
  spells: readonly TypedSpell[];
  /** Manifests that say nothing usable; their spells have no typed parameters. */
  problems: readonly LlmspellError[];
  /** Extensions of the scripts that were met. */
  extensions: ReadonlySet<string>;
}

/** Folders below the project that are looked into. */
const DEPTH = 6;
const MAX_SCRIPT_BYTES = 1024 * 1024;

/** The spells of a folder and those below it, hidden folders and `node_modules` left out. */
export async function findSpells(root: string): Promise<FoundSpells> {
  const spells: TypedSpell[] = [];
  const problems: LlmspellError[] = [];
  const extensions = new Set<string>();
  const take = async (read: () => Promise<TypedSpell | undefined>): Promise<void> => {
    try {
      const spell = await read();
      if (spell && !spells.some(({ name }) => name === spell.name)) spells.push(spell);
    } catch (error) {
      problems.push(toLlmspellError(error));
    }
  };
  const visit = async (relative: string, depth: number): Promise<void> => {
    const folder = path.join(root, relative);
    const entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    await take(async () => {
      const manifest = manifestIn(folder);
      return manifest === undefined ? undefined : readFolder(root, relative, manifest);
    });
    for (const entry of entries) {
      const below = path.posix.join(relative, entry.name);
      if (entry.isDirectory()) {
        const skipped = entry.name.startsWith(".") || entry.name === "node_modules" || depth === DEPTH;
        if (!skipped) await visit(below, depth + 1);
      } else if (entry.isFile() && languageOf(entry.name) !== undefined && !/\.d\.\w+$/.test(entry.name)) {
        extensions.add(path.extname(entry.name));
        await take(() => readScript(root, below));
      }
    }
  };
  await visit("", 0);
  return { spells, problems, extensions };
}

async function readFolder(root: string, relative: string, file: string): Promise<TypedSpell> {
  const located = await loadManifest(file);
  const { name, parameters } = located.manifest;
  const entry = ownEntry(located, builtInEngines());
  return {
    name: name ?? path.basename(path.resolve(root, relative)),
    parameters: spellTypes(parameters),
    folder: relative,
    language: entry === undefined ? undefined : languageOf(entry),
  };
}

async function readScript(root: string, relative: string): Promise<TypedSpell | undefined> {
  const file = path.join(root, relative);
  if (statSync(file).size > MAX_SCRIPT_BYTES) return undefined;
  const header = findHeader(readFileSync(file, "utf8"), file);
  if (!header) return undefined;
  const { manifest } = await readHeader(header, file);
  return {
    name: manifest.name ?? path.basename(relative, path.extname(relative)),
    parameters: spellTypes(manifest.parameters),
    language: languageOf(relative),
  };
}

function languageOf(file: string): TypedSpell["language"] {
  if (/\.[mc]?[jt]s$/.test(file)) return "javascript";
  if (file.endsWith(".lua")) return "lua";
  return file.endsWith(".tengo") ? "tengo" : undefined;
}
