import { readFileSync } from "node:fs";
import path from "node:path";
import { EXIT, LlmspellError, exitCodeOf, toLlmspellError } from "../../errors.ts";
import type { Configured } from "../../runtime/configured.ts";
import { builtInEngines } from "../../runtime/engines.ts";
import { Journals } from "../../runtime/journals.ts";
import { NO_STATS } from "../../runtime/protocol.ts";
import { newRunId } from "../../runtime/run-id.ts";
import type { OpenedRecording } from "../../runtime/replay-spell.ts";
import { runSpell } from "../../runtime/run-spell.ts";
import type { RunOptions, RunResult } from "../../runtime/runtime-options.ts";
import { type Spell, loadSpell, spellFromText } from "../../runtime/spell.ts";
import type { StartedWorker } from "../../runtime/start-worker.ts";
import { Supervisor } from "../../runtime/supervisor.ts";
import { foldersOf } from "../../store/folders.ts";
import { reportError } from "../failure.ts";
import { type RunFlags, runOptionsOf } from "../run-options.ts";
import { type ConfigFlags, NO_SETTINGS, loadSettings } from "../settings.ts";
import { loggingOf } from "../log-settings.ts";
import { onInterrupt } from "../signals.ts";
import { createRunView } from "../views/create-run-view.ts";
import type { ViewFlags } from "../views/run-view.ts";

interface RunCommand {
  options: RunFlags & ViewFlags & ConfigFlags & { engine?: string };
  args: string[];
  ahead: StartedWorker | undefined;
}

/** `llmspell run FILE`: runs a script file, or standard input for `-`. */
export async function runCommand(command: RunCommand & { file: string | undefined }): Promise<void> {
  const { file, options } = command;
  if (file === undefined) return replayCommand(command);
  await execute(command, file !== "-", () =>
    file === "-"
      ? spellFromText(readFileSync(0, "utf8"), "<stdin>", builtInEngines(), options.engine)
      : loadSpell(file, builtInEngines(), options.engine),
  );
}

/** `llmspell run --replay FILE`: the script of the recording. */
async function replayCommand(command: RunCommand): Promise<void> {
  const { replay } = command.options;
  if (replay === undefined) {
    throw new LlmspellError("usage.invalid", "run wants a script file", {
      hint: "llmspell run FILE; - reads the script from standard input.",
    });
  }
  const { openRecording, replaySpell } = await import("../../runtime/replay-spell.ts");
  let opened: OpenedRecording | undefined;
  await execute(
    command,
    false,
    () => (opened = openRecording(replay)).spell,
    (supervisor, _, __, runtime, run) => replaySpell(supervisor, opened as OpenedRecording, undefined, runtime, run),
  );
}

/** `llmspell exec -e LANGUAGE CODE`. */
export async function execCommand(command: RunCommand & { code: string }): Promise<void> {
  await execute(command, true, () => spellFromText(command.code, "<code>", builtInEngines(), command.options.engine));
}

/** Runs what `load` gives and shows it. What fails before there is a run is shown as a run that failed. */
async function execute(
  { options, args, ahead }: RunCommand,
  mayReadInput: boolean,
  load: () => Spell,
  start = runSpell,
): Promise<void> {
  const runId = newRunId();
  const { settings, failure } = await settingsOf(options);
  const view = createRunView({ ...loggingOf(settings, options), ...options });
  const interrupt = onInterrupt();
  let spell: Spell | undefined;
  let result: RunResult;
  try {
    if (failure) throw failure;
    const run: RunOptions = {
      ...runOptionsOf(options, settings.runtime.permissions),
      ...view.listeners,
      args,
      stdin: mayReadInput && !process.stdin.isTTY,
      signal: interrupt.signal,
    };
    spell = load();
    view.begun(runId, spell);
    const runtime = { journal: defaultJournal(), ...settings.runtime };
    const journals = new Journals({ file: runtime.journal || undefined, keep: runtime.journalKeep });
    result = await start(new Supervisor({ journals, ...(ahead ? { first: ahead } : {}) }), runId, spell, runtime, run);
  } catch (thrown) {
    result = { runId, ok: false, error: toLlmspellError(thrown), output: "", stats: NO_STATS };
  }
  view.ended(result, spell);
  if (result.recordingError) reportError(result.recordingError);
  const error = result.ok ? result.recordingError : result.error;
  process.exitCode = interrupt.exitCode ?? (error ? exitCodeOf(error.code) : EXIT.ok);
}

/** Where runs are kept unless the configuration names another file. */
function defaultJournal(): string {
  return path.join(foldersOf(process.env).state, "runs.db");
}

/** The settings, or why there are none: that is shown as the run's failure. */
async function settingsOf(flags: ConfigFlags): Promise<{ settings: Configured; failure?: unknown }> {
  try {
    return { settings: await loadSettings(flags) };
  } catch (failure) {
    return { settings: NO_SETTINGS, failure };
  }
}
