/** Libraries of Lua that the sandbox lacks, wholly or but for what our own declarations say of them. */
export const ABSENT_LUA_GLOBALS = {
  basic: "no dofile and loadfile",
  debug: "only traceback",
  io: "only write",
  os: "only clock, date, difftime and time",
} as const;

/** What the language server declares of the libraries that are there; `string.dump` it declares besides. */
export const LUA_LIBRARY: Readonly<Record<string, readonly string[]>> = {
  coroutine: ["close", "create", "isyieldable", "resume", "running", "status", "wrap", "yield"],
  math: [
    ..."abs acos asin atan ceil cos deg exp floor fmod log max min modf rad random randomseed sin sqrt tan".split(" "),
    ..."tointeger type ult huge maxinteger mininteger pi".split(" "),
  ],
  package: ["config", "cpath", "loaded", "path", "preload"],
  require: [],
  string: "byte char find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper".split(" "),
  table: ["concat", "insert", "move", "pack", "remove", "sort", "unpack"],
  utf8: ["char", "charpattern", "codepoint", "codes", "len", "offset"],
};

export interface LuaSettings {
  runtime: {
    version: string;
    path: readonly string[];
    /** `false`: `require("a")` looks into the paths above alone. */
    pathStrict: boolean;
    builtin: Record<string, "default" | "disable">;
  };
  workspace: { library: readonly string[]; checkThirdParty: false };
}

/** Settings of the Lua language server: the libraries of the sandbox, modules, and where the declarations are. */
export function luaSettings(library: readonly string[]): LuaSettings {
  return {
    runtime: {
      version: "Lua 5.4",
      path: ["?.lua", "?/init.lua", "lib/?.lua", "lib/?/init.lua"],
      pathStrict: false,
      builtin: Object.fromEntries(Object.keys(ABSENT_LUA_GLOBALS).map((name) => [name, "disable"])),
    },
    workspace: { library, checkThirdParty: false },
  };
}
