import { outlineOf } from "../bridge/outline.ts";
import type { EngineEntry, EngineRegistry } from "../engine/registry.ts";
import { type LlmspellError, toLlmspellError } from "../errors.ts";
import { builtInEngines, registerEngine } from "./engines.ts";
import { type SpellDescription, describeSpell } from "./describe-spell.ts";
import { Journals } from "./journals.ts";
import { loadExtensions } from "./extensions.ts";
import { NO_STATS } from "./protocol.ts";
import { createRemoteMethods } from "./remote-methods.ts";
import { newRunId } from "./run-id.ts";
import { runSpell } from "./run-spell.ts";
import type { RunOptions, RunResult, RuntimeOptions } from "./runtime-options.ts";
import { type Spell, loadSpell, spellFromText } from "./spell.ts";
import { Supervisor } from "./supervisor.ts";
import { createProgramTools } from "./tool-bridge.ts";

/** Runs spells in workers. Dispose of it (`await using`) to end the workers. */
export interface Runtime extends AsyncDisposable {
  /**
   * Runs a script file, a folder with a manifest, or a spell of the spell folders by its name. Never rejects: what went
   * wrong is in the result.
   */
  run(target: string, options?: RunOptions): Promise<RunResult>;
  /** Runs a script given as text; `engine` is needed unless a shebang names it. */
  exec(code: string, options?: RunOptions & { file?: string }): Promise<RunResult>;
  /** Makes a recorded run again with the script of the recording, see `RunOptions.replay`. Never rejects. */
  replay(recording: string, options?: RunOptions): Promise<RunResult>;
  /**
   * Checks a spell without running it: its manifest, its script's syntax, and that of the modules it loads for sure. Resolves
   * to the first thing that is wrong, or to null.
   */
  check(target: string, options?: { engine?: string }): Promise<LlmspellError | null>;
  /** Reads a spell without running it. Rejects with what is wrong with it. */
  describe(target: string, options?: { engine?: string }): Promise<SpellDescription>;
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
  const tools = options.tools?.length ? createProgramTools(options.tools) : undefined;
  const bridges = options.bridges ?? [];
  const journals = new Journals({
    file: options.journal || undefined,
    keep: options.journalKeep,
    telemetry: options.telemetry,
  });
  const supervisor = new Supervisor({
    journals,
    workers: options.workers ?? 1,
    poolSize: options.poolSize ?? 0,
    extensions,
    remoteBridges: [...bridges.map(outlineOf), ...(tools ? [tools.outline] : [])],
    programTools: tools?.descriptions ?? [],
    remoteMethod: createRemoteMethods(tools ? [...bridges, tools.bridge] : bridges),
  });
  const load = (target: string, engine: string | undefined) =>
    loadSpell(target, engines, { engine, spellFolders: options.spellFolders });
  const running = new Set<Promise<RunResult>>();
  const begin = async (load: () => Promise<Spell>, runOptions: RunOptions): Promise<RunResult> => {
    const runId = newRunId();
    try {
      await ready();
      return await runSpell(supervisor, runId, await load(), options, runOptions);
    } catch (error) {
      return { runId, ok: false, error: toLlmspellError(error), stats: NO_STATS, output: "" };
    }
  };
  const run = (load: () => Promise<Spell>, runOptions: RunOptions = {}) => track(begin(load, runOptions));
  const track = (result: Promise<RunResult>): Promise<RunResult> => {
    running.add(result);
    return result.finally(() => running.delete(result));
  };
  return {
    run: (target, runOptions) => run(() => load(target, runOptions?.engine), runOptions),
    exec: (code, runOptions) =>
      run(() => spellFromText(code, runOptions?.file ?? "<text>", engines, runOptions?.engine), runOptions),
    replay: (recording, runOptions = {}) => track(replayFile(supervisor, ready, recording, options, runOptions)),
    async check(target, { engine } = {}) {
      await ready();
      const { checkSpell } = await import("./check-spell.ts");
      const [first] = await checkSpell(target, engines, options, engine);
      return first ?? null;
    },
    async describe(target, { engine } = {}) {
      await ready();
      return describeSpell(await load(target, engine));
    },
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
