import { LlmspellError } from "../../errors.ts";
import { DEFAULT_RETENTION } from "../../runs/run-store.ts";
import { formatNumberOf } from "../figures.ts";
import { journalOptions } from "../journal-settings.ts";
import { openJournal } from "../open-journal.ts";
import { type ConfigFlags, loadSettings } from "../settings.ts";
import { jsonText } from "../result.ts";

interface PruneFlags extends ConfigFlags {
  keepDays?: string;
  keepRuns?: string;
  json?: boolean;
}

/** `llmspell runs prune`: deletes what is not to be kept, and gives the space back. */
export async function runsPruneCommand(flags: PruneFlags): Promise<void> {
  const { keep } = journalOptions(await loadSettings(flags));
  const given = {
    ...(flags.keepDays === undefined ? {} : { days: readCount(flags.keepDays, "--keep-days") }),
    ...(flags.keepRuns === undefined ? {} : { runs: readCount(flags.keepRuns, "--keep-runs") }),
  };
  using store = await openJournal(flags);
  const deleted = store?.prune({ ...DEFAULT_RETENTION, ...keep, ...given }) ?? 0;
  if (deleted > 0) store?.compact();
  process.stdout.write(flags.json ? jsonText({ deleted }) : `${formatNumberOf(deleted, "run")} deleted\n`);
}

function readCount(text: string, flag: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 0 && text.trim() !== "") return count;
  throw new LlmspellError("usage.invalid", `${flag} wants a whole number, got "${text}"`);
}
