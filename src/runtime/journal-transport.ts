import type { JournalEntry } from "../journal/journal.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { pack, unpack } from "../values/transport.ts";

/** A journal entry in a form that crosses threads. */
export function packEntry(entry: JournalEntry): unknown {
  if (entry.type === "ended") return { ...entry, value: pack(entry.value) };
  if (entry.type === "started" || entry.type === "output" || entry.type === "callback")
    return { ...entry, args: entry.args.map(pack) };
  if (entry.type === "failed")
    return { ...entry, error: { ...entry.error, details: pack((entry.error.details ?? null) as ScriptValue) } };
  return entry;
}

export function unpackEntry(packed: unknown): JournalEntry {
  const entry = packed as JournalEntry;
  if (entry.type === "ended") return { ...entry, value: unpack(entry.value) };
  if (entry.type === "started" || entry.type === "output" || entry.type === "callback")
    return { ...entry, args: entry.args.map(unpack) };
  return entry;
}
