import { LlmspellError } from "../errors.ts";
import type { ScriptEngine } from "./script-engine.ts";

/** How an engine is called and what it runs; see `ScriptEngine`. */
export interface EngineIdentity {
  name: string;
  aliases: readonly string[];
  extensions: readonly string[];
  description: string;
}

/** An engine that is loaded when it is first needed. */
export interface EngineEntry extends EngineIdentity {
  load(): Promise<ScriptEngine>;
}

/** Finds engines by name, extension or shebang. */
export class EngineRegistry {
  readonly #entries = new Map<string, EngineEntry>();

  /** Adds an engine; one of the same name is replaced. */
  register(entry: EngineEntry): void {
    this.#entries.set(entry.name, entry);
  }

  list(): EngineEntry[] {
    return [...this.#entries.values()];
  }

  /** By canonical name or alias. Throws `engine.unknown`. */
  byName(name: string): EngineEntry {
    const entry = this.list().find((e) => e.name === name || e.aliases.includes(name));
    if (entry) return entry;
    throw new LlmspellError("engine.unknown", `no engine is named "${name}"`, {
      hint: `Engines here: ${this.list()
        .map((e) => e.name)
        .join(", ")}.`,
      details: { name },
    });
  }

  /** By shebang in the first line, else by file extension. Throws `engine.unknown`. */
  forScript(file: string, source: string): EngineEntry {
    const interpreter = shebangInterpreter(source);
    const entries = this.list();
    const named = interpreter && entries.find((e) => e.name === interpreter || e.aliases.includes(interpreter));
    if (named) return named;
    const byExtension = entries.find((e) => e.extensions.some((extension) => file.endsWith(extension)));
    if (byExtension) return byExtension;
    const extensions = entries.flatMap((e) => e.extensions).join(", ");
    throw new LlmspellError("engine.unknown", `no engine runs "${file}"`, {
      hint: `Name the engine with --engine, or use one of these extensions: ${extensions}.`,
      details: { file },
    });
  }
}

/** `#!/usr/bin/env lua5.4` -> `lua`; `#!/usr/bin/env -S llmspell run --engine js` -> `js`. */
function shebangInterpreter(source: string): string | undefined {
  const line = /^#!([^\n]*)/.exec(source)?.[1];
  if (line === undefined) return undefined;
  const flag = /--engine[= ]([\w-]+)/.exec(line)?.[1];
  if (flag) return flag;
  const words = line
    .trim()
    .split(/\s+/)
    .map((word) => word.split("/").at(-1) ?? "");
  const name = words.find((word) => word !== "env" && !word.startsWith("-"));
  return name?.replace(/[\d.]+$/, "");
}
