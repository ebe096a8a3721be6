import { LlmspellError } from "../errors.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { packErrorData, packForJson, packWith, unpack, unpackErrorData } from "../values/transport.ts";
import type { JournalEntry } from "./journal.ts";

/** Of the lines that this writes; a reader knows this one and all before it. */
export const JOURNAL_VERSION = 1;

/** One entry as one line of JSON, without a line end. Total over every value that crosses; functions and handles become references. */
export function encodeEntry(entry: JournalEntry): string {
  return JSON.stringify(packEntry(entry));
}

function packEntry(entry: JournalEntry): unknown {
  switch (entry.type) {
    case "started":
    case "callback":
      return { ...entry, args: entry.args.map(toJson) };
    case "ended":
      return { ...entry, value: toJson(entry.value) };
    case "failed":
      return { ...entry, error: packErrorData(entry.error, packForJson) };
    case "module":
      return "error" in entry ? { ...entry, error: packErrorData(entry.error, packForJson) } : entry;
    case "output":
      return entry.logs === undefined ? entry : { ...entry, logs: toJson(entry.logs as unknown as ScriptValue) };
    case "clock":
      return entry;
  }
}

/** The entry of a line. Throws `journal.corrupt` for a line that is none. */
export function decodeEntry(line: string): JournalEntry {
  let entry: JournalEntry;
  try {
    entry = JSON.parse(line) as JournalEntry;
  } catch (cause) {
    throw notAnEntry(line, cause);
  }
  switch (entry?.type) {
    case "started":
    case "callback":
      return { ...entry, args: unpack(entry.args) as ScriptValue[] };
    case "ended":
      return { ...entry, value: unpack(entry.value) };
    case "failed":
      return { ...entry, error: unpackErrorData(entry.error) };
    case "module":
      return "error" in entry ? { ...entry, error: unpackErrorData(entry.error) } : entry;
    case "output":
      return entry.logs === undefined ? entry : { ...entry, logs: unpack(entry.logs) as never };
    case "clock":
      return entry;
    default:
      throw notAnEntry(line);
  }
}

function notAnEntry(line: string, cause?: unknown): LlmspellError {
  const shown = line.length > 60 ? `${line.slice(0, 60)}...` : line;
  return new LlmspellError("journal.corrupt", `this is no entry of a journal: ${shown}`, { cause });
}

/** A value in a form that JSON holds. */
export function toJson(value: ScriptValue): unknown {
  return packWith(value, packForJson);
}

/** The value behind `toJson`. */
export function fromJson(json: unknown): ScriptValue {
  return unpack(json);
}
