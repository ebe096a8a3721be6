import path from "node:path";
import type { Configured } from "../runtime/configured.ts";
import type { JournalOptions } from "../runtime/journal-keeper.ts";
import { foldersOf } from "../store/folders.ts";

/** Where the journal of runs is, unless it is turned off, and what it keeps. */
export function journalOptions({ runtime }: Configured): JournalOptions {
  const { journal = journalFile(), journalKeep } = runtime;
  return journal === false ? {} : { file: journal, keep: journalKeep };
}

function journalFile(): string {
  return path.join(foldersOf(process.env).state, "runs.db");
}
