import type * as Catalogue from "../src/bridge/catalogue.ts";
import type * as DefineBridge from "../src/bridge/define-bridge.ts";
import type * as BridgeSources from "../src/runtime/bridge-sources.ts";
import type * as CreateRuntime from "../src/runtime/create-runtime.ts";
import type * as Engines from "../src/runtime/engines.ts";
import type * as RunSpell from "../src/runtime/run-spell.ts";
import type * as SpellModule from "../src/runtime/spell.ts";
import type * as Supervisor from "../src/runtime/supervisor.ts";
import type * as ModelServer from "../src/testing/model-server.ts";

/** The built product, typed by its sources: what is measured is what users run. */
export const PRODUCT = new URL("../dist/", import.meta.url);

function load<Module>(file: string): Promise<Module> {
  return import(new URL(file, PRODUCT).href) as Promise<Module>;
}

export const loadCatalogue = () => load<typeof Catalogue>("bridge/catalogue.js");
export const loadDefineBridge = () => load<typeof DefineBridge>("bridge/define-bridge.js");
export const loadBridgeSources = () => load<typeof BridgeSources>("runtime/bridge-sources.js");
export const loadCreateRuntime = () => load<typeof CreateRuntime>("runtime/create-runtime.js");
export const loadEngines = () => load<typeof Engines>("runtime/engines.js");
export const loadModelServer = () => load<typeof ModelServer>("testing/model-server.js");
export const loadRunSpell = () => load<typeof RunSpell>("runtime/run-spell.js");
export const loadSpellModule = () => load<typeof SpellModule>("runtime/spell.js");
export const loadSupervisor = () => load<typeof Supervisor>("runtime/supervisor.js");
