import type { ScriptSource, VmOptions } from "../../engine/vm.ts";
import { LlmspellError, type ScriptFrame } from "../../errors.ts";
import type { LuaDialect, TranslatedScript } from "./dialect.ts";

/** The names that the host defines in a VM; undefined in a VM without bridges, which only checks. */
export function hostNames({ bridges, globals }: VmOptions): ReadonlySet<string> | undefined {
  if (bridges.length === 0) return undefined;
  return new Set([...bridges.flatMap(({ name, aliases }) => [name, ...aliases]), ...Object.keys(globals)]);
}

/** The scripts of one VM as Lua, and the frames of its errors where the scripts' own lines are. */
export class ScriptTranslator {
  readonly language: string;
  readonly #dialect: LuaDialect;
  readonly #host: ReadonlySet<string> | undefined;
  readonly #scripts = new Map<string, TranslatedScript>();

  constructor(dialect: LuaDialect, host: ReadonlySet<string> | undefined) {
    this.language = dialect.identity.name;
    this.#dialect = dialect;
    this.#host = host;
  }

  toLua(script: ScriptSource): ScriptSource {
    return this.#translate(script, false, this.#host);
  }

  moduleToLua(script: ScriptSource): ScriptSource {
    return this.#translate(script, true, this.#host);
  }

  /** For its syntax alone: what the host will define is not known. */
  check(script: ScriptSource): ScriptSource {
    return this.#translate(script, false, undefined);
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
    return position ? [{ ...frame, ...position }] : [];
  }

  #translate(script: ScriptSource, module: boolean, host: ReadonlySet<string> | undefined): ScriptSource {
    const translated = this.#dialect.translate?.(script, { module, host });
    if (!translated) return script;
    this.#scripts.set(script.file, translated);
    return { file: script.file, code: translated.code };
  }
}
