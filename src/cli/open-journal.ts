import { existsSync } from "node:fs";
import { LlmspellError } from "../errors.ts";
import { RunStore } from "../runs/run-store.ts";
import { journalOptions } from "./journal-settings.ts";
import { type ConfigFlags, loadSettings } from "./settings.ts";

/** The journal of runs; undefined where no run was journaled yet. Throws `config.invalid` where it is turned off. */
export async function openJournal(flags: ConfigFlags): Promise<RunStore | undefined> {
  const { file } = journalOptions(await loadSettings(flags));
  if (file === undefined)
    throw new LlmspellError("config.invalid", "the journal is turned off", { hint: "journal.enabled is false." });
  return existsSync(file) ? new RunStore(file) : undefined;
}

/** The same for a command that wants a run of it. */
export async function openJournalOf(run: string, flags: ConfigFlags): Promise<RunStore> {
  const store = await openJournal(flags);
  if (store) return store;
  throw new LlmspellError("run.unknown", `the journal holds no run "${run}": it is empty`, {
    hint: "llmspell run makes one.",
  });
}
