import { EngineRegistry } from "../engine/registry.ts";
import type { JavascriptEngineOptions } from "../engines/javascript/javascript-engine.ts";
import type { LuaEngineOptions } from "../engines/lua/lua-engine.ts";
import type { EngineConfig, ScriptEngine } from "../engine/script-engine.ts";

/** Compiled engine binaries, shared by the workers of a process. */
export interface EngineModules {
  lua?: NonNullable<LuaEngineOptions["module"]>;
  javascript?: NonNullable<JavascriptEngineOptions["module"]>;
}

/** The registry of our own engines; each is loaded and initialized at its first use, once. */
export function builtInEngines(modules: EngineModules = {}, config: EngineConfig = {}): EngineRegistry {
  const registry = new EngineRegistry();
  registry.register({
    name: "lua",
    aliases: ["luajit"],
    extensions: [".lua"],
    description: "Lua 5.4 in WebAssembly",
    load: once(async () => {
      const { createLuaEngine } = await import("../engines/lua/lua-engine.ts");
      return initialized(createLuaEngine(modules.lua ? { module: modules.lua } : {}), config);
    }),
  });
  registry.register({
    name: "javascript",
    aliases: ["js", "node", "ts", "typescript", "deno", "bun"],
    extensions: [".js", ".mjs", ".ts", ".mts"],
    description: "JavaScript and TypeScript (QuickJS-ng in WebAssembly)",
    load: once(async () => {
      const { createJavascriptEngine } = await import("../engines/javascript/javascript-engine.ts");
      return initialized(createJavascriptEngine(modules.javascript ? { module: modules.javascript } : {}), config);
    }),
  });
  return registry;
}

async function initialized(engine: ScriptEngine, config: EngineConfig): Promise<ScriptEngine> {
  await engine.initialize(config);
  return engine;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** Registers an engine that is already loaded. */
export function registerEngine(registry: EngineRegistry, engine: ScriptEngine): void {
  const { name, aliases, extensions, description } = engine;
  registry.register({ name, aliases, extensions, description, load: () => Promise.resolve(engine) });
}
