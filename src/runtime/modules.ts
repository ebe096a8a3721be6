import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { INCLUDE, type ModuleSource } from "../engine/vm.ts";
import { LlmspellError } from "../errors.ts";
import type { Policy } from "../policy/policy.ts";
import { nearestName } from "../values/nearest-name.ts";
import { insteadOf } from "./module-hints.ts";
import {
  type Language,
  isWrongName,
  isWrongPath,
  languageOf,
  languageOfFile,
  shownFolder,
  topNameOf,
} from "./module-names.ts";
import { MANIFEST_NAMES } from "../spells/manifest-file.ts";
import { packageEntry } from "./module-package.ts";

/** Finds the modules that `require` and `import` name. */
export interface ModuleResolver {
  /** `importer` is the id of the module that asks, or the script's file. */
  resolve(specifier: string, importer: string): ModuleSource;
}

export interface ModuleResolverOptions {
  engine: string;
  /** Absolute folder of the spell; absent for a script without a file. */
  folder: string | undefined;
  /** The same folder as the user wrote it, so that module ids in errors look like the script's own path. */
  shown: string;
  /** Absolute folders whose modules and packages every spell may load. */
  modulePaths?: readonly string[];
  /** Absolute folders of spells: those with a manifest can be loaded as packages. */
  spellFolders?: readonly string[];
  /** Asked with the capability `module` for what lies outside of the spell's own folder. */
  policy?: Policy;
  /** Names of the script API's globals, for hints. */
  globals?: readonly string[];
}

/** A folder that modules are loaded from and that no import within leaves, links included. */
interface Root {
  /** Real path. */
  folder: string;
  shown: string;
  /** In the spell's own folder. */
  own: boolean;
  /** The manifest's name, in the folder of a package. */
  manifest?: string;
}

/** Where a bare name is looked for: below `prefix` of a root. */
interface Place {
  root: Root;
  prefix: string;
  /** Only folders with a manifest. */
  packagesOnly: boolean;
}

interface Found {
  root: Root;
  /** Relative to the root. */
  relative: string;
  /** Real path. */
  file: string;
}

/** Largest module, in bytes. */
const MAX_MODULE_BYTES = 10 * 1024 * 1024;
/** Larger sources are read again by each that imports them. */
const MAX_KEPT_CHARACTERS = 256 * 1024;
/** Of folders with more entries, the rest is not looked at for a hint. */
const MAX_LISTED = 2000;

/** A resolver for the modules of one VM. What it has resolved once keeps its id. */
export function createModuleResolver(options: ModuleResolverOptions): ModuleResolver {
  const search = new ModuleSearch(options);
  return { resolve: (specifier, importer) => search.resolve(specifier, importer) };
}

class ModuleSearch {
  readonly #options: ModuleResolverOptions;
  readonly #language: Language;
  readonly #own: Root | undefined;
  readonly #shared: readonly Place[];
  /** By module id: where it lies. */
  readonly #known = new Map<string, Found>();
  /** Id by real path, so that one file is one module. */
  readonly #ids = new Map<string, string>();
  readonly #sources = new Map<string, string>();
  readonly #packages = new Map<string, Root>();

  constructor(options: ModuleResolverOptions) {
    const { engine, folder, shown, modulePaths = [], spellFolders = [] } = options;
    this.#options = options;
    this.#language = languageOf(engine);
    this.#own = folder === undefined ? undefined : rootAt(folder, shown, true);
    const shared = (folders: readonly string[], packagesOnly: boolean): Place[] =>
      folders.flatMap((at) => {
        const root = rootAt(at, at, false);
        return root ? [{ root, prefix: "", packagesOnly }] : [];
      });
    this.#shared = [...shared(modulePaths, false), ...shared(spellFolders, true)];
  }

