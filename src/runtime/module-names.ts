import path from "node:path";

/** How a language names its modules. Paths here have forward slashes and no root. */
export interface Language {
  name: "javascript" | "lua" | "tengo";
  title: string;
  extensions: readonly string[];
  /** Of modules in other languages. */
  foreign: readonly string[];
  /** The file of a folder that stands for it, without its extension. */
  index: string;
  /** Whether a name is a path from the module that imports it. */
  relative(specifier: string): boolean;
  /** The path that a bare name stands for, and back. */
  pathOf(specifier: string): string;
  nameOf(file: string): string;
  /** Files to try for a path, in order. */
  files(file: string): readonly string[];
  isIndex(file: string): boolean;
}

const SCRIPTS = [".js", ".ts", ".mjs", ".mts"];
/** As TypeScript writes imports: by the name of what it would become. */
const SOURCE_OF: Readonly<Record<string, string>> = { ".js": ".ts", ".mjs": ".mts" };

const isRelativePath = (specifier: string): boolean => /^\.{1,2}(?:\/|$)/.test(specifier);

const isIndex = (file: string): boolean => /^(?:index|init)\.\w+$/.test(path.basename(file));

const JAVASCRIPT: Language = {
  name: "javascript",
  title: "JavaScript",
  extensions: [...SCRIPTS, ".json"],
  foreign: [".lua", ".tengo"],
  index: "index",
  relative: isRelativePath,
  pathOf: (specifier) => specifier,
  nameOf: (file) => file,
  files: (file) => {
    const extension = path.extname(file);
    const source = SOURCE_OF[extension];
    return [
      ...(extension === "" ? [] : [file]),
      ...(source === undefined ? [] : [file.slice(0, -extension.length) + source]),
      ...SCRIPTS.map((of) => file + of),
      path.join(file, "index.js"),
      path.join(file, "index.ts"),
    ];
  },
  isIndex,
};

const LUA: Language = {
  name: "lua",
  title: "Lua",
  extensions: [".lua"],
  foreign: [...SCRIPTS, ".tengo"],
  index: "init",
  relative: () => false,
  pathOf: (specifier) => specifier.replaceAll(".", "/"),
  nameOf: (file) => file.replaceAll("/", "."),
  files: (file) => [`${file}.lua`, path.join(file, "init.lua")],
  isIndex,
};

const TENGO: Language = {
  name: "tengo",
  title: "Tengo",
  extensions: [".tengo"],
  foreign: [...SCRIPTS, ".lua"],
  // Of a package without an entry; a folder alone is no module.
  index: "main",
  relative: isRelativePath,
  pathOf: (specifier) => specifier,
  nameOf: (file) => file,
  files: (file) => [...(path.extname(file) === ".tengo" ? [file] : []), `${file}.tengo`],
  isIndex: () => false,
};

const LANGUAGES: Readonly<Record<Language["name"], Language>> = { javascript: JAVASCRIPT, lua: LUA, tengo: TENGO };

/** The language of an engine; engines that the runtime does not know name modules as Lua does. */
export function languageOf(engine: string): Language {
  return Object.hasOwn(LANGUAGES, engine) ? LANGUAGES[engine as Language["name"]] : LUA;
}

/** The language of a file by its extension. */
export function languageOfFile(file: string): Language | undefined {
  return Object.values(LANGUAGES).find(({ extensions }) => extensions.includes(path.extname(file)));
}

/** The first part of a bare name: what a package is called, and what a permission names. */
export function topNameOf(language: Language, specifier: string): string {
  const steps = language.pathOf(specifier).split("/");
  // npm's scopes: @scope/name
  return steps[0]?.startsWith("@") ? steps.slice(0, 2).join("/") : (steps[0] ?? "");
}

/** Why a text cannot name a module, as a hint; undefined when it can. */
export function isWrongName(language: Language, specifier: string): string | undefined {
  return (
    isWrongPath(specifier) ?? (language.name === "lua" ? wrongLuaName(specifier) : wrongBareName(language, specifier))
  );
}

/** Why a text cannot be the path of a script or module, as a hint. */
export function isWrongPath(specifier: string): string | undefined {
  if (specifier === "") return "The name is empty.";
  // oxlint-disable-next-line no-control-regex
  if (/[\0-\x1f]/.test(specifier)) return "A module's name has no control characters.";
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(specifier)?.[1];
  if (scheme !== undefined && /^(?:https?|data|file|blob|ftp)$/i.test(scheme))
    return `Modules are files: nothing is loaded from ${scheme}: addresses. Put the file into the spell's folder.`;
  if (/^(?:[\\/]|[a-z]:[\\/])/i.test(specifier))
    return "Absolute paths are not loaded. Name a file in the spell's folder or in a module path.";
  return undefined;
}

function wrongLuaName(specifier: string): string | undefined {
  if (/^\.{1,2}\//.test(specifier))
    return `Names in Lua count from the spell's folder: require("${specifier
      .replace(/^(?:\.{1,2}\/)+/, "")
      .replace(/\.lua$/, "")
      .replaceAll("/", ".")}").`;
  if (specifier.endsWith(".lua"))
    return `Leave the extension out: require("${specifier.replace(/\.lua$/, "").replaceAll("/", ".")}").`;
  if (specifier.split(/[./]/).includes(""))
    return 'A name in Lua is words with dots between them: require("lib.name").';
  return undefined;
}

function wrongBareName(language: Language, specifier: string): string | undefined {
  if (language.relative(specifier)) return undefined;
  if (specifier.split("/").some((step) => step === "" || step === "." || step === ".."))
    return 'A path from this module begins with "./"; a name has no "." and ".." in it.';
  return undefined;
}

/** A folder in a sentence: a lone dot would end it. */
export function shownFolder(folder: string): string {
  return folder === "" || folder === "." ? "./" : folder;
}
