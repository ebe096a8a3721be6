import type { RunOptions, RuntimeOptions } from "../src/runtime/runtime-options.ts";
import type { ScriptValue } from "../src/values/script-value.ts";
import { loadLibrary } from "./product.ts";

/** Runs spells in one warm worker that offers the `bench` bridge. */
export interface Spells extends AsyncDisposable {
  /** What a spell returns; throws when it fails. */
  run(engine: string, code: string, options?: RunOptions): Promise<ScriptValue>;
}

export async function startSpells(options: RuntimeOptions = {}): Promise<Spells> {
  const { createRuntime } = await loadLibrary();
  const runtime = createRuntime({ extensions: [new URL("./bridges.ts", import.meta.url)], ...options });
  return {
    async run(engine, code, runOptions) {
      const result = await runtime.exec(code, { engine, ...runOptions });
      if (result.ok) return result.value;
      throw result.error;
    },
    [Symbol.asyncDispose]: () => runtime.shutdown(),
  };
}
