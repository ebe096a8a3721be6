import { BridgeCatalogue } from "../src/bridge/catalogue.ts";
import type { ScriptEngine } from "../src/engine/script-engine.ts";
import type { VmOptions } from "../src/engine/vm.ts";
import { builtInBridges } from "../src/runtime/bridge-sources.ts";
import { builtInEngines } from "../src/runtime/engines.ts";

/** What every VM of a run gets: all bridges and the globals of a run, over a host whose calls never answer. */
export async function loadEngine(
  name: string,
  poolSize: number,
): Promise<{ engine: ScriptEngine; options: VmOptions }> {
  const engine = await builtInEngines({ poolSize }).byName(name).load();
  const options: VmOptions = {
    host: { call: () => new Promise(() => {}), handle: () => undefined },
    gate: {
      enter: () => {},
      leave: () => {},
      expired: () => false,
      violation: () => {
        throw new Error("no limit here");
      },
    },
    bridges: new BridgeCatalogue(builtInBridges()).shapes,
    globals: { params: { topic: "tides" }, args: [], env: {}, spell: { name: "hello", runId: "1" }, stdin: () => null },
    memoryBytes: 64 * 1024 * 1024,
    values: { bytes: 10 * 1024 * 1024, depth: 128 },
    seed: 7,
    now: Date.now,
    resolve: () => {
      throw new Error("no modules here");
    },
  };
  return { engine, options };
}
