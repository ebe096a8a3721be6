import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import type { LoadedSpell, SpellDescription, SpellSummary } from "../bridges/services.ts";
import { LlmspellError } from "../errors.ts";
import { listSpells } from "../spells/find-spell.ts";
import { manifestIn } from "../spells/manifest-file.ts";
import { parametersSchema } from "../spells/parameters-schema.ts";
import { fromNative } from "../values/native.ts";
import { nearestName } from "../values/nearest-name.ts";
import { DEFAULT_VALUE_LIMITS, type ScriptObject, type ScriptValue } from "../values/script-value.ts";
import { declaredParameters } from "./declared-run.ts";
import { grantDeclared } from "./declared-permissions.ts";
import { isWrongPath, shownFolder } from "./module-names.ts";
import type { RunVm } from "./run-vm.ts";
import { type Spell, loadSpell } from "./spell.ts";

/** More are not listed. */
const MAX_LISTED = 500;

interface Root {
  folder: string;
  /** As errors show it. */
  shown: string;
}

/**
 * Reads the spell that a script runs by name: a path from its own folder, or a name there or in the spell folders; never
 * outside of these, links included. Its parameters and needs are checked as its manifest says.
 */
export async function findChildSpell(
  caller: RunVm,
  name: string,
  params: ScriptObject,
  engine: string | undefined,
): Promise<LoadedSpell> {
  const spell = await readChildSpell(caller, name, engine);
  const { manifest, code, file, folder = path.dirname(path.resolve(file)) } = spell;
  const given = Object.entries(params).map(([parameter, value]) => ({ name: parameter, value: value as unknown }));
  const checked = manifest
    ? await declaredParameters(spell, manifest.parameters, given, caller.run.spec.workspace)
    : params;
  const granted = grantDeclared(spell, manifest?.permissions, caller.bounds.permissions, {});
  return {
    engine: spell.engine,
    code,
    file,
    folder,
    name: spell.name,
    version: manifest?.version ?? null,
    params: fromNative(checked, DEFAULT_VALUE_LIMITS) as ScriptObject,
    permissions: granted ? (fromNative(declaredPart(granted), DEFAULT_VALUE_LIMITS) as ScriptObject) : null,
  };
}

/** What such a spell says of itself. */
export async function describeChildSpell(caller: RunVm, name: string): Promise<SpellDescription> {
  const { manifest, name: own } = await readChildSpell(caller, name, undefined);
  return {
    name: own,
    description: manifest?.description ?? null,
    version: manifest?.version ?? null,
    parameters: manifest ? (parametersSchema(manifest.parameters) as ScriptObject) : null,
  };
}

