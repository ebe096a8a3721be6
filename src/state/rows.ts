import type { ScriptObject, ScriptValue } from "../values/script-value.ts";

/** What a state holds: its data by top-level key, what lies beside the data, and its versions by number. */
export const SECTIONS = ["data", "metadata", "artifacts", "messages", "versions", "contents", "schema"] as const;
export type Section = (typeof SECTIONS)[number];

/**
 * The rows of one state: values under keys, in sections. Values are never changed in place. Messages are numbered from
 * 1; `versions` says what versions there are and `contents` holds their data, so that a list of them reads no data.
 */
export interface Rows {
  /** Undefined where there is none. */
  get(section: Section, key: string): ScriptValue;
  /** In the order of the keys. */
  all(section: Section): ScriptObject;
  count(section: Section): number;
  /** Undefined removes the row. `growth`: how much larger the value is than before, by `sizeOf`, where it is known. */
  put(section: Section, key: string, value: ScriptValue, growth?: number): void;
  replace(section: Section, content: ScriptObject): void;
}

/** What identifies the content of a row, or of a whole section, at the time it was read: equal only while nothing changed. */
export type Tag = string | number;

export interface TaggedRows extends Rows {
  /** `key` null: of the whole section. */
  tag(section: Section, key: string | null): Tag;
}
