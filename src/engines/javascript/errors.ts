import { LlmspellError, scriptErrorCode, type ErrorOptions, type ScriptFrame } from "../../errors.ts";
import { PRELUDE_FILE } from "./prelude.ts";

/** What the prelude's `errorParts` answers. */
export interface ErrorParts {
  kind: string;
  name?: string;
  message?: string;
  stack?: string;
  code?: string;
  hint?: string;
  retryable?: boolean;
  details?: Record<string, unknown>;
  cause?: string;
  frames?: unknown[];
}

/** A thrown thing of a script as the host's error. Its own `code` survives; others are `script.error`. */
export function errorFromParts(parts: ErrorParts, framesOf: (stack: string) => ScriptFrame[]): LlmspellError {
  const named = parts.name !== undefined && parts.name !== "Error" && parts.name !== "LlmspellError";
  const text = parts.message ?? "";
  const message =
    parts.code === undefined && named ? (text === "" ? (parts.name ?? "") : `${parts.name}: ${text}`) : text;
  const options: ErrorOptions = {};
  if (parts.retryable !== undefined) options.retryable = parts.retryable;
  if (parts.hint !== undefined) options.hint = parts.hint;
  const details = parts.cause === undefined ? parts.details : { ...parts.details, cause: parts.cause };
  if (details !== undefined) options.details = details;
  const frames = givenFrames(parts.frames) ?? (parts.stack === undefined ? undefined : framesOf(parts.stack));
  if (frames !== undefined && frames.length > 0) options.frames = frames;
  return new LlmspellError(scriptErrorCode(parts.code), message, options);
}

function givenFrames(list: unknown[] | undefined): ScriptFrame[] | undefined {
  const frames = list?.filter((frame): frame is ScriptFrame => typeof (frame as ScriptFrame | null)?.file === "string");
  return frames && frames.length > 0 ? frames : undefined;
}

/** Columns that the engine put before the first line of a file. */
export interface FirstLineShift {
  file: string;
  columns: number;
  /** How many lines the file has; what lies beyond is the engine's. */
  lines: number;
}

/** Reads a QuickJS stack, innermost first, without the engine's own frames. */
export function parseStack(stack: string, shiftOf: (file: string) => FirstLineShift | undefined): ScriptFrame[] {
  const frames: ScriptFrame[] = [];
  for (const line of stack.split("\n")) {
    const match = /^\s*at (?:(.*?) \()?(.+?)(?::(\d+))?(?::(\d+))?\)?$/.exec(line);
    if (!match) continue;
    const [, name, file, row, column] = match;
    if (file === undefined || row === undefined || file === PRELUDE_FILE || file === "native" || file === "<null>")
      continue;
    const shift = shiftOf(file);
    if (shift && (name === "<eval>" || Number(row) > shift.lines)) continue;
    const frame: ScriptFrame = { file, line: Number(row) };
    if (column !== undefined) {
      const moved = shift && frame.line === 1 ? shift.columns : 0;
      frame.column = Math.max(1, Number(column) - moved);
    }
    if (name !== undefined && name !== "<anonymous>" && name !== "<eval>") frame.name = name;
    frames.push(frame);
  }
  return frames;
}
