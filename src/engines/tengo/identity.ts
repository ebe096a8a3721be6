import type { EngineIdentity } from "../../engine/registry.ts";

export const TENGO: EngineIdentity = {
  name: "tengo",
  aliases: [],
  extensions: [".tengo"],
  description: "Tengo, compiled to Lua in WebAssembly",
};
