import path from "node:path";
import type { EngineRegistry } from "../../engine/registry.ts";
import { type LlmspellError, toLlmspellError } from "../../errors.ts";
import { builtInEngines } from "../../runtime/engines.ts";
import { scriptExtensions } from "../../runtime/locate-spell.ts";
import { type Spell, loadSpell } from "../../runtime/spell.ts";
import { type SpellPlace, listSpells, placesIn } from "../../spells/find-spell.ts";
import { printable } from "../printable.ts";
import { type ConfigFlags, loadSettings } from "../settings.ts";
import { spellFoldersOf } from "../spell-folders.ts";
import { formatTable } from "../table.ts";
import { jsonText } from "../result.ts";

interface Listed {
  /** What `run` takes. */
  name: string;
  path: string;
  spell?: Spell;
  /** What is wrong with it. */
  error?: LlmspellError;
}

/** `llmspell list`: spells of the spell folders, and those here that have a manifest or header. */
export async function listCommand(options: ConfigFlags & { json?: boolean }): Promise<void> {
  const engines = builtInEngines();
  const extensions = scriptExtensions(engines);
  const folders = spellFoldersOf(await loadSettings(options));
  const named = await Promise.all(listSpells(folders, extensions).map((place) => look(place, engines)));
  const here = await Promise.all(placesHere(extensions, folders).map((place) => look(place, engines)));
  // Any script may lie here: one is a spell if it says so.
  const spells = [...here.filter(({ spell, error }) => error ?? spell?.manifest), ...named];
  if (options.json) process.stdout.write(jsonText(spells.map(asJson)));
  else if (spells.length > 0) process.stdout.write(await tableOf(spells));
  else process.stderr.write(noSpells(folders));
}

/** The current folder, as a spell of its own, and what lies in it. */
function placesHere(extensions: readonly string[], folders: readonly string[]): SpellPlace[] {
  const places = placesIn(".", extensions).map((place) => ({ ...place, name: `./${place.name}` }));
  return places.filter((place) => !folders.includes(path.resolve(place.path)));
}

async function look({ name, path: file }: SpellPlace, engines: EngineRegistry): Promise<Listed> {
  try {
    return { name, path: file, spell: await loadSpell(file, engines) };
  } catch (error) {
    return { name, path: file, error: toLlmspellError(error) };
  }
}

function asJson({ name, path: file, spell, error }: Listed): unknown {
  const { version, description } = spell?.manifest ?? {};
  return spell
    ? { name, path: file, engine: spell.engine, version: version ?? null, description: description ?? null }
    : { name, path: file, error: error?.toData() };
}

function tableOf(spells: readonly Listed[]): Promise<string> {
  const rows = spells.map(({ name, spell, error }) =>
    spell
      ? [name, spell.engine, spell.manifest?.version ?? "", summary(spell.manifest?.description ?? "")]
      : [name, "", "", `broken: ${summary(error?.message ?? "")}`],
  );
  return formatTable(["spell", "engine", "version", "description"], rows);
}

/** One line, as far as it fits. */
function summary(text: string): string {
  const line = printable(text.trim().replace(/\n\s*/g, " "));
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

function noSpells(folders: readonly string[]): string {
  const where = folders.length > 0 ? `in ${folders.join(", ")} and ` : "";
  return `There are no spells ${where}in the current folder.\n`;
}