/** A file beside the script, or the names of a folder's files. */
export function readBesideSpell({ script }: RunVm, given: string): string | string[] {
  const { folder } = script;
  const target = folder === undefined ? undefined : path.resolve(folder, given);
  const missing = (hint: string) =>
    new LlmspellError("script.not_found", `there is no file or folder "${given.slice(0, 200)}" beside the spell`, {
      hint,
    });
  if (folder === undefined || target === undefined) throw missing("The script has no file.");
  const stat = statOf(target);
  if (!stat || (target !== folder && !isInside(folder, target)))
    throw missing(`Looked in ${folder}, and never outside of it.`);
  if (!stat.isDirectory()) return readFileSync(target, "utf8");
  const entries = readdirSync(target, { withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map(({ name }) => name).toSorted();
}

async function readChildSpell(caller: RunVm, name: string, engine: string | undefined): Promise<Spell> {
  const wrong = isWrongPath(name);
  if (wrong !== undefined) throw notFound(name, wrong);
  const roots = rootsOf(caller);
  const found = roots.flatMap((root) => targetIn(root, name, extensionsFor(caller)) ?? [])[0];
  if (!found) throw missing(caller, name, roots);
  const spell = await loadSpell(found.target, caller.run.engines, { engine });
  if (!isInside(found.root.folder, spell.file))
    throw notFound(name, `${spell.file} is a link that leads outside of ${found.root.shown || "."}.`);
  return spell;
}

/** What `spells.run` finds by name. Spells that cannot be read are left out. */
export async function listChildSpells(caller: RunVm): Promise<SpellSummary[]> {
  const { engines } = caller.run;
  const extensions = engines.list().flatMap((entry) => entry.extensions);
  const places = listSpells(
    rootsOf(caller).map(({ shown }) => shown || "."),
    extensions,
  );
  const listed = await Promise.all(
    places.slice(0, MAX_LISTED).map(async (place) => {
      try {
        return summaryOf(place.name, await loadSpell(place.path, engines));
      } catch {
        return undefined;
      }
    }),
  );
  return listed.filter((item) => item !== undefined);
}

function summaryOf(name: string, { engine, file, manifest }: Spell): SpellSummary {
  return {
    name,
    file,
    engine,
    description: manifest?.description ?? null,
    version: manifest?.version ?? null,
    parameters: (manifest?.parameters ?? []).map(
      ({ name: parameter, type, description, required, default: value }) => ({
        name: parameter,
        type,
        required: required ?? false,
        ...(description === undefined ? {} : { description }),
        ...(value === undefined ? {} : { default: value as ScriptValue }),
      }),
    ),
  };
}

function rootsOf({ script, run }: RunVm): Root[] {
  const own = script.folder === undefined ? [] : [{ folder: script.folder, shown: path.dirname(script.file) }];
  return [...own, ...run.spec.spellFolders.map((folder) => ({ folder, shown: folder }))];
}

/** Of the caller's own language first. */
function extensionsFor({ script, run }: RunVm): string[] {
  const entries = run.engines.list();
  const own = entries.filter(({ name }) => name === script.engine);
  return [...own, ...entries.filter((entry) => !own.includes(entry))].flatMap(({ extensions }) => extensions);
}

function targetIn(root: Root, name: string, extensions: readonly string[]): { root: Root; target: string } | undefined {
  const relative = path.normalize(name);
  if (relative.startsWith("..") || path.isAbsolute(relative)) return undefined;
  const at = path.join(root.shown, relative);
  const stat = statOf(at);
  if (stat?.isFile() || (stat?.isDirectory() && manifestIn(at) !== undefined)) return { root, target: at };
  const file = extensions.map((extension) => at + extension).find((each) => statOf(each)?.isFile());
  return file === undefined ? undefined : { root, target: file };
}

function statOf(file: string): ReturnType<typeof statSync> {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function isInside(folder: string, file: string): boolean {
  return realpathSync(file).startsWith(path.join(realpathSync(folder), path.sep));
}

function declaredPart({ fs, net, env }: { fs?: string; net?: readonly string[]; env?: readonly string[] }) {
  return { fs: fs ?? "write", net: [...(net ?? [])], env: [...(env ?? [])] };
}

function missing(caller: RunVm, name: string, roots: readonly Root[]): LlmspellError {
  if (path.normalize(name).startsWith(".."))
    return notFound(name, "Spells are run from the folder of the spell that runs them and from the spell folders.");
  const shown = roots.map((root) => root.shown || ".");
  const extensions = caller.run.engines.list().flatMap((entry) => entry.extensions);
  const known = listSpells(shown, extensions).map((place) => place.name);
  const near = nearestName(name.replace(/\.\w+$/, ""), known);
  const where =
    shown.length === 0
      ? "The script has no file, and there are no spell folders."
      : `Looked in ${shown.map(shownFolder).join(", ")}.`;
  return notFound(name, near === undefined ? where : `Did you mean "${near}"? ${where}`);
}

function notFound(name: string, hint: string): LlmspellError {
  const shown = name.length > 200 ? `${name.slice(0, 200)}...` : name;
  return new LlmspellError("script.not_found", `there is no spell "${shown}"`, { details: { name: shown }, hint });
}
