import type { LlmspellError } from "../errors.ts";
import type { ScriptValue } from "../values/script-value.ts";
import type { RunStats } from "./protocol.ts";

/** How a run ended. */
export interface FinishedRun {
  outcome: { ok: true; value: ScriptValue } | { ok: false; error: LlmspellError };
  stats: RunStats;
  /** Why a recording that was asked for is incomplete. */
  recordingError?: LlmspellError | undefined;
}
