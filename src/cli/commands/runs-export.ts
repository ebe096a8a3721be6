import { RecordingFile } from "../../runs/recording-file.ts";
import { openJournalOf } from "../open-journal.ts";
import type { ConfigFlags } from "../settings.ts";

/** `llmspell runs export RUN`: the recording as `run --record` would have written it. */
export async function runsExportCommand(run: string, flags: ConfigFlags & { output?: string }): Promise<void> {
  using store = await openJournalOf(run, flags);
  const { id } = store.find(run);
  if (flags.output === undefined) {
    for (const lines of store.lines(id)) await write(lines);
    return;
  }
  using file = new RecordingFile(flags.output);
  for (const lines of store.lines(id)) file.write(lines);
  if (file.failure) throw file.failure;
}

/** Waits for the reader. */
function write(text: string): Promise<void> {
  return new Promise((resolve) => void process.stdout.write(text, () => resolve()));
}
