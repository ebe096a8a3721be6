import type { ErrorData } from "../errors.ts";
import { JOURNAL_VERSION, fromJson, toJson } from "../journal/codec.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { packErrorData, packForJson, unpackErrorData } from "../values/transport.ts";

/** First line of a recording: everything that decides what a run does, but for the answers of the world. */
export interface RecordingHeader {
  llmspell: "recording";
  version: number;
  run: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  name: string;
  spellVersion?: string;
  engine: string;
  file: string;
  folder?: string;
  code: string;
  /** In the form of `toJson`. */
  params: unknown;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  seed: number;
  limits: Readonly<Record<string, number>>;
  policy: unknown;
  budget: { cost?: number; tokens?: number };
  models: { model?: string; requireModel?: boolean };
  workspace: string;
  refusedBridges?: readonly string[];
}

/** What a recording begins with. */
export const RECORDING_BEGINNING = '{"llmspell":"recording",';

/** What a run ended with. */
export type Outcome = { ok: true; value: ScriptValue } | { ok: false; error: ErrorData };

/** What is known of a run when it begins, in a header's words. */
export type RecordedRun = Omit<RecordingHeader, "llmspell" | "version" | "params"> & { params: ScriptValue };

/** A recording's first line, with its line end. */
export function headerLine(run: RecordedRun): string {
  const { params, ...rest } = run;
  const header: RecordingHeader = { llmspell: "recording", version: JOURNAL_VERSION, ...rest, params: toJson(params) };
  return `${JSON.stringify(header)}\n`;
}

/** A recording's last line, with its line end. */
export function outcomeLine(outcome: Outcome, at: number): string {
  const packed = outcome.ok
    ? { ok: true, value: toJson(outcome.value ?? null) }
    : { ok: false, error: packErrorData(outcome.error, packForJson) };
  return `${JSON.stringify({ type: "outcome", at, ...packed })}\n`;
}

/** The outcome behind `outcomeLine`, once it is known to be one. */
export function unpackOutcome(line: { ok: boolean; value?: unknown; error?: ErrorData }): Outcome {
  return line.ok
    ? { ok: true, value: fromJson(line.value) }
    : { ok: false, error: unpackErrorData(line.error as ErrorData) };
}
