import { LlmspellError } from "../errors.ts";
import { fromJson, toJson } from "../journal/codec.ts";
import { Database } from "../store/database.ts";
import { type ScriptObject, type ScriptValue, setKey } from "../values/script-value.ts";
import { DecodedRows } from "./decoded-rows.ts";
import { SECTIONS, type Section, type Tag, type TaggedRows } from "./rows.ts";
import { tooLarge } from "./too-large.ts";
import type { StoredRows } from "./stored-requests.ts";

/** Keys and values are JSON, so that half surrogates and NUL survive; rows come back in the order of their making. */
const FORMAT = `
CREATE TABLE states (
  id INTEGER PRIMARY KEY,
  scope TEXT NOT NULL,
  owner TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  UNIQUE (scope, owner)
) STRICT;
CREATE TABLE entries (
  position INTEGER PRIMARY KEY,
  state INTEGER NOT NULL REFERENCES states (id),
  section INTEGER NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (state, section, key)
) STRICT;
`;

/** The states of one SQLite file. Its owner disposes of it. Failures are `store.*` errors. */
export class StateDatabase implements Disposable {
  readonly #database: Database;

  constructor(file: string) {
    this.#database = new Database({ file, what: "stored state", migrations: [FORMAT] });
    try {
      this.#refuseCode();
    } catch (error) {
      this.#database[Symbol.dispose]();
      throw error;
    }
  }

  /** `scope` and `owner` tell the states of a file apart. */
  state(scope: string, owner: string, maxBytes: number): StoredRows {
    const database = this.#database;
    const decoded = new DecodedRows();
    let known: number | undefined;
    const id = () =>
      (known ??= database.use("SELECT id FROM states WHERE scope = ? AND owner = ?", (select) =>
        select.get(scope, owner),
      )?.id as number | undefined);
    return {
      read: (work) => work(new SqliteRows(database, id(), decoded, false)),
      write: (work) =>
        database.transaction(() => {
          if (id() === undefined) {
            database.use("INSERT INTO states (scope, owner) VALUES (?, ?) ON CONFLICT DO NOTHING", (insert) =>
              insert.run(scope, owner),
            );
          }
          const rows = new SqliteRows(database, id(), decoded, true);
          const value = work(rows);
          rows.finish(maxBytes);
          return value;
        }),
    };
  }

  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]();
  }

  /** A spell may have written the file itself: no statement of its own making runs here. */
  #refuseCode(): void {
    this.#database.use("PRAGMA trusted_schema = OFF", (pragma) => pragma.get());
    const foreign = this.#database.use(
      "SELECT name FROM sqlite_schema WHERE type IN ('trigger', 'view') OR sql LIKE 'CREATE VIRTUAL%' LIMIT 1",
      (select) => select.get(),
    );
    if (!foreign) return;
    const { file } = this.#database;
    throw new LlmspellError("store.corrupt", `stored state, ${file}, holds more than state: ${String(foreign.name)}`, {
      hint: "Name another file.",
      details: { file },
    });
  }
}

class SqliteRows implements TaggedRows {
  readonly #database: Database;
  /** Undefined: nothing was ever written. */
  readonly #state: number | undefined;
  readonly #decoded: DecodedRows;
  /** What is read then may not be committed. */
  readonly #writes: boolean;
  /** The version that this change makes, once it has changed something. */
  #version: number | undefined;
  #growth = 0;

  constructor(database: Database, state: number | undefined, decoded: DecodedRows, writes: boolean) {
    this.#database = database;
    this.#state = state;
    this.#decoded = decoded;
    this.#writes = writes;
  }

  get(section: Section, key: string): ScriptValue {
    const state = this.#state;
    if (state === undefined) return undefined;
    const [number, name] = [SECTIONS.indexOf(section), JSON.stringify(key)];
    const row = `${number}${name}`;
    const known = this.#decoded.versionOf(row);
    const found = this.#database.use(
      "SELECT version, iif(version = ?, NULL, value) AS value FROM entries WHERE state = ? AND section = ? AND key = ?",
      (select) => select.get(known, state, number, name),
    );
    if (!found) return undefined;
    if (found.value === null) return this.#decoded.get(row);
    const text = found.value as string;
    const value = decode(text);
    if (!this.#writes) this.#decoded.keep(row, found.version as number, value, text.length);
    return value;
  }

