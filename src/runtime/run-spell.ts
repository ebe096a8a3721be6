import path from "node:path";
import { LlmspellError } from "../errors.ts";
import { foldersOf } from "../store/folders.ts";
import { fromNative } from "../values/native.ts";
import { DEFAULT_VALUE_LIMITS } from "../values/script-value.ts";
import { pack } from "../values/transport.ts";
import { limitsWithin } from "./limits.ts";
import { policyRules, refusedHelpers } from "./permissions.ts";
import { collectOutput } from "./run-listener.ts";
import { newSeed } from "./run-id.ts";
import type { RunSpec } from "./protocol.ts";
import type { RunRecorder } from "./run-recorder.ts";
import type { RunOptions, RunResult, RuntimeOptions } from "./runtime-options.ts";
import { type Spell, scriptOf } from "./spell.ts";
import type { RunMore, Supervisor } from "./supervisor.ts";

/**
 * Runs one spell under a supervisor. Rejects only when the options are wrong (`config.invalid`) or do not fit the spell's
 * manifest (`params.invalid`, `permission.denied`, `script.dependency_not_found`). `recorder` keeps the run's journal; where it
 * holds that of an earlier run of the same spell and options, this one goes on from there.
 */
export async function runSpell(
  supervisor: Supervisor,
  runId: string,
  spell: Spell,
  runtime: RuntimeOptions,
  run: RunOptions,
  recorder?: RunRecorder,
): Promise<RunResult> {
  if (run.replay !== undefined) {
    const { openRecording, replaySpell } = await import("./replay-spell.ts");
    return replaySpell(supervisor, openRecording(run.replay), spell, runtime, run);
  }
  const { manifest } = spell;
  const options = manifest ? await (await import("./declared-run.ts")).declaredRun(spell, manifest, runtime, run) : run;
  const spec = specOf(runId, spell, runtime, options);
  const keep = await keepingOf(runtime, run);
  if (recorder || keep) spec.journaled = true;
  const { listener, output } = collectOutput(run);
  const { outcome, stats, telemetry, recordingError } = await supervisor.run(spec, listener, run.signal, {
    recorder,
    keep,
  });
  return {
    runId,
    stats,
    output: output(),
    ...outcome,
    ...(telemetry ? { telemetry } : {}),
    ...(recordingError ? { recordingError } : {}),
  };
}

/** Where the run's journal is kept or sent, if anywhere. Makes the recording that was asked for. */
async function keepingOf({ journal = false, telemetry }: RuntimeOptions, run: RunOptions): Promise<RunMore["keep"]> {
  const stored = journal !== false && run.journal !== false;
  if (run.record === undefined) return stored || telemetry ? { stored } : undefined;
  const { RecordingFile } = await import("../runs/recording-file.ts");
  return { stored, record: new RecordingFile(run.record) };
}

/** What a run is: the spell, and the options of the run over those of the runtime. */
function specOf(runId: string, spell: Spell, runtime: RuntimeOptions, run: RunOptions): RunSpec {
  const engine = runtime.engines?.[spell.engine];
  if (engine?.disabled) throw disabledEngine(spell, engine.disabled);
  const limits = limitsWithin(runtime.ceilings ?? {}, { ...runtime.limits, ...engine?.limits }, run.limits);
  const permissions = { ...runtime.permissions, ...run.permissions };
  return {
    ...scriptOf(spell),
    runId,
    startedAt: Date.now(),
    params: pack(fromNative(run.params ?? {}, { ...DEFAULT_VALUE_LIMITS, bytes: limits.valueBytes })),
    args: run.args ?? [],
    env: pickEnv(permissions.env ?? []),
    stdin: run.stdin ?? false,
    limits,
    policy: policyRules(permissions),
    permissions,
    ...(permissions.helpers === undefined ? {} : { refusedBridges: refusedHelpers(permissions.helpers) }),
    budget: { ...runtime.budget, ...run.budget },
    modulePaths: (runtime.modulePaths ?? []).map((folder) => path.resolve(folder)),
    spellFolders: (runtime.spellFolders ?? []).map((folder) => path.resolve(folder)),
    workspace: path.resolve(run.workspace ?? runtime.workspace ?? "."),
    ...(runtime.maxFileBytes === undefined ? {} : { maxFileBytes: runtime.maxFileBytes }),
    ...(runtime.httpTimeoutMs === undefined ? {} : { httpTimeoutMs: runtime.httpTimeoutMs }),
    stateFolder: path.resolve(runtime.stateFolder ?? foldersOf(process.env).state),
    ...(runtime.cacheFolder ? { cacheFolder: path.resolve(runtime.cacheFolder) } : {}),
    privateHosts: permissions.privateNet ?? [],
    models: { ...runtime.models, ...run.models },
    seed: run.seed ?? newSeed(),
    observed: run.onEvent !== undefined,
  };
}

function disabledEngine({ engine, file }: Spell, disabled: true | string): LlmspellError {
  return new LlmspellError("permission.denied", `spells in ${engine} may not run here`, {
    details: { capability: "engine", target: engine },
    frames: [{ file }],
    ...(disabled === true ? {} : { hint: `engines.${engine}.enabled is false (${disabled}).` }),
  });
}

function pickEnv(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
