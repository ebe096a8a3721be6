import { LlmspellError } from "../errors.ts";
import { fromJson, toJson } from "../journal/codec.ts";
import { Database } from "../store/database.ts";
import type { ScriptValue } from "../values/script-value.ts";

/** `sizes` saves counting: what `entries` holds of each spell. */
const FORMAT = `
CREATE TABLE entries (
  id INTEGER PRIMARY KEY,
  spell TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  expires INTEGER,
  used INTEGER NOT NULL,
  UNIQUE (spell, key)
) STRICT;
CREATE INDEX by_use ON entries (used, id);
CREATE INDEX by_use_of_spell ON entries (spell, used, id);
CREATE INDEX by_end ON entries (expires) WHERE expires IS NOT NULL;
CREATE TABLE sizes (spell TEXT PRIMARY KEY, entries INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TRIGGER added AFTER INSERT ON entries BEGIN
  INSERT INTO sizes VALUES (new.spell, 1, new.bytes)
    ON CONFLICT (spell) DO UPDATE SET entries = entries + 1, bytes = bytes + new.bytes;
END;
CREATE TRIGGER removed AFTER DELETE ON entries BEGIN
  UPDATE sizes SET entries = entries - 1, bytes = bytes - old.bytes WHERE spell = old.spell;
  DELETE FROM sizes WHERE spell = old.spell AND entries = 0;
END;
`;

export interface CacheLimits {
  /** Of one spell. */
  entries: number;
  /** Of one spell. */
  bytes: number;
  /** Of all spells together. */
  totalBytes: number;
}

const MB = 1024 * 1024;
export const DEFAULT_CACHE_LIMITS: CacheLimits = { entries: 10_000, bytes: 64 * MB, totalBytes: 256 * MB };

/** A use within this time of the last noted one is not noted: reading then writes nothing. */
const USE_GRAIN_MS = 60_000;

/** What the cache holds of one spell. Times in milliseconds since the epoch. */
export interface CachedSpell {
  spell: string;
  entries: number;
  bytes: number;
  /** To the minute. */
  lastUsed: number;
}

export interface CachedEntry {
  key: string;
  bytes: number;
  expires: number | null;
  /** To the minute. */
  lastUsed: number;
}

/**
 * Values under keys, for each spell, in one SQLite file that processes share. The least recently used give way. Its owner
 * disposes of it. Failures are `store.*` errors. `now`: milliseconds since the epoch.
 */
export class CacheDatabase implements Disposable {
  readonly #database: Database;
  readonly #limits: CacheLimits;

  constructor(file: string, limits: CacheLimits = DEFAULT_CACHE_LIMITS) {
    this.#database = new Database({ file, what: "the cache", migrations: [FORMAT] });
    this.#limits = limits;
  }

