import { randomUUID } from "node:crypto";
import type { RunOptions, RuntimeOptions } from "../src/runtime/runtime-options.ts";
import type { ScriptValue } from "../src/values/script-value.ts";
import { loadEngines, loadRunSpell, loadSpellModule, loadSupervisor } from "./product.ts";

/** Runs spells in one warm worker that offers the `bench` bridge, like the command line does. */
export interface Spells extends AsyncDisposable {
  /** What a spell returns; throws when it fails. */
  run(engine: string, code: string, options?: RunOptions): Promise<ScriptValue>;
}

export async function startSpells(options: RuntimeOptions = {}): Promise<Spells> {
  const { Supervisor } = await loadSupervisor();
  const { runSpell } = await loadRunSpell();
  const { spellFromText } = await loadSpellModule();
  const { builtInEngines } = await loadEngines();
  const engines = builtInEngines();
  const supervisor = new Supervisor({ extensions: [new URL("./bridges.ts", import.meta.url).href] });
  return {
    async run(engine, code, runOptions = {}) {
      const spell = spellFromText(code, "bench", engines, engine);
      const result = await runSpell(supervisor, randomUUID(), spell, options, runOptions);
      if (result.ok) return result.value;
      throw result.error;
    },
    [Symbol.asyncDispose]: () => supervisor.shutdown(),
  };
}