  resolve(specifier: string, importer: string): ModuleSource {
    if (specifier.startsWith(INCLUDE)) return this.#include(specifier.slice(INCLUDE.length), importer);
    const from = this.#known.get(importer);
    const root = from?.root ?? this.#own;
    const wrong = isWrongName(this.#language, specifier);
    const attempt = new Attempt(specifier, importer, "module");
    if (wrong !== undefined) throw notFound(attempt, [wrong]);
    const relative = this.#language.relative(specifier);
    const found = relative
      ? root && this.#findRelative(attempt, root, path.join(path.dirname(from?.relative ?? "."), specifier))
      : this.#findByName(attempt, this.#placesFrom(root));
    if (!found) throw this.#missing(attempt, relative, root);
    if (!relative && found.root !== root && !found.root.own) this.#askPolicy(specifier, importer);
    return this.#load(found, attempt);
  }

  /** A script of the spell's own folder, by its path from there. */
  #include(file: string, importer: string): ModuleSource {
    const attempt = new Attempt(file, importer, "script");
    const wrong = isWrongPath(file);
    if (wrong !== undefined) throw notFound(attempt, [wrong]);
    const own = this.#own;
    const names = path.extname(file) === "" ? this.#language.files(file) : [file];
    const found = own && firstOf(names, (name) => this.#fileIn(attempt, own, path.normalize(name)));
    if (!found) throw this.#missing(attempt, true, own);
    const id = path.join(found.root.shown, found.relative);
    this.#known.set(id, found);
    return { id, source: readModule(found.file, id, attempt) };
  }

  /** A module's own folder comes first, then what is shared; never the folder of the spell that uses it. */
  #placesFrom(root: Root | undefined): Place[] {
    const own = root
      ? [
          { root, prefix: "", packagesOnly: false },
          { root, prefix: "lib", packagesOnly: false },
        ]
      : [];
    return [...own, ...this.#shared.filter((place) => place.root.folder !== root?.folder)];
  }

  #findRelative(attempt: Attempt, root: Root, relative: string): Found | undefined {
    return firstOf(this.#language.files(relative), (file) => this.#fileIn(attempt, root, file));
  }

  #findByName(attempt: Attempt, places: readonly Place[]): Found | undefined {
    const name = this.#language.pathOf(attempt.specifier);
    const top = topNameOf(this.#language, attempt.specifier);
    return firstOf(places, (place) => {
      const inPlace = (relative: string) => path.join(place.prefix, relative);
      const folder = this.#package(place, top);
      if (place.packagesOnly && !folder) return undefined;
      const plain = place.packagesOnly ? [] : this.#language.files(name).map(inPlace);
      const direct = firstOf(
        plain.filter((file) => !this.#language.isIndex(file)),
        (file) => this.#fileIn(attempt, place.root, file),
      );
      if (direct && !(folder && direct.file.startsWith(path.join(folder.folder, path.sep)))) return direct;
      if (folder) return this.#findInPackage(attempt, folder, path.relative(top, name));
      return firstOf(plain, (file) => this.#fileIn(attempt, place.root, file));
    });
  }

  /** `rest` is what the name says behind that of the package. */
  #findInPackage(attempt: Attempt, root: Root, rest: string): Found | undefined {
    if (rest !== "") return this.#findRelative(attempt, root, rest);
    const entry = packageEntry(root.folder, root.shown, root.manifest ?? "");
    if (entry !== "") {
      const found = this.#fileIn(attempt, root, entry);
      if (found) return found;
      if (attempt.foreign === undefined)
        attempt.note(`The manifest of ${root.shown} names the entry ${JSON.stringify(entry)}, which is not there.`);
      return undefined;
    }
    return this.#findRelative(attempt, root, this.#language.index);
  }

  /** The folder of a package in a place, if it has a manifest. */
  #package({ root, prefix }: Place, name: string): Root | undefined {
    const folder = path.join(root.folder, prefix, name);
    const known = this.#packages.get(folder);
    if (known) return known;
    const manifest = MANIFEST_NAMES.find((file) => statOf(path.join(folder, file))?.isFile());
    const at = manifest && rootAt(folder, path.join(root.shown, prefix, name), root.own);
    if (!at || !isInside(root.folder, at.folder)) return undefined;
    const made: Root = { ...at, manifest };
    this.#packages.set(folder, made);
    return made;
  }

  /** A regular file of this language inside the root; notes what is there instead. */
  #fileIn(attempt: Attempt, root: Root, relative: string): Found | undefined {
    const shown = path.join(root.shown, relative);
    const full = path.join(root.folder, relative);
    attempt.lookedIn.add(shown);
    if (!isInside(root.folder, full)) {
      attempt.outside = shown;
      return undefined;
    }
    const stat = statOf(full);
    if (!stat) {
      this.#noteForeign(attempt, root, relative);
      return undefined;
    }
    if (stat.isDirectory()) return undefined;
    const file = realpathSync(full);
    if (!isInside(root.folder, file)) {
      attempt.note(`${shown} is a link that leads outside of ${shownFolder(root.shown)}.`);
      return undefined;
    }
    if (!this.#language.extensions.includes(path.extname(full))) {
      attempt.foreign ??= shown;
      return undefined;
    }
    return { root, relative, file };
  }

