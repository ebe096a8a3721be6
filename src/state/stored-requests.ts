import type { ScriptValue } from "../values/script-value.ts";
import { parsePath } from "./paths.ts";
import { apply, ask, type Change, type Query, type Told, watching } from "./operations.ts";
import type { Section, Tag, TaggedRows } from "./rows.ts";

/** What a change relies on: that a row, or (null) a whole section, is still what it was when it was read. */
export type Expectation = readonly [section: Section, key: string | null, tag: Tag];

/** One look at a stored state, as plain data: what the journal keeps of it. */
export type StoredRead =
  | { query: Query }
  /** Answers [value, tag of the top-level key that the path leads through]. */
  | { path: string }
  /** Answers [value, tag]; the value of a missing row is nil. */
  | { section: Section; key: string | null }
  /** Whether all of it holds. */
  | { expect: readonly Expectation[] };

/** Changes of a stored state that happen together, if what they rely on still holds. */
export interface StoredWrite {
  changes: readonly Change[];
  expect?: readonly Expectation[];
  /** Paths whose changes the answer tells. */
  watched?: readonly string[];
}

export type StoredAnswer = { conflict: true } | { conflict: false; values: ScriptValue[]; told: Told[] };

/** One stored state, shared by processes. */
export interface StoredRows {
  /** Sees one moment of the state. */
  read<T>(work: (rows: TaggedRows) => T): T;
  /** Nobody else writes meanwhile. All or nothing of what `work` does is kept, before this returns. */
  write<T>(work: (rows: TaggedRows) => T): T;
}

export function readStored(stored: StoredRows, request: StoredRead): ScriptValue {
  return stored.read((rows) => {
    if ("query" in request) return ask(rows, request.query);
    if ("expect" in request) return holds(rows, request.expect);
    if ("path" in request) {
      const [top] = parsePath(request.path) as [string];
      const tag = rows.tag("data", top);
      return [ask(rows, { op: "get", path: request.path }), tag];
    }
    const { section, key } = request;
    const tag = rows.tag(section, key);
    return [(key === null ? rows.all(section) : rows.get(section, key)) ?? null, tag];
  });
}

export function writeStored(stored: StoredRows, { changes, expect = [], watched = [] }: StoredWrite): StoredAnswer {
  return stored.write((rows) => {
    if (!holds(rows, expect)) return { conflict: true };
    const { value: values, told } = watching(rows, watched, () => changes.map((change) => apply(rows, change)));
    return { conflict: false, values, told };
  });
}

function holds(rows: TaggedRows, expect: readonly Expectation[]): boolean {
  return expect.every(([section, key, tag]) => rows.tag(section, key) === tag);
}
