import type { EngineIdentity } from "../../engine/registry.ts";

export const JAVASCRIPT: EngineIdentity = {
  name: "javascript",
  aliases: ["js", "node", "ts", "typescript", "deno", "bun"],
  extensions: [".js", ".mjs", ".ts", ".mts"],
  description: "JavaScript and TypeScript (QuickJS-ng in WebAssembly)",
};
