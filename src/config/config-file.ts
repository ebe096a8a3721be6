import { readFileSync, statSync } from "node:fs";
import type { LocatedDocument, Place } from "../documents/located-document.ts";
import { documentFormat, parseDocument } from "../documents/parse-document.ts";
import { LlmspellError } from "../errors.ts";
import type { Problem } from "./problem.ts";

const MOST_BYTES = 1024 * 1024;
/** What follows the name of a secret on a line. */
const SECRET = /((?:key|token|secret|password|authorization|credentials?)["']?\s*[:=]\s*)\S.*/i;

/** A file as it was read. */
export interface ConfigFile {
  /** Absolute. */
  file: string;
  /** As messages name it. */
  shown: string;
  text: string;
  document: LocatedDocument;
}

/** Reads and parses a file. What is wrong with it goes to `report`; then the answer is undefined. */
export async function readConfigFile(
  file: string,
  shown: string,
  report: (problem: Problem) => void,
): Promise<ConfigFile | undefined> {
  const format = documentFormat(file);
  if (!format) {
    report({ message: `${shown} is of no known format`, hint: "Formats, by extension: .yaml, .yml, .toml, .json." });
    return undefined;
  }
  const text = readText(file, shown, report);
  if (text === undefined) return undefined;
  const isEmptyJson = format === "json" && text.trim() === "";
  try {
    const document = await parseDocument(isEmptyJson ? "{}" : text, format, { file: shown, code: "config.invalid" });
    return { file, shown, text, document };
  } catch (thrown) {
    if (!LlmspellError.is(thrown)) throw thrown;
    const [frame] = thrown.frames ?? [];
    const place = frame?.line === undefined ? undefined : { line: frame.line, column: frame.column ?? 1 };
    report(problemAt({ shown, text }, place, thrown.message.replace(`${shown}: `, ""), thrown.hint));
    return undefined;
  }
}

/** A problem with a place in a file, and the line that stands there. */
export function problemAt(
  { shown, text }: Pick<ConfigFile, "shown" | "text">,
  at: Place | undefined,
  message: string,
  hint?: string,
): Problem {
  const line = at && text.split("\n", at.line)[at.line - 1]?.replace(/\r$/, "");
  return {
    message,
    file: shown,
    ...(at ? { at } : {}),
    ...(line === undefined ? {} : { excerpt: line.replace(SECRET, "$1***") }),
    ...(hint === undefined ? {} : { hint }),
  };
}

function readText(file: string, shown: string, report: (problem: Problem) => void): string | undefined {
  const failed = (what: string, hint: string): undefined => void report({ message: `${shown} ${what}`, hint });
  try {
    const stat = statSync(file);
    if (!stat.isFile()) return failed(stat.isDirectory() ? "is a folder" : "is no file", "Name a configuration file.");
    if (stat.size > MOST_BYTES)
      return failed(`has ${stat.size} bytes, which no configuration has`, "Check that it is the right file.");
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return failed("does not exist", "Check the path.");
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return failed("is not valid UTF-8 text", "Save it as UTF-8.");
    return failed(`cannot be read (${code ?? message})`, "Check its permissions.");
  }
}