  /** A module of the same name in another language. */
  #noteForeign(attempt: Attempt, root: Root, relative: string): void {
    if (attempt.foreign !== undefined) return;
    const stem = relative.slice(0, relative.length - path.extname(relative).length);
    for (const extension of this.#language.foreign) {
      const full = path.join(root.folder, stem + extension);
      if (!statOf(full)?.isFile() || !isInside(root.folder, realpathSync(full))) continue;
      attempt.foreign = path.join(root.shown, stem + extension);
      return;
    }
  }

  #askPolicy(specifier: string, importer: string): void {
    const target = topNameOf(this.#language, specifier);
    try {
      this.#options.policy?.check({ capability: "module", target, method: importer });
    } catch (cause) {
      if (!LlmspellError.is(cause) || cause.code !== "permission.denied") throw cause;
      throw new LlmspellError("permission.denied", `${importer} may not load the module "${specifier}"`, {
        cause,
        details: { capability: "module", target, importer },
        ...(cause.hint === undefined ? {} : { hint: cause.hint }),
      });
    }
  }

  #load(found: Found, attempt: Attempt): ModuleSource {
    const id = this.#ids.get(found.file) ?? path.join(found.root.shown, found.relative);
    const kept = this.#sources.get(id);
    if (kept !== undefined) return { id, source: kept };
    const source = readModule(found.file, id, attempt);
    if (source.length <= MAX_KEPT_CHARACTERS) this.#sources.set(id, source);
    this.#ids.set(found.file, id);
    this.#known.set(id, found);
    return { id, source };
  }

  #missing(attempt: Attempt, relative: boolean, root: Root | undefined): LlmspellError {
    const { specifier, foreign } = attempt;
    if (foreign !== undefined) return this.#foreign(attempt, foreign);
    if (attempt.outside !== undefined && relative)
      attempt.note(`Imports do not leave ${root ? shownFolder(root.shown) : "the spell's own folder"}.`);
    const near = this.#nearest(attempt.specifier, relative, root);
    if (near !== undefined) attempt.note(`Did you mean "${near}"?`);
    const instead = relative ? undefined : insteadOf(this.#language.name, specifier, this.#options.globals ?? []);
    if (instead !== undefined) attempt.note(instead);
    if (!root) attempt.note("The script has no file, so it has no folder to load modules from.");
    const places = relative
      ? []
      : this.#placesFrom(root).map((place) => shownFolder(path.join(place.root.shown, place.prefix)));
    if (places.length > 0 && instead === undefined) attempt.note(`Looked in ${[...new Set(places)].join(", ")}.`);
    if (relative && root && attempt.notes.length === 0) attempt.note(`Looked for ${[...attempt.lookedIn].join(", ")}.`);
    return notFound(attempt, attempt.notes);
  }

  #foreign({ what, specifier, importer }: Attempt, file: string): LlmspellError {
    const language = languageOfFile(file);
    const isScript = language !== undefined && path.extname(file) !== ".json";
    return new LlmspellError(
      "script.module_unusable",
      isScript
        ? `${what} "${specifier}" is ${language.title} (${file}), which ${this.#language.title} cannot load`
        : `${what} "${specifier}" is no ${this.#language.title}: ${file}`,
      {
        details: { specifier, importer, file },
        hint: isScript
          ? `Run it as a spell: spells.run(${JSON.stringify(this.#spellNameOf(file))}, params).`
          : "Data files are read with fs.read.",
      },
    );
  }

  #spellNameOf(file: string): string {
    return path.relative(this.#options.shown, file);
  }

  /** The nearest name that would have been found. */
  #nearest(specifier: string, relative: boolean, root: Root | undefined): string | undefined {
    const { pathOf, nameOf } = this.#language;
    if (relative) {
      const near = root && this.#nearestIn(root.folder, path.basename(specifier), true);
      return near === undefined
        ? undefined
        : path.posix.join(path.posix.dirname(specifier), near).replace(/^(?!\.)/, "./");
    }
    const steps = pathOf(specifier).split("/");
    for (const { root: at, prefix } of this.#placesFrom(root)) {
      let folder = path.join(at.folder, prefix);
      for (const [index, step] of steps.entries()) {
        const last = index === steps.length - 1;
        if (!last && statOf(path.join(folder, step))?.isDirectory()) {
          folder = path.join(folder, step);
          continue;
        }
        const near = this.#nearestIn(folder, step, last);
        if (near !== undefined) return nameOf([...steps.slice(0, index), near, ...steps.slice(index + 1)].join("/"));
        break;
      }
    }
    return undefined;
  }

  #nearestIn(folder: string, wanted: string, files: boolean): string | undefined {
    const names: string[] = [];
    try {
      for (const entry of readdirSync(folder, { withFileTypes: true }).slice(0, MAX_LISTED)) {
        const extension = path.extname(entry.name);
        if (entry.isDirectory()) names.push(entry.name);
        else if (files && this.#language.extensions.includes(extension))
          names.push(path.extname(wanted) === "" ? path.basename(entry.name, extension) : entry.name);
      }
    } catch {
      return undefined;
    }
    return nearestName(
      wanted,
      names.filter((name) => name !== wanted),
    );
  }
}

