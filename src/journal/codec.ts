import { LlmspellError } from "../errors.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { packErrorData, packForJson, packWith, unpack, unpackErrorData } from "../values/transport.ts";
import type { JournalEntry } from "./journal.ts";
import { withRepeats, withoutRepeats } from "./repeats.ts";

/** Of the lines that this writes; a reader knows this one and all before it. */
export const JOURNAL_VERSION = 2;

/** One entry as one line of JSON, without a line end. Total over every value that crosses; functions and handles become references. */
export function encodeEntry(entry: JournalEntry): string {
  return JSON.stringify(packEntry(entry));
}

function packEntry(entry: JournalEntry): unknown {
  switch (entry.type) {
    case "started":
      return { ...entry, args: withoutRepeats(entry.args, entry.repeats).map(toJson) };
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

/** The entries of a journal's lines, from its beginning. Throws `journal.corrupt` for a line that is none. */
export function decodeEntries(lines: readonly string[]): JournalEntry[] {
  const known = new Map<number, readonly ScriptValue[]>();
  return lines.map((line) => {
    const entry = decodeEntry(line);
    if (entry.type !== "started") return entry;
    const { repeats, ...own } = entry;
    const args = repeats ? withRepeats(own.args, repeats, (seq) => known.get(seq)) : own.args;
    known.set(entry.seq, args);
    return { ...own, args };
  });
}

/** The entry of a line, as it stands there. */
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
