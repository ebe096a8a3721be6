import type { ModuleSource } from "../engine/vm.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import type { Journal } from "../journal/journal.ts";
import type { Replay } from "../journal/replay.ts";

type Resolve = (specifier: string, importer: string) => ModuleSource;

/** Finds modules as `resolve` does, and remembers in the journal what came of it: a replay gets the same. */
export function journalModules(
  resolve: Resolve,
  journal: Journal,
  { replay, live }: { replay: Replay | undefined; live: boolean },
): Resolve {
  const known = new Set<string>();
  return (specifier, importer) => {
    const recorded = live ? undefined : replay?.module(specifier, importer);
    if (recorded) {
      if ("error" in recorded) throw LlmspellError.fromData(recorded.error);
      return recorded;
    }
    if (replay?.strict && !live) {
      throw new LlmspellError("journal.mismatch", `the recording holds no module "${specifier}" for ${importer}`, {
        details: { specifier, importer },
      });
    }
    try {
      const found = resolve(specifier, importer);
      const source = known.has(found.id) ? {} : { source: found.source };
      known.add(found.id);
      journal.append({ type: "module", specifier, importer, id: found.id, ...source });
      return found;
    } catch (error) {
      journal.append({ type: "module", specifier, importer, error: toLlmspellError(error).toData() });
      throw error;
    }
  };
}