  all(section: Section): ScriptObject {
    const all: ScriptObject = {};
    if (this.#state === undefined) return all;
    const [state, number] = [this.#state, SECTIONS.indexOf(section)];
    const found = this.#database.use(
      "SELECT key, value FROM entries WHERE state = ? AND section = ? ORDER BY position",
      (select) => select.all(state, number),
    );
    for (const { key, value } of found) setKey(all, JSON.parse(key as string) as string, decode(value as string));
    return all;
  }

  count(section: Section): number {
    if (this.#state === undefined) return 0;
    return this.#one("SELECT count(*) AS count FROM entries WHERE state = ? AND section = ?", section)?.count as number;
  }

  tag(section: Section, key: string | null): Tag {
    const state = this.#state;
    if (state === undefined) return 0;
    const row =
      key === null
        ? this.#database.use("SELECT version FROM states WHERE id = ?", (select) => select.get(state))
        : this.#one("SELECT version FROM entries WHERE state = ? AND section = ? AND key = ?", section, key);
    return (row?.version as number | undefined) ?? 0;
  }

  put(section: Section, key: string, value: ScriptValue): void {
    if (value !== undefined) return this.#insert(section, key, value);
    const gone = this.#one(
      "DELETE FROM entries WHERE state = ? AND section = ? AND key = ? RETURNING octet_length(key) + octet_length(value) AS size",
      section,
      key,
    );
    if (gone) this.#changed(-(gone.size as number));
  }

  replace(section: Section, content: ScriptObject): void {
    const size =
      "SELECT total(octet_length(key) + octet_length(value)) AS size FROM entries WHERE state = ? AND section = ?";
    this.#changed(-(this.#one(size, section)?.size as number));
    this.#one("DELETE FROM entries WHERE state = ? AND section = ?", section);
    for (const key of Object.keys(content)) if (content[key] !== undefined) this.#insert(section, key, content[key]);
  }

  /** Books what has changed. Throws `limit.state` where the state has become too large: nothing of it is kept then. */
  finish(maxBytes: number): void {
    const [state, version, growth] = [this.#state as number, this.#version, this.#growth];
    if (version === undefined) return;
    const row = this.#database.use(
      "UPDATE states SET version = ?, bytes = bytes + ? WHERE id = ? RETURNING bytes",
      (update) => update.get(version, growth, state),
    );
    const bytes = row?.bytes as number;
    if (growth > 0 && bytes > maxBytes) throw tooLarge(bytes, maxBytes);
  }

  #insert(section: Section, key: string, value: ScriptValue): void {
    const [name, text] = [JSON.stringify(key), JSON.stringify(toJson(value))];
    const old = this.#one(
      "SELECT octet_length(key) + octet_length(value) AS size FROM entries WHERE state = ? AND section = ? AND key = ?",
      section,
      key,
    );
    this.#changed(Buffer.byteLength(name) + Buffer.byteLength(text) - ((old?.size as number | undefined) ?? 0));
    const [state, number, version] = [this.#state as number, SECTIONS.indexOf(section), this.#version as number];
    this.#database.use(
      "INSERT INTO entries (state, section, key, value, version) VALUES (?, ?, ?, ?, ?) " +
        "ON CONFLICT (state, section, key) DO UPDATE SET value = excluded.value, version = excluded.version",
      (insert) => insert.run(state, number, name, text, version),
    );
  }

  #changed(growth: number): void {
    this.#version ??= (this.tag("data", null) as number) + 1;
    this.#growth += growth;
  }

  /** One row of a statement about a section, or about a row of it. */
  #one(sql: string, section: Section, key?: string) {
    const [state, number] = [this.#state as number, SECTIONS.indexOf(section)];
    return this.#database.use(sql, (statement) =>
      key === undefined ? statement.get(state, number) : statement.get(state, number, JSON.stringify(key)),
    );
  }
}

function decode(text: string): ScriptValue {
  return fromJson(JSON.parse(text));
}
