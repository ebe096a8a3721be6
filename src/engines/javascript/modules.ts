import { LlmspellError } from "../../errors.ts";
import type { ModuleSource, VmOptions } from "../../engine/vm.ts";
import { isTypescript, stripTypes } from "./typescript.ts";

/** Finds and prepares the modules that a script imports. */
export class ModuleLoader {
  readonly #resolve: VmOptions["resolve"];
  /** Source by module id, as QuickJS compiles it; the script itself included. */
  readonly #sources = new Map<string, string>();

  constructor(options: Pick<VmOptions, "resolve">) {
    this.#resolve = options.resolve;
  }

  /** Makes a source known, so that its imports can be located. */
  keep(id: string, source: string): void {
    this.#sources.set(id, source);
  }

  /** The id of the module that `importer` names. Throws `script.module_not_found` with the importing line. */
  resolve(specifier: string, importer: string): string {
    let found: ModuleSource;
    try {
      found = this.#resolve(specifier, importer);
    } catch (thrown) {
      if (LlmspellError.is(thrown)) thrown.frames ??= [{ file: importer, ...this.#importAt(specifier, importer) }];
      throw thrown;
    }
    if (!this.#sources.has(found.id)) this.#sources.set(found.id, toModule(found));
    return found.id;
  }

  source(id: string): string {
    const source = this.#sources.get(id);
    if (source === undefined) throw new LlmspellError("script.module_not_found", `no module "${id}"`);
    return source;
  }

  /** Where `importer` names the specifier, as far as its text tells. */
  #importAt(specifier: string, importer: string): { line?: number; column?: number } {
    const source = this.#sources.get(importer);
    if (source === undefined) return {};
    for (const match of source.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)(["'`])((?:\\.|(?!\1).)*)\1/g)) {
      if (match[2] !== specifier) continue;
      const before = source.slice(0, match.index + match[0].indexOf(match[1] as string));
      return { line: before.split("\n").length, column: before.length - before.lastIndexOf("\n") };
    }
    return {};
  }
}

/** A `#!` line becomes a comment of the same length. */
export function withoutShebang(source: string): string {
  return source.startsWith("#!") ? `//${source.slice(2)}` : source;
}

function toModule({ id, source }: ModuleSource): string {
  if (id.endsWith(".json")) return `export default JSON.parse(${JSON.stringify(source)})`;
  const plain = withoutShebang(source);
  return isTypescript(id) ? stripTypes(plain, id) : plain;
}
