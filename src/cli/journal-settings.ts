import path from "node:path";
import type { Configured } from "../runtime/configured.ts";
import type { JournalOptions } from "../runtime/journal-keeper.ts";
import { foldersOf } from "../store/folders.ts";

/** Where the journal of runs is, unless it is turned off, and what it keeps. */
export function journalOptions({ journal }: Configured): JournalOptions {
  const { enabled = true, file = journalFile(), keepDays: days, keepRuns: runs } = journal;
  if (!enabled) return {};
  const keep = { ...(days === undefined ? {} : { days }), ...(runs === undefined ? {} : { runs }) };
  return { file, keep };
}

function journalFile(): string {
  return path.join(foldersOf(process.env).state, "runs.db");
}
