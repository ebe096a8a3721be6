import { type ErrorCode, LlmspellError } from "../errors.ts";

/** Both count from 1. */
export interface Place {
  line: number;
  column: number;
}

/** A parsed YAML, TOML or JSON text that knows where its parts stand. */
export interface LocatedDocument {
  /** Plain data; dates are ISO 8601 text. Null for an empty YAML text. */
  value: unknown;
  /** Where the key or item at `path` stands; of what does not exist, the nearest that does around it. */
  placeOf(path: readonly PropertyKey[]): Place;
}

/** Which file a text is from, for errors, and the code that these get. */
export interface DocumentSource {
  file: string;
  code: ErrorCode;
}

export function documentError({ code, file }: DocumentSource, problem: string, place: Place, cause?: unknown): Error {
  return new LlmspellError(code, `${file}: ${problem}`, { cause, frames: [{ file, ...place }] });
}
