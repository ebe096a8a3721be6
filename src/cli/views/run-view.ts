import type { RunOptions, RunResult } from "../../runtime/runtime-options.ts";
import type { Spell } from "../../runtime/spell.ts";

/** What a user says about how a run is shown. */
export interface ViewFlags {
  json?: boolean;
  jsonl?: boolean;
  quiet?: boolean;
  verbose?: boolean;
  cost?: boolean;
  logLevel?: string;
  /** `stdout` or a file, for stderr. */
  logOutput?: string;
  /** Logs as JSON, one object a line. */
  logJson?: boolean;
}

/** How a run is shown: what it tells while it goes on, and how it ended. */
export interface RunView {
  readonly listeners: Pick<RunOptions, "onOutput" | "onLog" | "onEvent">;
  /** A question to the person stands in the terminal from now on, or does no more. */
  asks?(open: boolean): void;
  begun(runId: string, spell: Spell): void;
  /** Nobody reads any more, in the place of `ended`. */
  left?(): void;
  /** Also for what failed before there was a run, and then perhaps without a spell. */
  ended(result: RunResult, spell: Spell | undefined): void;
}
