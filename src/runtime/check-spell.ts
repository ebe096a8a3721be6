import { statSync } from "node:fs";
import path from "node:path";
import type { EngineRegistry } from "../engine/registry.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import { findEntry } from "../spells/find-entry.ts";
import { isManifestName } from "../spells/manifest-file.ts";
import { BRIDGE_NAMES, builtInBridges } from "./bridge-sources.ts";
import { requireDependencies } from "./dependencies.ts";
import { loadPart } from "./lazy.ts";
import { scriptExtensions } from "./locate-spell.ts";
import type { RuntimeOptions } from "./runtime-options.ts";
import { type Spell, loadSpell, scriptAlone } from "./spell.ts";

type CheckOptions = Pick<RuntimeOptions, "modulePaths" | "spellFolders" | "bridges" | "extensions" | "tools">;

/** What a script finds besides bridges. */
const DATA_GLOBALS = ["params", "args", "env", "spell", "stdin"];

/** All that is wrong with a spell, as far as it shows without a run: its manifest, what it depends on, its syntax. */
export async function checkSpell(
  target: string,
  engines: EngineRegistry,
  options: CheckOptions,
  engine?: string,
): Promise<LlmspellError[]> {
  const problems: LlmspellError[] = [];
  const attempt = async <T>(work: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      problems.push(toLlmspellError(error));
      return undefined;
    }
  };
  const loaded = await attempt(() => loadSpell(target, engines, { engine, spellFolders: options.spellFolders }));
  if (loaded?.manifest) {
    const { manifest } = loaded;
    await attempt(() => requireDependencies(loaded, manifest, options));
  }
  const spell = loaded ?? withoutManifest(target, engines, engine);
  if (spell) {
    const syntax = await attempt(() => syntaxProblem(spell, engines, options));
    if (syntax) problems.push(syntax);
  }
  return problems;
}

async function syntaxProblem(
  { engine, code, file, folder }: Spell,
  engines: EngineRegistry,
  { modulePaths = [], spellFolders = [], bridges, extensions, tools }: CheckOptions,
): Promise<LlmspellError | null> {
  const loaded = await engines.byName(engine).load();
  const modules = loadPart("modules").createModuleResolver({
    engine,
    folder,
    shown: path.dirname(file),
    modulePaths: modulePaths.map((each) => path.resolve(each)),
    spellFolders: spellFolders.map((each) => path.resolve(each)),
    globals: BRIDGE_NAMES,
  });
  // What a library user adds is known when a worker has loaded it.
  const isPlain = !bridges?.length && !extensions?.length && tools === undefined;
  const builtIn = () => builtInBridges().flatMap(({ outline: { name, aliases } }) => [name, ...aliases]);
  return loaded.validateSyntax({ code, file }, modules.resolve, isPlain ? [...builtIn(), ...DATA_GLOBALS] : undefined);
}

/** The script of a spell whose manifest is wrong; undefined where it cannot be told or read. */
function withoutManifest(target: string, engines: EngineRegistry, engine: string | undefined): Spell | undefined {
  const stat = statSync(target, { throwIfNoEntry: false });
  if (!stat) return undefined;
  const folder = stat.isDirectory() ? target : isManifestName(target) ? path.dirname(target) : undefined;
  try {
    const entry = folder === undefined ? { file: target } : findEntry(folder, {}, scriptExtensions(engines));
    return "file" in entry ? scriptAlone(entry.file, engines, engine) : undefined;
  } catch (error) {
    if (LlmspellError.is(error)) return undefined;
    throw error;
  }
}
