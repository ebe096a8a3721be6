import type { ScriptSource } from "../../../engine/vm.ts";
import { LlmspellError } from "../../../errors.ts";
import { parse } from "../syntax/parser.ts";
import { Source } from "../syntax/problems.ts";
import { type Names, analyze } from "./analyze.ts";
import { emit } from "./emit.ts";
import type { SourceKind } from "./source-kind.ts";

/** A Tengo script as Lua. */
export interface Translated {
  code: string;
  /** Modules that it imports, with the offset of their first import. */
  imports: ReadonlyMap<string, number>;
  source: Source;
  /** By Lua line: the offset in the script that it stands for, -1 for none. */
  offsets: readonly number[];
  /** What the script calls the variables of the Lua code. */
  names: ReadonlyMap<string, string>;
}

/** Compiles a source to Lua. Throws `script.syntax` in Tengo's own words. */
export function translate({ file, code }: ScriptSource, names: Names, kind: SourceKind = "script"): Translated {
  const source = new Source(file, code);
  try {
    const statements = parse(source);
    const analysis = analyze(source, statements, names);
    return { ...emit(source, statements, analysis, kind), imports: analysis.imports, source };
  } catch (cause) {
    // The stack is used up: by an expression of thousands of operators, say.
    if (!(cause instanceof RangeError)) throw cause;
    throw new LlmspellError("script.syntax", "an expression of the script is too long or nested too deeply", {
      cause,
      frames: [{ file }],
      details: { phase: "compile" },
      hint: "Divide it with variables.",
    });
  }
}
