import { existsSync } from "node:fs";
import path from "node:path";
import { foldersOf } from "../store/folders.ts";
import { SESSIONS_FILE, SessionDatabase } from "../sessions/session-database.ts";
import { type ConfigFlags, loadSettings } from "./settings.ts";

/** Sessions and artifacts of the state folder; undefined where none was kept yet: looking makes none. */
export async function openSessions(flags: ConfigFlags): Promise<SessionDatabase | undefined> {
  const { stateFolder = foldersOf(process.env).state } = (await loadSettings(flags)).runtime;
  const file = path.resolve(stateFolder, SESSIONS_FILE);
  return existsSync(file) ? new SessionDatabase(file) : undefined;
}

/** As tables name a spell: one without a file is known by a long number alone. */
export function shortSpell(spell: string): string {
  return spell.replace(/^(code:[0-9a-f]{12})[0-9a-f]+$/, "$1");
}

/** A spell by its path, or its file's name. Undefined fits all. */
export function isSpell(spell: string | undefined, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  if (spell === undefined) return false;
  const names = [spell, path.basename(spell), path.basename(spell, path.extname(spell)), shortSpell(spell)];
  return names.includes(wanted) || path.resolve(wanted) === spell;
}
