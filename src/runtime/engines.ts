import { EngineRegistry } from "../engine/registry.ts";
import type { ScriptEngine } from "../engine/script-engine.ts";
import type { BridgeShape } from "../engine/shape.ts";
import { JAVASCRIPT } from "../engines/javascript/identity.ts";
import { LUA } from "../engines/lua/identity.ts";
import { TENGO } from "../engines/tengo/identity.ts";
import { readPrepared } from "./prepared-engines.ts";

export interface EnginesOptions {
  /** VMs kept ready per engine. */
  poolSize?: number;
  /** The bridges that VMs will be opened with, where these are our own and no others. */
  bridges?: readonly BridgeShape[];
}

/** The registry of our own engines; each is loaded and initialized at its first use, once. */
export function builtInEngines({ poolSize = 0, bridges }: EnginesOptions = {}): EngineRegistry {
  const initialized = async (engine: ScriptEngine): Promise<ScriptEngine> => {
    const prepared = bridges && readPrepared(engine.name, bridges);
    await engine.initialize(prepared ? { poolSize, prepared } : { poolSize });
    return engine;
  };
  const registry = new EngineRegistry();
  registry.register({
    ...LUA,
    load: once(async () => {
      const { createLuaEngine } = await import("../engines/lua/lua-engine.ts");
      return initialized(createLuaEngine());
    }),
  });
  registry.register({
    ...JAVASCRIPT,
    load: once(async () => {
      const { createJavascriptEngine } = await import("../engines/javascript/javascript-engine.ts");
      return initialized(createJavascriptEngine());
    }),
  });
  registry.register({
    ...TENGO,
    load: once(async () => {
      const { createTengoEngine } = await import("../engines/tengo/tengo-engine.ts");
      return initialized(createTengoEngine());
    }),
  });
  return registry;
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
