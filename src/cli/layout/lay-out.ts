import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { type EditorFile, SPELL_TYPES } from "../../typings/editor-files.ts";
import type { LaidFile } from "./laid-file.ts";
import { mergeLuaSettings } from "./merge-lua-settings.ts";
import { writeFile } from "./write-new.ts";

export interface LayOutOptions {
  /** Overwrites the user's settings too. */
  force?: boolean;
  /** Writes nothing. */
  check?: boolean;
}

/** Writes files for editors into a folder, and removes declarations of spells that are gone. What a user may have changed stays, but for `force`. */
export function layOut(folder: string, files: readonly EditorFile[], options: LayOutOptions = {}): LaidFile[] {
  const laid = files.map((file): LaidFile => {
    const target = path.join(folder, file.path);
    const present = existsSync(target) ? readFileSync(target, "utf8") : undefined;
    const wanted = wantedText(file, present, options.force === true);
    if (typeof wanted !== "string") return { path: file.path, outcome: "kept", advice: wanted.advice };
    if (wanted === present) return { path: file.path, outcome: "unchanged" };
    if (options.check) return { path: file.path, outcome: "stale" };
    writeFile(target, wanted);
    return { path: file.path, outcome: present === undefined ? "written" : "updated" };
  });
  const gone = declaredSpells(folder).filter((file) => !files.some((each) => each.path === file));
  if (!options.check) for (const file of gone) rmSync(path.join(folder, file));
  return [...laid, ...gone.map((file): LaidFile => ({ path: file, outcome: options.check ? "stale" : "removed" }))];
}

function declaredSpells(folder: string): string[] {
  const types = path.join(folder, SPELL_TYPES);
  if (!existsSync(types)) return [];
  const names = readdirSync(types, { recursive: true }).map((name) => String(name).replaceAll(path.sep, "/"));
  return names.filter((name) => name.endsWith(".d.ts")).map((name) => `${SPELL_TYPES}/${name}`);
}

function wantedText({ kind, text, needs = "", path: file }: EditorFile, present: string | undefined, force: boolean) {
  if (present === undefined || kind === "generated" || force) return text;
  if (kind === "lua settings") {
    const merged = mergeLuaSettings(present, text);
    return merged ?? { advice: `it is no plain JSON; add "${needs}" to workspace.library` };
  }
  if (present.includes(needs)) return present;
  return {
    advice: `it is yours and stays. To have spells checked by it, extend ${file.includes("/") ? "the project's " : ""}.llmspell/types/tsconfig.base.json and include ${needs}; --force replaces it`,
  };
}
