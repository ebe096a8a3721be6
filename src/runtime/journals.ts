import type { LlmspellError } from "../errors.ts";
import type { FinishedRun } from "./finished-run.ts";
import type { JournalKeeper, JournalOptions, KeptRun } from "./journal-keeper.ts";

/** The journals that a supervisor keeps outside of memory: loaded with the first run that wants it, while its worker starts. */
export class Journals {
  readonly #options: JournalOptions;
  readonly #begun = new Map<string, Promise<void>>();
  readonly #ending = new Set<Promise<unknown>>();
  #keeper: Promise<JournalKeeper> | undefined;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** From now on what the run's recorder gets is kept. */
  begin(run: KeptRun): void {
    this.#keeper ??= import("./journal-keeper.ts").then((loaded) => new loaded.JournalKeeper(this.#options));
    this.#begun.set(
      run.spec.runId,
      this.#keeper.then((keeper) => keeper.begin(run)),
    );
  }

  /** Writes the rest of a run's journal and its end. Resolves to why a recording that was asked for is incomplete. */
  end(runId: string, result: FinishedRun): Promise<LlmspellError | undefined> {
    const ending = this.#end(runId, result);
    this.#ending.add(ending);
    return ending.finally(() => this.#ending.delete(ending));
  }

  async #end(runId: string, result: FinishedRun): Promise<LlmspellError | undefined> {
    await this.#begun.get(runId);
    this.#begun.delete(runId);
    return (await this.#keeper)?.end(runId, result);
  }

  /** To be called once all runs were ended. */
  async close(): Promise<void> {
    await Promise.all(this.#ending);
    await (await this.#keeper)?.close();
    this.#keeper = undefined;
  }
}
