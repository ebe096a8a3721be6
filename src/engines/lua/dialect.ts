import type { EngineIdentity } from "../../engine/registry.ts";
import type { ScriptSource } from "../../engine/vm.ts";
import type { ScriptFrame } from "../../errors.ts";

/** A position in a script, both from 1. */
export interface Position {
  line: number;
  column: number;
}

/** A script of another language as Lua. */
export interface TranslatedScript {
  code: string;
  /** What it imports by name, where that is known before it runs, with the first place that does. */
  imports: readonly { specifier: string; at: ScriptFrame }[];
  /** The position that a line of the Lua code stands for; undefined where the code is not the script's own. */
  place(line: number): Position | undefined;
  /** What the script calls what the Lua code names so. */
  nameOf(name: string): string;
}

/** A language that runs on the Lua VM: Lua itself, or one that is translated to it. */
export interface LuaDialect {
  identity: EngineIdentity;
  /** Chunks that an image runs, in their order. */
  prelude: readonly string[];
  /**
   * Turns a script, or a module of one, into Lua; absent for Lua itself. `host` are the names that the host defines,
   * undefined where they are not known. With `session` the script is an input at a prompt: it answers the value of its last
   * expression, and may use and change these names. Throws `script.syntax`.
   */
  translate?(
    script: ScriptSource,
    options: { module: boolean; host: ReadonlySet<string> | undefined; session?: ReadonlySet<string> },
  ): TranslatedScript;
}
