import type { BridgeDefinition } from "../bridge/define-bridge.ts";
import type { CallHook } from "../bridge/run-ports.ts";
import type { ScriptEngine } from "../engine/script-engine.ts";
import { LlmspellError } from "../errors.ts";

/** What a module of a library user may export: any of these, by these names. */
export interface ExtensionModule {
  bridges?: readonly BridgeDefinition[];
  engines?: readonly ScriptEngine[];
  hooks?: readonly CallHook[];
}

/** Loads extension modules by URL. Throws `config.invalid` naming the module that fails or exports nothing of use. */
export async function loadExtensions(urls: readonly string[]): Promise<Required<ExtensionModule>> {
  const loaded = await Promise.all(urls.map(loadExtension));
  return {
    bridges: loaded.flatMap((extension) => extension.bridges ?? []),
    engines: loaded.flatMap((extension) => extension.engines ?? []),
    hooks: loaded.flatMap((extension) => extension.hooks ?? []),
  };
}

async function loadExtension(url: string): Promise<ExtensionModule> {
  let extension: ExtensionModule;
  try {
    extension = (await import(url)) as ExtensionModule;
  } catch (cause) {
    throw new LlmspellError("config.invalid", `the extension ${url} cannot be loaded: ${(cause as Error).message}`, {
      cause,
    });
  }
  if (extension.bridges ?? extension.engines ?? extension.hooks) return extension;
  throw new LlmspellError("config.invalid", `the extension ${url} exports no bridges, engines or hooks`, {
    hint: "Export arrays named bridges, engines or hooks.",
  });
}
