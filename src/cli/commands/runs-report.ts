import { effectTree } from "../../runs/effect-tree.ts";
import { parseRecording } from "../../runs/read-recording.ts";
import { writeFile } from "../layout/write-new.ts";
import { openJournalOf } from "../open-journal.ts";
import { runReport } from "../report/run-report.ts";
import type { ConfigFlags } from "../settings.ts";

/** `llmspell runs report RUN`: a page about the run, which holds what it said: readable for the user alone. */
export async function runsReportCommand(wanted: string, flags: ConfigFlags & { output?: string }): Promise<void> {
  using store = await openJournalOf(wanted, flags);
  const run = store.find(wanted);
  const recording = parseRecording([...store.lines(run.id)].join(""), `the journal of run ${run.id}`);
  const page = runReport(run, recording, effectTree(recording.lines));
  if (flags.output === undefined) process.stdout.write(page);
  else writeFile(flags.output, page, 0o600);
}
