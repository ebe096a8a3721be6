import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { EXIT, LlmspellError, exitCodeOf, toLlmspellError } from "../../errors.ts";
import type { Configured } from "../../runtime/configured.ts";
import { builtInEngines } from "../../runtime/engines.ts";
import { Journals } from "../../runtime/journals.ts";
import { NO_STATS } from "../../runtime/protocol.ts";
import { newRunId } from "../../runtime/run-id.ts";
import type { OpenedRecording } from "../../runtime/replay-spell.ts";
import { runSpell } from "../../runtime/run-spell.ts";
import type { RunOptions, RunResult, RuntimeOptions } from "../../runtime/runtime-options.ts";
import { type Spell, loadSpell, spellFromText } from "../../runtime/spell.ts";
import type { StartedWorker } from "../../runtime/start-worker.ts";
import { Supervisor } from "../../runtime/supervisor.ts";
import { reportError } from "../failure.ts";
import { type CommandTokens, type ParameterFlags, givenParameters } from "../given-parameters.ts";
import { journalOptions } from "../journal-settings.ts";
import { type RunFlags, runOptionsOf } from "../run-options.ts";
import { type ConfigFlags, NO_SETTINGS, loadSettings, warn } from "../settings.ts";
import { loggingOf } from "../log-settings.ts";
import { onInterrupt } from "../signals.ts";
import { spellFoldersOf } from "../spell-folders.ts";
import { askInTerminal } from "../person/ask-in-terminal.ts";
import { createRunView } from "../views/create-run-view.ts";
import type { ViewFlags } from "../views/run-view.ts";

export interface RunCommand {
  options: RunFlags & ViewFlags & ConfigFlags & ParameterFlags & { engine?: string; help?: boolean };
  ahead: StartedWorker | undefined;
}

/** What is run, and with what of the command line. */
export interface Task {
  load(spellFolders: readonly string[]): Promise<Spell>;
  line: CommandTokens;
  /** Whether standard input is the spell's. */
  mayReadInput: boolean;
  start?: typeof runSpell;
}

/** `llmspell run SPELL`: a script, a folder, a spell's name, or standard input for `-`. */
export async function runCommand(run: RunCommand & { spell: string | undefined; command: Command }): Promise<void> {
  const { spell, options, command } = run;
  if (spell === undefined) return replayCommand(run);
  const load = (spellFolders: readonly string[]) =>
    spell === "-"
      ? spellFromText(readFileSync(0, "utf8"), "<stdin>", builtInEngines(), options.engine)
      : loadSpell(spell, builtInEngines(), { engine: options.engine, spellFolders });
  if (options.help) {
    const { spellHelp } = await import("../spell-help.ts");
    const { describeSpell } = await import("../../runtime/describe-spell.ts");
    const settings = await loadSettings(options);
    const described = describeSpell(await load(spellFoldersOf(settings)));
    process.stdout.write(spellHelp(command, spell, described));
    return;
  }
  const tokens = (command.parent as Command & { rawArgs: string[] }).rawArgs.slice(3);
  const line = { tokens, options: command.options, target: spell };
  await execute(run, { load, line, mayReadInput: spell !== "-" });
}

/** `llmspell run --replay FILE`: the script of the recording. */
async function replayCommand(command: RunCommand): Promise<void> {
  const { replay } = command.options;
  if (replay === undefined) {
    throw new LlmspellError("usage.invalid", "run wants a spell", {
      hint: "llmspell run SPELL: a script file, a folder, a name; - reads the script from standard input.",
    });
  }
  const { openRecording, replaySpell } = await import("../../runtime/replay-spell.ts");
  let opened: OpenedRecording | undefined;
  await execute(command, {
    load: async () => {
      opened = openRecording(replay);
      // What errors show comes from the recording alone, which may name any folder.
      const { folder: _, ...shown } = opened.spell;
      return shown;
    },
    line: { tokens: [], options: [], target: replay },
    mayReadInput: false,
    start: (supervisor, _, __, runtime, run) =>
      replaySpell(supervisor, opened as OpenedRecording, undefined, runtime, run),
  });
}

/** `llmspell exec -e LANGUAGE CODE`. */
export async function execCommand(run: RunCommand & { code: string; args: string[] }): Promise<void> {
  const load = () => spellFromText(run.code, "<code>", builtInEngines(), run.options.engine);
  const line = { tokens: ["--", "<code>", ...run.args], options: [], target: "<code>" };
  await execute(run, { load, line, mayReadInput: true });
}

/** Runs what `load` gives and shows it. What fails before there is a run is shown as a run that failed. */
export async function execute(
  { options, ahead }: RunCommand,
  { load, line, mayReadInput, start = runSpell }: Task,
): Promise<void> {
  const runId = newRunId();
  const { settings, failure } = await settingsOf(options);
  const view = createRunView({ ...loggingOf(settings, options), ...options });
  const interrupt = onInterrupt();
  let spell: Spell | undefined;
  let result: RunResult;
  let journals: Journals | undefined;
  try {
    if (failure) throw failure;
    const journal = journalOptions(settings);
    const runtime: RuntimeOptions = {
      ...settings.runtime,
      spellFolders: spellFoldersOf(settings),
      journal: journal.file ?? false,
    };
    const own = runOptionsOf(options, runtime.permissions);
    spell = await load(runtime.spellFolders ?? []);
    const run: RunOptions = {
      ...own,
      ...askInTerminal(view, { yes: options.yes ?? false, interrupt: () => interrupt.cancel() }),
      ...(await givenParameters(spell, options, line, own.workspace ?? runtime.workspace)),
      stdin: mayReadInput && !process.stdin.isTTY,
      signal: interrupt.signal,
    };
    view.begun(runId, spell);
    journals = new Journals({ ...journal, ...(options.quiet ? { warn: () => {} } : { warn }) });
    result = await start(new Supervisor({ journals, ...(ahead ? { first: ahead } : {}) }), runId, spell, runtime, run);
  } catch (thrown) {
    result = { runId, ok: false, error: toLlmspellError(thrown), output: "", stats: NO_STATS };
  }
  if (interrupt.exitCode === EXIT.ok) view.left?.();
  else view.ended(result, spell);
  if (result.recordingError) reportError(result.recordingError);
  // What the run said is out; its trace may be on its way still.
  if (settings.runtime.telemetry) await journals?.close();
  const error = result.ok ? result.recordingError : result.error;
  process.exitCode = interrupt.exitCode ?? (error ? exitCodeOf(error.code) : EXIT.ok);
}

/** The settings, or why there are none: that is shown as the run's failure. */
async function settingsOf(flags: ConfigFlags): Promise<{ settings: Configured; failure?: unknown }> {
  try {
    return { settings: await loadSettings(flags) };
  } catch (failure) {
    return { settings: NO_SETTINGS, failure };
  }
}
