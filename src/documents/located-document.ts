import { type ErrorCode, LlmspellError, type ScriptFrame } from "../errors.ts";

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

export interface DocumentText extends DocumentSource {
  text: string;
}

/** A place of a document as an error shows it, with its line. */
export function frameAt({ file, text }: Pick<DocumentText, "file" | "text">, { line, column }: Place): ScriptFrame {
  return { file, line, column, text: text.split("\n")[line - 1] ?? "" };
}

export function documentError(document: DocumentText, problem: string, place: Place, cause?: unknown): LlmspellError {
  return new LlmspellError(document.code, `${document.file}: ${problem}`, {
    cause,
    frames: [frameAt(document, place)],
  });
}
