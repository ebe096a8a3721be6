import type { LlmspellError } from "../errors.ts";
import type { TelemetryData } from "../telemetry/telemetry.ts";
import type { ScriptValue } from "../values/script-value.ts";
import type { RunStats } from "./protocol.ts";

/** How a run ended. */
export interface FinishedRun {
  outcome: { ok: true; value: ScriptValue } | { ok: false; error: LlmspellError };
  stats: RunStats;
  /** What its scripts measured. */
  telemetry?: TelemetryData | undefined;
  /** Why a recording that was asked for is incomplete. */
  recordingError?: LlmspellError | undefined;
}
