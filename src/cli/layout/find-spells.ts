import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { documentFormat, parseDocument } from "../../documents/parse-document.ts";
import type { LlmspellError } from "../../errors.ts";
import { toLlmspellError } from "../../errors.ts";
import { builtInEngines } from "../../runtime/engines.ts";
import { findHeader } from "../../spells/header.ts";
import type { SpellManifest } from "../../spells/manifest.ts";
import { type LocatedManifest, readManifest } from "../../spells/read-manifest.ts";
import type { TypedSpell } from "../../typings/editor-files.ts";
import { spellTypes } from "./spell-types.ts";

export interface FoundSpells {
  spells: readonly TypedSpell[];
  /** Manifests that say nothing usable; their spells have no typed parameters. */
  problems: readonly LlmspellError[];
  /** Extensions of the scripts that were met. */
  extensions: ReadonlySet<string>;
}

const MANIFESTS = ["spell.yaml", "spell.yml", "spell.toml", "spell.json"];
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
    const manifest = MANIFESTS.find((name) => entries.some((entry) => entry.name === name && entry.isFile()));
    if (manifest !== undefined) await take(() => readFolder(root, relative, manifest));
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
  const { manifest } = await readFile(path.join(root, relative, file), path.posix.join(relative, file));
  return {
    name: manifest.name ?? path.basename(path.resolve(root, relative)),
    parameters: spellTypes(manifest.parameters),
    folder: relative,
    language: languageOfFolder(path.join(root, relative), manifest),
  };
}

function readFile(file: string, shown: string): Promise<LocatedManifest> {
  return readDocument(readFileSync(file, "utf8"), shown);
}

async function readDocument(text: string, file: string): Promise<LocatedManifest> {
  const source = { file, code: "manifest.invalid", text } as const;
  return readManifest(await parseDocument(text, documentFormat(file) ?? "yaml", source), source);
}

async function readScript(root: string, relative: string): Promise<TypedSpell | undefined> {
  const file = path.join(root, relative);
  if (statSync(file).size > MAX_SCRIPT_BYTES) return undefined;
  const header = findHeader(readFileSync(file, "utf8"), relative);
  if (!header) return undefined;
  const { manifest } = await readDocument(header.text, header.file);
  return {
    name: manifest.name ?? path.basename(relative, path.extname(relative)),
    parameters: spellTypes(manifest.parameters),
    language: languageOf(relative),
  };
}

function languageOfFolder(folder: string, { engine, entry }: SpellManifest): TypedSpell["language"] {
  if (engine !== undefined) {
    const { name } = builtInEngines().byName(engine);
    return name === "lua" || name === "javascript" ? name : undefined;
  }
  if (entry !== undefined) return languageOf(entry);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.map(languageOf).find((language) => language !== undefined);
}

function languageOf(file: string): TypedSpell["language"] {
  if (/\.[mc]?[jt]s$/.test(file)) return "javascript";
  return file.endsWith(".lua") ? "lua" : undefined;
}
