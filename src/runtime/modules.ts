import { readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import type { ModuleSource } from "../engine/vm.ts";
import { LlmspellError } from "../errors.ts";

/** Finds a spell's own modules: what `require` and `import` name, inside the spell's folder. */
export interface ModuleResolver {
  resolve(specifier: string, importer: string): ModuleSource;
}

/** How a language turns a specifier into files to try, in order, relative to the spell's folder. */
type Candidates = (specifier: string, importerFolder: string) => string[];

const LUA: Candidates = (specifier) => {
  const file = specifier.replaceAll(".", "/");
  return [`${file}.lua`, `${file}/init.lua`];
};

const JAVASCRIPT: Candidates = (specifier, importerFolder) => {
  if (!/^\.{1,2}\//.test(specifier)) return [];
  const file = path.join(importerFolder, specifier);
  return [
    file,
    `${file}.js`,
    `${file}.ts`,
    `${file}.mjs`,
    `${file}.mts`,
    path.join(file, "index.js"),
    path.join(file, "index.ts"),
  ];
};

/**
 * A resolver for one spell. `folder` is absolute; `shown` is the same folder as the user wrote it, so that module ids
 * in errors look like the script's own path. A spell without a folder (from stdin) has no modules.
 */
export function createModuleResolver(engine: string, folder: string | undefined, shown: string): ModuleResolver {
  const candidates = engine === "javascript" ? JAVASCRIPT : LUA;
  return {
    resolve(specifier, importer) {
      if (folder === undefined) throw notFound(specifier, importer, "The spell has no folder to load modules from.");
      const importerFolder = path.relative(shown, path.dirname(importer));
      const root = realpathSync(folder);
      for (const candidate of candidates(specifier, importerFolder)) {
        const file = insideOf(root, candidate);
        const source = file === undefined ? undefined : readModule(file);
        if (source !== undefined) return { id: path.join(shown, candidate), source };
      }
      const hint =
        engine === "javascript" && !specifier.startsWith(".")
          ? "Only relative imports from the spell's own folder (./name.js) can be loaded."
          : `Modules are loaded from the spell's own folder, ${shown || "."}.`;
      throw notFound(specifier, importer, hint);
    },
  };
}

/** The real path of a file inside `root`; undefined when it does not exist or lies outside, links included. */
function insideOf(root: string, relative: string): string | undefined {
  try {
    const real = realpathSync(path.resolve(root, relative));
    return real.startsWith(path.join(root, path.sep)) ? real : undefined;
  } catch {
    return undefined;
  }
}

/** Largest module, in bytes. */
const MAX_MODULE_BYTES = 10 * 1024 * 1024;

/** Undefined for what is no file: a pipe would be waited for, and no limit ends that. */
function readModule(file: string): string | undefined {
  try {
    const stat = statSync(file);
    return stat.isFile() && stat.size <= MAX_MODULE_BYTES ? readFileSync(file, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

function notFound(specifier: string, importer: string, hint: string): LlmspellError {
  return new LlmspellError("script.module_not_found", `module "${specifier}" not found`, {
    details: { specifier, importer },
    hint,
  });
}
