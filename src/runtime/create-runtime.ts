import path from "node:path";
import { outlineOf } from "../bridge/outline.ts";
import type { EngineEntry, EngineRegistry } from "../engine/registry.ts";
import { type LlmspellError, toLlmspellError } from "../errors.ts";
import { BRIDGE_NAMES } from "./bridge-sources.ts";
import { builtInEngines, registerEngine } from "./engines.ts";
import { Journals } from "./journals.ts";
import { loadExtensions } from "./extensions.ts";
import { loadPart } from "./lazy.ts";
import { NO_STATS } from "./protocol.ts";
import { createRemoteMethods } from "./remote-methods.ts";
import { newRunId } from "./run-id.ts";
import { runSpell } from "./run-spell.ts";
import type { RunOptions, RunResult, RuntimeOptions } from "./runtime-options.ts";
import { type Spell, loadSpell, spellFromText } from "./spell.ts";
import { Supervisor } from "./supervisor.ts";
import { createToolBridge } from "./tool-bridge.ts";

/** Runs spells in workers. Dispose of it (`await using`) to end the workers. */
export interface Runtime extends AsyncDisposable {
  /** Runs a script file. Never rejects: what went wrong is in the result. */
  run(file: string, options?: RunOptions): Promise<RunResult>;
  /** Runs a script given as text; `engine` is needed unless a shebang names it. */
  exec(code: string, options?: RunOptions & { file?: string }): Promise<RunResult>;
  /** Makes a recorded run again with the script of the recording, see `RunOptions.replay`. Never rejects. */
  replay(recording: string, options?: RunOptions): Promise<RunResult>;
  /** Checks a script's syntax, and that of the modules it loads for sure. Resolves to what is wrong, or to null. */
  check(file: string, options?: { engine?: string }): Promise<LlmspellError | null>;
  engines(): EngineEntry[];
  /** Starts a worker ahead of the first run. */
  warm(): void;
  /** Ends the workers once the runs in progress have ended. */
  drain(): Promise<void>;
  /** Ends the workers at once; runs in progress fail with `run.aborted`. */
  shutdown(): Promise<void>;
}

/**
 * Creates a runtime: a supervisor and its workers, which start at the first run.
 *
 * @example
 * await using runtime = createRuntime({ permissions: { net: ["api.example.com"] } });
 * const result = await runtime.exec("return 6 * 7", { engine: "lua" });
 * if (result.ok) console.log(result.value); // 42
 */
export function createRuntime(options: RuntimeOptions = {}): Runtime {
  const engines = builtInEngines();
  const extensions = (options.extensions ?? []).map(String);
  let extended: Promise<void> | undefined;
  /** Engines of extensions are known here too, so that a script finds its own. */
  const ready = () => (extended ??= extensions.length === 0 ? Promise.resolve() : addEngines(engines, extensions));
  const bridges = [...(options.bridges ?? []), ...(options.tools ? [createToolBridge(options.tools)] : [])];
  const journals = new Journals({ file: options.journal || undefined, keep: options.journalKeep });
  const supervisor = new Supervisor({
    journals,
    workers: options.workers ?? 1,
    poolSize: options.poolSize ?? 0,
    extensions,
    remoteBridges: bridges.map(outlineOf),
    remoteMethod: createRemoteMethods(bridges),
  });
  const running = new Set<Promise<RunResult>>();
  const begin = async (load: () => Spell, runOptions: RunOptions): Promise<RunResult> => {
    const runId = newRunId();
    try {
      await ready();
      return await runSpell(supervisor, runId, load(), options, runOptions);
    } catch (error) {
      return { runId, ok: false, error: toLlmspellError(error), stats: NO_STATS, output: "" };
    }
  };
  const run = (load: () => Spell, runOptions: RunOptions = {}) => track(begin(load, runOptions));
  const track = (result: Promise<RunResult>): Promise<RunResult> => {
    running.add(result);
    return result.finally(() => running.delete(result));
  };
  return {
    run: (file, runOptions) => run(() => loadSpell(file, engines, runOptions?.engine), runOptions),
    exec: (code, runOptions) =>
      run(() => spellFromText(code, runOptions?.file ?? "<text>", engines, runOptions?.engine), runOptions),
    replay: (recording, runOptions = {}) => track(replayFile(supervisor, ready, recording, options, runOptions)),
    check: (file, { engine } = {}) => checkSpell(ready, () => loadSpell(file, engines, engine), engines, options),
    engines: () => engines.list(),
    warm: () => supervisor.warm(),
    async drain() {
      await Promise.all(running);
      await supervisor.shutdown();
    },
    shutdown: () => supervisor.shutdown(),
    [Symbol.asyncDispose]: () => supervisor.shutdown(),
  };
}

async function replayFile(
  supervisor: Supervisor,
  ready: () => Promise<void>,
  file: string,
  options: RuntimeOptions,
  run: RunOptions,
): Promise<RunResult> {
  try {
    await ready();
    const { openRecording, replaySpell } = await import("./replay-spell.ts");
    return await replaySpell(supervisor, openRecording(file), undefined, options, run);
  } catch (error) {
    return { runId: newRunId(), ok: false, error: toLlmspellError(error), stats: NO_STATS, output: "" };
  }
}

async function addEngines(registry: EngineRegistry, extensions: readonly string[]): Promise<void> {
  for (const engine of (await loadExtensions(extensions)).engines) registerEngine(registry, engine);
}

async function checkSpell(
  ready: () => Promise<void>,
  load: () => Spell,
  engines: EngineRegistry,
  { modulePaths = [], spellFolders = [] }: RuntimeOptions,
): Promise<LlmspellError | null> {
  try {
    await ready();
    const spell = load();
    const engine = await engines.byName(spell.engine).load();
    const modules = loadPart("modules").createModuleResolver({
      engine: spell.engine,
      folder: spell.folder,
      shown: path.dirname(spell.file),
      modulePaths: modulePaths.map((folder) => path.resolve(folder)),
      spellFolders: spellFolders.map((folder) => path.resolve(folder)),
      globals: BRIDGE_NAMES,
    });
    return engine.validateSyntax({ code: spell.code, file: spell.file }, modules.resolve);
  } catch (error) {
    return toLlmspellError(error);
  }
}