  get(spell: string, key: string, now: number): ScriptValue {
    const row = this.#database.use(
      "SELECT id, value, expires, used FROM entries WHERE spell = ? AND key = ?",
      (select) => select.get(spell, encodeKey(key)),
    );
    if (!row || isOver(row.expires, now)) return undefined;
    if (now - (row.used as number) > USE_GRAIN_MS)
      this.#database.use("UPDATE entries SET used = ? WHERE id = ?", (update) => update.run(now, row.id as number));
    return fromJson(JSON.parse(row.value as string));
  }

  has(spell: string, key: string, now: number): boolean {
    const row = this.#database.use("SELECT expires FROM entries WHERE spell = ? AND key = ?", (select) =>
      select.get(spell, encodeKey(key)),
    );
    return row !== undefined && !isOver(row.expires, now);
  }

  /** A value larger than a spell may keep is not kept, nor what was there before it. */
  set(spell: string, key: string, value: ScriptValue, ttlMs: number | undefined, now: number): void {
    const [name, text] = [encodeKey(key), JSON.stringify(toJson(value))];
    const bytes = Buffer.byteLength(name) + Buffer.byteLength(text);
    const expires = ttlMs === undefined ? null : Math.ceil(now + Math.min(ttlMs, Number.MAX_SAFE_INTEGER / 2));
    this.#database.transaction(() => {
      this.#remove(spell, name);
      if (bytes > this.#limits.bytes) return;
      this.#database.use(
        "INSERT INTO entries (spell, key, value, bytes, expires, used) VALUES (?, ?, ?, ?, ?, ?)",
        (insert) => insert.run(spell, name, text, bytes, expires, now),
      );
      this.#makeRoom(spell, now);
    });
  }

  /** Whether there was one that is still alive. */
  delete(spell: string, key: string, now: number): boolean {
    return this.#database.transaction(() => {
      const had = this.has(spell, key, now);
      this.#remove(spell, encodeKey(key));
      return had;
    });
  }

  /** Of all spells where none is named. Answers how many there were. */
  clear(spell?: string): number {
    const removed = this.#database.use("DELETE FROM entries WHERE spell = coalesce(?, spell)", (remove) =>
      remove.run(spell ?? null),
    );
    if (spell === undefined) this.#shrink();
    return Number(removed.changes);
  }

  /** Keys that are still alive, sorted. */
  keys(spell: string, now: number): string[] {
    return this.entries(spell, now).map(({ key }) => key);
  }

  /** By key. */
  entries(spell: string, now: number): CachedEntry[] {
    const rows = this.#database.use("SELECT key, bytes, expires, used FROM entries WHERE spell = ?", (select) =>
      select.all(spell),
    );
    return rows
      .filter(({ expires }) => !isOver(expires, now))
      .map(({ key, bytes, expires, used }) => ({
        key: JSON.parse(key as string) as string,
        bytes: bytes as number,
        expires: expires as number | null,
        lastUsed: used as number,
      }))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** The last used first. */
  spells(): CachedSpell[] {
    const rows = this.#database.use(
      "SELECT spell, entries, bytes, (SELECT max(used) FROM entries WHERE spell = sizes.spell) AS used FROM sizes ORDER BY used DESC",
      (select) => select.all(),
    );
    return rows.map(({ spell, entries, bytes, used }) => ({
      spell: spell as string,
      entries: entries as number,
      bytes: bytes as number,
      lastUsed: used as number,
    }));
  }

  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]();
  }

  /** Gives the space back, unless another process is at it. */
  #shrink(): void {
    try {
      this.#database.use("VACUUM", (vacuum) => vacuum.run());
      this.#database.use("PRAGMA wal_checkpoint(TRUNCATE)", (pragma) => pragma.get());
    } catch (error) {
      if (!LlmspellError.is(error) || error.code !== "store.busy") throw error;
    }
  }

  #remove(spell: string, name: string): void {
    this.#database.use("DELETE FROM entries WHERE spell = ? AND key = ?", (remove) => remove.run(spell, name));
  }

  /** First goes what is over, then what was not used for longest. */
  #makeRoom(spell: string, now: number): void {
    const isFull = () => {
      const { entries, bytes } = this.#sizeOf(spell);
      return entries > this.#limits.entries || bytes > this.#limits.bytes;
    };
    const isTooLarge = () => this.#totalBytes() > this.#limits.totalBytes;
    if (!isFull() && !isTooLarge()) return;
    this.#database.use("DELETE FROM entries WHERE expires <= ?", (remove) => remove.run(now));
    while (isFull()) {
      this.#database.use(
        "DELETE FROM entries WHERE id = (SELECT id FROM entries WHERE spell = ? ORDER BY used, id LIMIT 1)",
        (remove) => remove.run(spell),
      );
    }
    while (isTooLarge()) {
      this.#database.use(
        "DELETE FROM entries WHERE id = (SELECT id FROM entries ORDER BY used, id LIMIT 1)",
        (remove) => remove.run(),
      );
    }
  }

  #sizeOf(spell: string): { entries: number; bytes: number } {
    const row = this.#database.use("SELECT entries, bytes FROM sizes WHERE spell = ?", (select) => select.get(spell));
    return { entries: (row?.entries as number | undefined) ?? 0, bytes: (row?.bytes as number | undefined) ?? 0 };
  }

  #totalBytes(): number {
    return this.#database.use("SELECT total(bytes) AS bytes FROM sizes", (select) => select.get())?.bytes as number;
  }
}

/** JSON, so that half surrogates and NUL survive. */
function encodeKey(key: string): string {
  return JSON.stringify(key);
}

function isOver(expires: unknown, now: number): boolean {
  return expires !== null && (expires as number) <= now;
}
