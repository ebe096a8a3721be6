import path from "node:path";
import type { Configured } from "../runtime/configured.ts";
import type { JournalOptions } from "../runtime/journal-keeper.ts";
import { foldersOf } from "../store/folders.ts";

/** Where the journal of runs is, unless it is turned off, what it keeps, and where traces go. */
export function journalOptions({ runtime }: Configured): JournalOptions {
  const { journal = journalFile(), journalKeep, telemetry } = runtime;
  return journal === false ? { telemetry } : { file: journal, keep: journalKeep, telemetry };
}

function journalFile(): string {
  return path.join(foldersOf(process.env).state, "runs.db");
}
