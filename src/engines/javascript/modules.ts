import { LlmspellError, type ScriptFrame } from "../../errors.ts";
import { INCLUDE, type ModuleSource, type ScriptSource, type VmOptions } from "../../engine/vm.ts";
import { type ModuleSyntax, readModuleSyntax } from "./module-syntax.ts";
import type { ScriptCache } from "./script-cache.ts";
import { isTypescript, stripTypes } from "./typescript.ts";

interface Import {
  importer: string;
  specifier: string;
}

/** Finds and prepares the modules that a script imports. */
export class ModuleLoader {
  readonly #resolve: VmOptions["resolve"];
  readonly #cache: ScriptCache;
  /** Source by module id, as QuickJS compiles it; the script itself included. */
  readonly #sources = new Map<string, string>();
  /** By module id: what imported it, in that order. The script itself has none. */
  readonly #importers = new Map<string, Import[]>();
  readonly #syntax = new Map<string, ModuleSyntax>();

  constructor(options: Pick<VmOptions, "resolve">, cache: ScriptCache) {
    this.#resolve = options.resolve;
    this.#cache = cache;
  }

  /** Makes a source known, so that its imports can be located. */
  keep(id: string, source: string): void {
    this.#sources.set(id, source);
  }

  /** The id of the module that `importer` names. Throws `script.module_not_found` and the like, with the importing line. */
  resolve(specifier: string, importer: string): string {
    try {
      const found = this.#resolve(specifier, importer);
      if (!this.#sources.has(found.id)) {
        this.#sources.set(found.id, toModule(found, this.#cache));
        this.#importers.set(found.id, []);
      }
      this.#importers.get(found.id)?.push({ importer, specifier });
      return found.id;
    } catch (thrown) {
      if (LlmspellError.is(thrown))
        thrown.frames = [...(thrown.frames ?? []), this.#importFrame(specifier, importer), ...this.#chain(importer)];
      throw thrown;
    }
  }

  /** Another script of the spell's folder, to be run in this VM. */
  include(file: string, importer: string): ScriptSource {
    const { id, source } = this.#resolve(INCLUDE + file, importer);
    return { file: id, code: source };
  }

  /** Frames of an error in a module that was loading go on with the imports that led to it. */
  withImporters(frames: ScriptFrame[]): ScriptFrame[] {
    const last = frames.at(-1);
    if (!last || !this.#importers.has(last.file)) return frames;
    const syntax = this.#syntaxOf(last.file);
    if (!syntax?.runsOnLoad(last.line ?? 1, last.column ?? 1)) return frames;
    return [...frames, ...this.#chain(last.file)];
  }

  /** Whether a module that was imported does not parse. */
  isBroken(file: string): boolean {
    return this.#importers.has(file) && this.#syntaxOf(file)?.broken === true;
  }

  /** The imports that led to one of a name that the module does not export; empty where that is unclear. */
  framesOfImport(name: string, id: string): ScriptFrame[] {
    const named = new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`);
    const edge = this.#importers.get(id)?.find(({ importer }) => named.test(this.#sources.get(importer) ?? ""));
    return edge ? [this.#importFrame(edge.specifier, edge.importer), ...this.#chain(edge.importer)] : [];
  }

  #firstImport(id: string): Import | undefined {
    return this.#importers.get(id)?.[0];
  }

  /** The imports that led to a module, from its importer to the script. */
  #chain(id: string): ScriptFrame[] {
    const frames: ScriptFrame[] = [];
    const seen = new Set<string>();
    for (let at = id, edge = this.#firstImport(at); edge && !seen.has(at); edge = this.#firstImport(at)) {
      seen.add(at);
      frames.push(this.#importFrame(edge.specifier, edge.importer));
      at = edge.importer;
    }
    return frames;
  }

  #syntaxOf(file: string): ModuleSyntax | undefined {
    const known = this.#syntax.get(file);
    const source = this.#sources.get(file);
    if (known || source === undefined) return known;
    const made = readModuleSyntax(source, file);
    this.#syntax.set(file, made);
    return made;
  }

  source(id: string): string {
    const source = this.#sources.get(id);
    if (source === undefined) throw new LlmspellError("script.module_not_found", `no module "${id}"`);
    return source;
  }

  /** Where `importer` names the specifier, as far as its text tells. */
  #importFrame(specifier: string, importer: string): ScriptFrame {
    const source = this.#sources.get(importer) ?? "";
    for (const match of source.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)(["'`])((?:\\.|(?!\1).)*)\1/g)) {
      if (match[2] !== specifier) continue;
      const before = source.slice(0, match.index + match[0].indexOf(match[1] as string));
      return { file: importer, line: before.split("\n").length, column: before.length - before.lastIndexOf("\n") };
    }
    return { file: importer };
  }
}

/** A `#!` line becomes a comment of the same length. */
export function withoutShebang(source: string): string {
  return source.startsWith("#!") ? `//${source.slice(2)}` : source;
}

function toModule({ id, source }: ModuleSource, cache: ScriptCache): string {
  if (id.endsWith(".json")) return jsonModule(id, source);
  const plain = withoutShebang(source);
  return isTypescript(id) ? cache.stripped(plain, () => stripTypes(plain, id)) : plain;
}

function jsonModule(id: string, source: string): string {
  const text = source.startsWith("\uFEFF") ? source.slice(1) : source;
  try {
    JSON.parse(text);
  } catch (cause) {
    const message = (cause as Error).message;
    const at = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
    const before = text.slice(0, at);
    throw new LlmspellError("script.syntax", `not valid JSON: ${message.replace(/ \(line.*|, ".*$/s, "")}`, {
      cause,
      frames: [{ file: id, line: before.split("\n").length, column: before.length - before.lastIndexOf("\n") }],
    });
  }
  return `export default JSON.parse(${JSON.stringify(text)})`;
}
