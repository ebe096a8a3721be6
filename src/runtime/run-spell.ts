import path from "node:path";
import { fromNative } from "../values/native.ts";
import { DEFAULT_VALUE_LIMITS } from "../values/script-value.ts";
import { pack } from "../values/transport.ts";
import { resolveLimits } from "./limits.ts";
import { policyRules } from "./permissions.ts";
import { newSeed } from "./run-id.ts";
import type { RunSpec } from "./protocol.ts";
import type { RunOptions, RunResult, RuntimeOptions } from "./runtime-options.ts";
import type { Spell } from "./spell.ts";
import type { Supervisor } from "./supervisor.ts";

/** Runs one spell under a supervisor. Rejects only when the options are wrong (`config.invalid`). */
export async function runSpell(
  supervisor: Supervisor,
  runId: string,
  spell: Spell,
  runtime: RuntimeOptions,
  run: RunOptions,
): Promise<RunResult> {
  let output = "";
  const listener = {
    output(text: string) {
      if (run.onOutput) run.onOutput(text);
      else output += text;
    },
    log: (event: Parameters<NonNullable<RunOptions["onLog"]>>[0]) => run.onLog?.(event),
    event: (event: Parameters<NonNullable<RunOptions["onEvent"]>>[0]) => run.onEvent?.(event),
  };
  const { outcome, stats } = await supervisor.run(specOf(runId, spell, runtime, run), listener, run.signal);
  return { runId, stats, output, ...outcome };
}

/** What a run is: the spell, and the options of the run over those of the runtime. */
function specOf(runId: string, spell: Spell, runtime: RuntimeOptions, run: RunOptions): RunSpec {
  const limits = resolveLimits({ ...runtime.limits, ...run.limits });
  const permissions = { ...runtime.permissions, ...run.permissions };
  return {
    ...spell,
    runId,
    params: pack(fromNative(run.params ?? {}, { ...DEFAULT_VALUE_LIMITS, bytes: limits.valueBytes })),
    args: run.args ?? [],
    env: pickEnv(permissions.env ?? []),
    stdin: run.stdin ?? false,
    limits,
    policy: policyRules(permissions),
    budget: run.budget ?? {},
    modulePaths: (runtime.modulePaths ?? []).map((folder) => path.resolve(folder)),
    spellFolders: (runtime.spellFolders ?? []).map((folder) => path.resolve(folder)),
    workspace: path.resolve(run.workspace ?? runtime.workspace ?? "."),
    privateHosts: permissions.privateNet ?? [],
    models: { ...runtime.models, ...run.models },
    seed: run.seed ?? newSeed(),
    observed: run.onEvent !== undefined,
  };
}

function pickEnv(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
