import { readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import type { EngineRegistry } from "../engine/registry.ts";
import { LlmspellError } from "../errors.ts";
import { findHeader } from "../spells/header.ts";
import type { SpellManifest } from "../spells/manifest.ts";
import { isManifestName, loadManifest, manifestIn } from "../spells/manifest-file.ts";
import type { LocatedManifest } from "../spells/read-manifest.ts";

/** A script that is ready to be run. */
export interface Spell {
  engine: string;
  code: string;
  /** As the user wrote it; `<stdin>` and the like where there is no file. */
  file: string;
  /** Absolute; absent where there is no file. */
  folder?: string;
  name: string;
  version?: string;
  /** What its manifest and its header say. */
  manifest?: SpellManifest;
  /** Where that is said. */
  manifestFile?: string;
}

export interface LoadOptions {
  /** Name or alias of the engine; over what manifest, shebang and extension say. */
  engine?: string | undefined;
  /** Where names of spells are looked for. */
  spellFolders?: readonly string[] | undefined;
}

/** The script without what is said about it: what a run is made of. */
export function scriptOf({
  manifest: _,
  manifestFile: _file,
  ...script
}: Spell): Omit<Spell, "manifest" | "manifestFile"> {
  return script;
}

/** Largest script, in bytes. */
const MAX_SCRIPT_BYTES = 10 * 1024 * 1024;

/**
 * Reads a spell: a script file, a folder with a manifest, a manifest, or the name of a spell in the spell folders. Throws
 * `script.not_found`, `manifest.invalid`, `engine.unknown`.
 */
export async function loadSpell(target: string, engines: EngineRegistry, options: LoadOptions = {}): Promise<Spell> {
  const stat = statSync(target, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return loadFolder(target, engines, options);
  if (stat && isManifestName(target)) return loadByManifest(target, engines, options);
  if (stat || target.trim() === "") return loadScript(target, engines, options);
  const { locateSpell } = await import("./locate-spell.ts");
  const place = locateSpell(target, engines, options.spellFolders ?? []);
  return isFolder(place) ? loadFolder(place, engines, options) : loadScript(place, engines, options);
}

/** A script that is given as text. Its engine must be named unless a shebang or its header names it. */
export async function spellFromText(
  code: string,
  file: string,
  engines: EngineRegistry,
  engine?: string,
): Promise<Spell> {
  const header = findHeader(code, file);
  const name = file.replace(/[<>]/g, "");
  if (!header) return { engine: chosenEngine(engines, file, code, engine), code, file, name };
  const { readHeader, spellWith } = await import("./spell-with-manifest.ts");
  return spellWith(await readHeader(header, file), { code, file, name, ...(engine ? { engine } : {}) }, engines);
}

async function loadFolder(folder: string, engines: EngineRegistry, options: LoadOptions): Promise<Spell> {
  const manifest = manifestIn(folder);
  if (manifest !== undefined) return loadByManifest(manifest, engines, options);
  throw new LlmspellError("script.not_found", `${folder} is a folder without a manifest`, {
    hint: "Name the script inside it, or describe the spell in a spell.yaml there.",
    details: { file: folder },
  });
}

async function loadByManifest(file: string, engines: EngineRegistry, options: LoadOptions): Promise<Spell> {
  const located = await loadManifest(file);
  const { entryOf } = await import("./spell-with-manifest.ts");
  return loadScript(entryOf(located, engines), engines, options, located);
}

/** `located` is the manifest that named the script; else one beside it counts if it names this script. */
async function loadScript(
  file: string,
  engines: EngineRegistry,
  { engine }: LoadOptions,
  located?: LocatedManifest,
): Promise<Spell> {
  const code = readScript(file);
  const folder = path.dirname(path.resolve(file));
  const beside = located ?? (await manifestBeside(file, engines));
  const header = findHeader(code, file);
  const name = beside && path.basename(path.dirname(path.resolve(beside.file)));
  const script = { code, file, folder, name: name ?? path.basename(file, path.extname(file)) };
  if (!beside && !header) return { ...script, engine: chosenEngine(engines, file, code, engine) };
  const { joined, readHeader, spellWith } = await import("./spell-with-manifest.ts");
  const said = joined(header && (await readHeader(header, file)), beside) as LocatedManifest;
  return spellWith(said, { ...script, ...(engine ? { engine } : {}) }, engines);
}

/** A script without what a manifest or header says of it. Throws `script.not_found`, `engine.unknown`. */
export function scriptAlone(file: string, engines: EngineRegistry, engine?: string): Spell {
  const code = readScript(file);
  const folder = path.dirname(path.resolve(file));
  return {
    engine: chosenEngine(engines, file, code, engine),
    code,
    file,
    folder,
    name: path.basename(file, path.extname(file)),
  };
}

async function manifestBeside(file: string, engines: EngineRegistry): Promise<LocatedManifest | undefined> {
  const manifest = manifestIn(path.dirname(file));
  if (manifest === undefined) return undefined;
  const located = await loadManifest(manifest);
  const { ownEntry } = await import("./spell-with-manifest.ts");
  const entry = ownEntry(located, engines);
  return entry !== undefined && realpathSync(entry) === realpathSync(file) ? located : undefined;
}

function chosenEngine(engines: EngineRegistry, file: string, code: string, engine: string | undefined): string {
  return (engine === undefined ? engines.forScript(file, code) : engines.byName(engine)).name;
}

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function readScript(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw unreadable(file, cause as NodeJS.ErrnoException);
  }
  if (bytes.length > MAX_SCRIPT_BYTES) {
    throw new LlmspellError(
      "script.not_found",
      `${file} is no script: it has ${bytes.length} bytes, more than ${MAX_SCRIPT_BYTES}`,
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new LlmspellError("script.syntax", `${file} is not valid UTF-8 text`, { cause, frames: [{ file }] });
  }
}

function unreadable(file: string, cause: NodeJS.ErrnoException): LlmspellError {
  const [problem, hint] =
    cause.code === "ENOENT"
      ? (["does not exist", "Check the path; it is relative to the current folder."] as const)
      : ([`cannot be read (${cause.code ?? cause.message})`, "Check its permissions."] as const);
  return new LlmspellError("script.not_found", `${file} ${problem}`, { cause, hint, details: { file } });
}
