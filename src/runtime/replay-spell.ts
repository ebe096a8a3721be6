import { type ErrorData, LlmspellError } from "../errors.ts";
import { REDACTED, differenceOf } from "../journal/difference.ts";
import { type Recording, readRecording } from "../runs/read-recording.ts";
import type { Outcome } from "../runs/recording.ts";
import { fromNative } from "../values/native.ts";
import type { ScriptObject } from "../values/script-value.ts";
import { pack, unpack } from "../values/transport.ts";
import { DEFAULT_LIMITS, type RunLimits, limitsWithin } from "./limits.ts";
import type { RunSpec } from "./protocol.ts";
import { RunRecorder } from "./run-recorder.ts";
import { collectOutput } from "./run-listener.ts";
import type { RunOptions, RunResult, RuntimeOptions } from "./runtime-options.ts";
import { type Spell, scriptOf } from "./spell.ts";
import type { FinishedRun } from "./finished-run.ts";
import type { Supervisor } from "./supervisor.ts";

/** This machine may be slower than the one that recorded. */
const CPU_FACTOR = 4;

/** A recording, and the script in it. */
export interface OpenedRecording {
  recording: Recording;
  spell: Spell;
}

/** Throws `usage.invalid`, `journal.corrupt` or `journal.version`. */
export function openRecording(file: string): OpenedRecording {
  const recording = readRecording(file);
  const { engine, code, file: shown, folder, name, spellVersion: version } = recording.header;
  const place = folder === undefined ? {} : { folder };
  return {
    recording,
    spell: { engine, code, file: shown, name, ...place, ...(version === undefined ? {} : { version }) },
  };
}

/**
 * Makes a recorded run again, without network and without effects: everything is answered from the recording, output is
 * made again. `spell` instead of the recorded script: where it takes another path than the recording, and where it ends
 * in another way, that is `journal.mismatch`.
 */
export async function replaySpell(
  supervisor: Supervisor,
  { recording, spell: recorded }: OpenedRecording,
  spell: Spell | undefined,
  runtime: RuntimeOptions,
  run: RunOptions,
): Promise<RunResult> {
  if (run.record !== undefined) {
    throw new LlmspellError("usage.invalid", "a replay cannot be recorded", {
      hint: "Give --record without --replay, or copy the recording.",
    });
  }
  const spec = specOf(recording, spell ?? recorded, spell ? "found" : "recorded", runtime, run);
  const { listener, output } = collectOutput(run);
  const finished = await supervisor.run(spec, listener, run.signal, { recorder: new RunRecorder(recording.lines) });
  return {
    runId: spec.runId,
    stats: finished.stats,
    output: output(),
    ...(finished.telemetry ? { telemetry: finished.telemetry } : {}),
    ...compared(finished, recording.outcome),
  };
}

function specOf(
  { header, outcome }: Recording,
  spell: Spell,
  modules: "recorded" | "found",
  runtime: RuntimeOptions,
  run: RunOptions,
): RunSpec {
  const limits = recordedLimits(header.limits, runtime);
  const error = outcome?.ok === false && LlmspellError.fromData(outcome.error).final ? outcome.error : undefined;
  return {
    ...scriptOf(spell),
    runId: header.run,
    startedAt: header.startedAt,
    params: pack({ ...(unpack(header.params) as ScriptObject), ...(fromNative(run.params ?? {}) as ScriptObject) }),
    args: run.args && run.args.length > 0 ? run.args : header.args,
    env: presentSecrets(header.env, run.permissions?.env ?? runtime.permissions?.env ?? []),
    stdin: false,
    limits: {
      ...limits,
      cpuMs: Math.min(limits.cpuMs * CPU_FACTOR, runtime.ceilings?.cpuMs?.value ?? Infinity),
      timeoutMs: 0,
    },
    policy: header.policy as RunSpec["policy"],
    // No effect runs, so no spell asks for its own.
    permissions: {},
    ...(header.refusedBridges ? { refusedBridges: header.refusedBridges } : {}),
    budget: header.budget,
    modulePaths: modules === "found" ? (runtime.modulePaths ?? []) : [],
    spellFolders: modules === "found" ? (runtime.spellFolders ?? []) : [],
    workspace: header.workspace,
    stateFolder: header.workspace,
    privateHosts: [],
    models: header.models,
    seed: header.seed,
    observed: run.onEvent !== undefined,
    replay: { modules, ...(error ? { error } : {}) },
  };
}

/** Limits that this version knows; what an older one did not is as usual. */
function recordedLimits(recorded: Readonly<Record<string, number>>, { ceilings = {} }: RuntimeOptions): RunLimits {
  return limitsWithin(
    ceilings,
    Object.fromEntries(Object.entries(recorded).filter(([name]) => Object.hasOwn(DEFAULT_LIMITS, name))),
  );
}

/**
 * A variable that was taken out of the recording has its present value, if there is one and the user `allowed` it: the
 * recording may come from somebody else.
 */
function presentSecrets(env: Readonly<Record<string, string>>, allowed: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => {
      const present = value === REDACTED && allowed.includes(name) ? process.env[name] : undefined;
      return [name, present ?? value];
    }),
  );
}

function compared({ outcome }: FinishedRun, recorded: Outcome | undefined): FinishedRun["outcome"] {
  if (!recorded || (!outcome.ok && isReplayFailure(outcome.error))) return outcome;
  const [before, now] = [recorded, outcome.ok ? outcome : { ok: false as const, error: outcome.error.toData() }];
  if (before.ok && now.ok) {
    const difference = differenceOf(before.value, now.value, "result");
    return difference ? { ok: false, error: otherEnd(difference.text) } : outcome;
  }
  if (before.ok || now.ok) return { ok: false, error: otherEnd(`${endOf(before)} was recorded, it is ${endOf(now)}`) };
  const difference = differenceOf(errorText(before.error), errorText(now.error), "error");
  return difference ? { ok: false, error: otherEnd(difference.text) } : outcome;
}

/** What ends the replay itself: it says more than that the end is another one. */
function isReplayFailure({ code }: LlmspellError): boolean {
  return code === "journal.mismatch" || code === "journal.corrupt" || code === "run.aborted";
}

function endOf(outcome: Outcome): string {
  return outcome.ok ? "a result" : `the error ${errorText(outcome.error)}`;
}

function errorText({ code, message }: ErrorData): string {
  return `${code}: ${message}`;
}

function otherEnd(text: string): LlmspellError {
  return new LlmspellError("journal.mismatch", `the replay ended in another way: ${text}`, {
    hint: "The script, its parameters or LLMSpell changed since the journal was written. Record it anew if that is meant.",
  });
}
