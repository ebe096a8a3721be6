import path from "node:path";
import type { DocumentText } from "../documents/located-document.ts";
import { parseDocument } from "../documents/parse-document.ts";
import type { EngineEntry, EngineRegistry } from "../engine/registry.ts";
import { LlmspellError } from "../errors.ts";
import { findEntry } from "../spells/find-entry.ts";
import { joinManifests } from "../spells/join-manifests.ts";
import type { SpellManifest } from "../spells/manifest.ts";
import { type LocatedManifest, readManifest } from "../spells/read-manifest.ts";
import { nearestName } from "../values/nearest-name.ts";
import { scriptExtensions } from "./locate-spell.ts";

/** Reads the header of a script. Throws `manifest.invalid`. */
export async function readHeader(header: DocumentText, file: string): Promise<LocatedManifest> {
  const located = await readManifest(await parseDocument(header.text, "yaml", header), header);
  const { entry } = located.manifest;
  if (entry === undefined || entry === path.basename(file)) return located;
  throw located.problemAt(["entry"], "a header is about the script that it stands in: leave entry out");
}

export function joined(
  header: LocatedManifest | undefined,
  beside: LocatedManifest | undefined,
): LocatedManifest | undefined {
  return header && beside ? joinManifests(header, beside) : (header ?? beside);
}

/** The script of a manifest. Throws `manifest.invalid`. */
export function entryOf(located: LocatedManifest, engines: EngineRegistry): string {
  const found = findEntry(path.dirname(located.file), located.manifest, extensionsOf(located, engines));
  if ("file" in found) return found.file;
  throw located.problemAt(["entry"], found.problem, found.hint);
}

/** The same; undefined where a manifest leaves open which script it is about. */
export function ownEntry(located: LocatedManifest, engines: EngineRegistry): string | undefined {
  if (located.manifest.entry !== undefined) return entryOf(located, engines);
  const found = findEntry(path.dirname(located.file), located.manifest, extensionsOf(located, engines));
  return "file" in found ? found.file : undefined;
}

interface Script {
  code: string;
  file: string;
  name: string;
  /** As the user wishes it. */
  engine?: string;
}

interface Said {
  engine: string;
  name: string;
  version?: string;
  manifest: SpellManifest;
  manifestFile: string;
}

/** A script with what is said about it. Throws `manifest.invalid` where its engine is not the one that extension or shebang tell. */
export function spellWith<T extends Script>(located: LocatedManifest, script: T, engines: EngineRegistry): T & Said {
  const { manifest, file } = located;
  const told = engineOf(located, engines);
  const own = script.engine === undefined ? tryForScript(script, engines) : engines.byName(script.engine);
  if (told && own && script.engine === undefined && told.name !== own.name)
    throw located.problemAt(
      ["engine"],
      `engine: ${manifest.engine} contradicts ${script.file}, which is ${own.name} by its shebang or extension`,
      "Correct the one that is wrong.",
    );
  const engine = (script.engine === undefined ? (told ?? own) : own) ?? engines.forScript(script.file, script.code);
  const { name = script.name, version } = manifest;
  return {
    ...script,
    engine: engine.name,
    name,
    ...(version === undefined ? {} : { version }),
    manifest,
    manifestFile: file,
  };
}

function engineOf(located: LocatedManifest, engines: EngineRegistry): EngineEntry | undefined {
  const { engine } = located.manifest;
  if (engine === undefined) return undefined;
  const known = engines.list().flatMap(({ name, aliases }) => [name, ...aliases]);
  if (known.includes(engine)) return engines.byName(engine);
  const near = nearestName(engine, known);
  const names = engines.list().map(({ name }) => name);
  throw located.problemAt(
    ["engine"],
    `no engine is named "${engine}"${near === undefined ? "" : ` (did you mean ${near}?)`}`,
    `Engines here: ${names.join(", ")}.`,
  );
}

function extensionsOf(located: LocatedManifest, engines: EngineRegistry): readonly string[] {
  return engineOf(located, engines)?.extensions ?? scriptExtensions(engines);
}

function tryForScript({ file, code }: Script, engines: EngineRegistry): EngineEntry | undefined {
  try {
    return engines.forScript(file, code);
  } catch (error) {
    if (LlmspellError.is(error) && error.code === "engine.unknown") return undefined;
    throw error;
  }
}
