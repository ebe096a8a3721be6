import type { EngineIdentity } from "../../engine/registry.ts";

export const LUA: EngineIdentity = {
  name: "lua",
  aliases: ["lua5.4"],
  extensions: [".lua"],
  description: "Lua 5.4 in WebAssembly",
};
