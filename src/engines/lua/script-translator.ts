import type { ModuleSource, ScriptSource, VmOptions } from "../../engine/vm.ts";
import { LlmspellError, type ScriptFrame } from "../../errors.ts";
import type { LuaDialect, TranslatedScript } from "./dialect.ts";

/** The names that the host defines in a VM; undefined in a VM without bridges, which only checks. */
function hostNames({ bridges, globals }: VmOptions): ReadonlySet<string> | undefined {
  if (bridges.length === 0) return undefined;
  return new Set([...bridges.flatMap(({ name, aliases }) => [name, ...aliases]), ...Object.keys(globals)]);
}

/** The scripts and modules of one VM as Lua, and the frames of its errors where the scripts' own lines are. */
export class ScriptTranslator {
  readonly language: string;
  /** Scripts are Lua already. */
  readonly isPlain: boolean;
  readonly #dialect: LuaDialect;
  #host: ReadonlySet<string> | undefined;
  #resolve: VmOptions["resolve"];
  readonly #scripts = new Map<string, TranslatedScript>();
  /** By importer and specifier. */
  readonly #resolved = new Map<string, ModuleSource>();

  constructor(dialect: LuaDialect, options: VmOptions) {
    this.language = dialect.identity.name;
    this.isPlain = dialect.translate === undefined;
    this.#dialect = dialect;
    this.#host = hostNames(options);
    this.#resolve = options.resolve;
  }

  get hostNames(): readonly string[] {
    return [...(this.#host ?? [])];
  }

  /** A script, once all that it is known to import is there and in order. */
  toLua(script: ScriptSource): ScriptSource {
    const lua = this.#translate(script, false, this.#host);
    this.#translateImports(script.file, []);
    return lua;
  }

  moduleToLua(script: ScriptSource): ScriptSource {
    const known = this.#scripts.get(script.file);
    return known ? { file: script.file, code: known.code } : this.#translate(script, true, this.#host);
  }

  /**
   * For its syntax alone, and with `resolve` that of all that it imports by name. Without `globals` any name may be one of
   * the host's.
   */
  check(script: ScriptSource, resolve?: VmOptions["resolve"], globals?: readonly string[]): ScriptSource {
    if (globals) this.#host = new Set(globals);
    const lua = this.#translate(script, false, this.#host);
    if (resolve) {
      this.#resolve = resolve;
      this.#translateImports(script.file, []);
    }
    return lua;
  }

  /** An input at a prompt, once all that it imports is there and in order. */
  inputToLua(script: ScriptSource, session: ReadonlySet<string>): ScriptSource {
    const lua = this.#translate(script, false, this.#host, session);
    this.#translateImports(script.file, []);
    return lua;
  }

  resolve(specifier: string, importer: string): ModuleSource {
    const key = `${importer}\0${specifier}`;
    const known = this.#resolved.get(key) ?? this.#resolve(specifier, importer);
    if (this.#dialect.translate) this.#resolved.set(key, known);
    return known;
  }

  /** Puts the frames of an error where they are in the script. */
  place(error: LlmspellError): LlmspellError {
    if (this.#scripts.size > 0 && error.frames) error.frames = error.frames.flatMap((frame) => this.#placeFrame(frame));
    return error;
  }

  /** Of a script that was translated; a frame with a column is in its place already. */
  #placeFrame(frame: ScriptFrame): ScriptFrame[] {
    const script = this.#scripts.get(frame.file);
    if (!script || frame.column !== undefined || frame.line === undefined) return [frame];
    const position = script.place(frame.line);
    if (!position) return [];
    const named = frame.name === undefined ? {} : { name: script.nameOf(frame.name) };
    return [{ ...frame, ...named, ...position }];
  }

  #translate(
    script: ScriptSource,
    module: boolean,
    host: ReadonlySet<string> | undefined,
    session?: ReadonlySet<string>,
  ): ScriptSource {
    const translated = this.#dialect.translate?.(script, { module, host, ...(session ? { session } : {}) });
    if (!translated) return script;
    this.#scripts.set(script.file, translated);
    return { file: script.file, code: translated.code };
  }

  #translateImports(file: string, chain: readonly string[]): void {
    for (const { specifier, at } of this.#scripts.get(file)?.imports ?? []) {
      const { id, source } = this.#resolveAt(specifier, at);
      if (chain.includes(id) || id === file) throw cycle(id, at, [...chain, file, id]);
      if (this.#scripts.has(id)) continue;
      this.#translate({ file: id, code: source }, true, this.#host);
      this.#translateImports(id, [...chain, file]);
    }
  }

  #resolveAt(specifier: string, at: ScriptFrame): ModuleSource {
    try {
      return this.resolve(specifier, at.file);
    } catch (error) {
      if (!LlmspellError.is(error)) throw error;
      error.frames = [at];
      throw error;
    }
  }
}

function cycle(id: string, at: ScriptFrame, chain: readonly string[]): LlmspellError {
  return new LlmspellError("script.syntax", `cyclic module import: ${id}`, {
    frames: [at],
    details: { phase: "compile", chain: chain.slice(chain.indexOf(id)) },
    hint: "Move what both need into a third module.",
  });
}