/** What a search for one module has come upon. */
class Attempt {
  readonly specifier: string;
  readonly importer: string;
  readonly what: "module" | "script";
  readonly lookedIn = new Set<string>();
  readonly notes: string[] = [];
  /** A file of the name in another language. */
  foreign: string | undefined;
  /** A path that leads out of its root. */
  outside: string | undefined;

  constructor(specifier: string, importer: string, what: "module" | "script") {
    this.specifier = specifier;
    this.importer = importer;
    this.what = what;
  }

  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text);
  }
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function rootAt(folder: string, shown: string, own: boolean): Root | undefined {
  try {
    const real = realpathSync(folder);
    return statSync(real).isDirectory() ? { folder: real, shown, own } : undefined;
  } catch {
    return undefined;
  }
}

function isInside(folder: string, file: string): boolean {
  return file.startsWith(path.join(folder, path.sep));
}

/** Undefined for what is not there, whatever the reason. */
function statOf(file: string): ReturnType<typeof statSync> {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Reads a real path without following another link and without waiting: a pipe would be waited for, and no limit ends that. */
function readModule(file: string, shown: string, { what, specifier, importer }: Attempt): string {
  const unusable = (problem: string, cause?: unknown) =>
    new LlmspellError("script.module_unusable", `${what} "${specifier}" cannot be loaded: ${shown} ${problem}`, {
      details: { specifier, importer, file: shown },
      ...(cause === undefined ? {} : { cause }),
    });
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
  } catch (cause) {
    throw unusable(`cannot be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)})`, cause);
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw unusable("is no regular file");
    if (stat.size > MAX_MODULE_BYTES) throw unusable(`has ${stat.size} bytes, more than ${MAX_MODULE_BYTES}`);
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(descriptor));
  } catch (cause) {
    if (LlmspellError.is(cause)) throw cause;
    throw unusable("is not valid UTF-8 text", cause);
  } finally {
    closeSync(descriptor);
  }
}

/** Longest name that is shown in full. */
const MAX_SHOWN = 200;

function notFound({ what, specifier, importer, lookedIn }: Attempt, hints: readonly string[]): LlmspellError {
  const shown = specifier.length > MAX_SHOWN ? `${specifier.slice(0, MAX_SHOWN)}...` : specifier;
  return new LlmspellError("script.module_not_found", `${what} "${shown}" not found`, {
    details: { specifier: shown, importer, lookedIn: [...lookedIn] },
    hint: hints.join(" "),
  });
}
