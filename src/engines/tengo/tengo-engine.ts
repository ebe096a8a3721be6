import type { ScriptEngine } from "../../engine/script-engine.ts";
import { createLuaEngine } from "../lua/lua-engine.ts";
import { PRELUDE } from "../lua/prelude/prelude.ts";
import { translate } from "./compile/translate.ts";
import { BUILTIN_NAMES } from "./builtin-names.ts";
import { TENGO } from "./identity.ts";
import { TENGO_PRELUDE } from "./prelude/prelude.ts";

/** Names that the prelude defines besides the bridges. */
const PRELUDE_NAMES = ["fmt", "print", "async", "promise"];

/** Modules of the standard library. */
const LIBRARY: ReadonlySet<string> = new Set([
  "base64",
  "enum",
  "fmt",
  "hex",
  "json",
  "math",
  "os",
  "rand",
  "text",
  "times",
]);

/** The Tengo engine: scripts become Lua and run in a VM of the Lua engine. */
export function createTengoEngine(prelude = TENGO_PRELUDE): ScriptEngine {
  return createLuaEngine({
    identity: TENGO,
    prelude: [...PRELUDE, ...prelude],
    translate(script, { module, host, session }) {
      const names = {
        builtins: BUILTIN_NAMES,
        host: host && new Set([...host, ...PRELUDE_NAMES]),
        ...(session ? { session } : {}),
      };
      const {
        code,
        offsets,
        source,
        imports,
        names: scriptNames,
      } = translate(script, names, module ? "module" : session ? "input" : "script");
      return {
        code,
        imports: [...imports]
          .filter(([specifier]) => !LIBRARY.has(specifier))
          .map(([specifier, at]) => ({ specifier, at: source.frame(at) })),
        nameOf: (name) => scriptNames.get(name) ?? name,
        place: (line) => {
          const offset = offsets[line] ?? -1;
          return offset < 0 ? undefined : source.position(offset);
        },
      };
    },
  });
}
