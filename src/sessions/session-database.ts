import { createHash, randomUUID } from "node:crypto";
import { LlmspellError } from "../errors.ts";
import { fromJson, toJson } from "../journal/codec.ts";
import { Database } from "../store/database.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";

export type SessionStatus = "active" | "suspended" | "completed";

export interface SessionRecord {
  id: string;
  name: string | null;
  status: SessionStatus;
  tags: string[];
  metadata: ScriptObject;
  /** Runs that changed it, in the order of their first change. */
  runs: string[];
  messages: number;
  createdAt: number;
  updatedAt: number;
}

export interface ArtifactRecord {
  name: string;
  version: number;
  /** SHA-256 of the content, as hexadecimal digits. */
  hash: string;
  size: number;
  type: string;
  tags: string[];
  metadata: ScriptObject;
  createdAt: number;
}

export interface ArtifactFilter {
  name?: string | undefined;
  type?: string | undefined;
  tag?: string | undefined;
  /** All versions instead of the last of each. */
  versions?: boolean | undefined;
  limit?: number | undefined;
}

/** In the state folder. */
export const SESSIONS_FILE = "sessions.db";

const FORMAT = `
CREATE TABLE sessions (
  number INTEGER PRIMARY KEY, owner TEXT NOT NULL, id TEXT NOT NULL, name TEXT, status TEXT NOT NULL, tags TEXT NOT NULL,
  metadata TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, UNIQUE (owner, id)
) STRICT;
CREATE TABLE messages (
  position INTEGER PRIMARY KEY, session INTEGER NOT NULL REFERENCES sessions (number), run TEXT NOT NULL, at INTEGER NOT NULL, message TEXT NOT NULL
) STRICT;
CREATE INDEX messages_of ON messages (session);
CREATE TABLE runs (
  position INTEGER PRIMARY KEY, session INTEGER NOT NULL REFERENCES sessions (number), run TEXT NOT NULL, UNIQUE (session, run)
) STRICT;
CREATE TABLE contents (hash TEXT PRIMARY KEY, content BLOB NOT NULL) STRICT;
CREATE TABLE artifacts (
  position INTEGER PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, hash TEXT NOT NULL REFERENCES contents (hash),
  size INTEGER NOT NULL, text INTEGER NOT NULL, type TEXT NOT NULL, tags TEXT NOT NULL, metadata TEXT NOT NULL, created INTEGER NOT NULL, UNIQUE (owner, name, version)
) STRICT;
CREATE INDEX artifacts_by_hash ON artifacts (hash);
`;

/** A session's messages are as large as those of a long conversation, no archive. */
const MOST_MESSAGES = 100_000;

/** Sessions and artifacts of one state folder, in SQLite, shared by processes. Its owner disposes of it. Failures are `store.*`, `session.*` and `artifact.*` errors. */
export class SessionDatabase implements Disposable {
  readonly #database: Database;

  constructor(file: string) {
    this.#database = new Database({ file, what: "sessions and artifacts", migrations: [FORMAT] });
  }

  get file(): string {
    return this.#database.file;
  }

  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]();
  }

  create(
    owner: string,
    given: { id?: string | undefined; name?: string | undefined; tags: readonly string[]; metadata: ScriptObject },
    at: number,
  ): SessionRecord {
    const id = given.id ?? randomUUID();
    const row = this.#one(
      "INSERT INTO sessions (owner, id, name, status, tags, metadata, created, updated) VALUES (?, ?, ?, 'active', ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING number",
      owner,
      id,
      given.name ?? null,
      JSON.stringify(given.tags),
      write(given.metadata),
      at,
      at,
    );
    if (!row)
      throw new LlmspellError("session.invalid", `there is a session "${id}" already`, {
        details: { id },
        hint: "session.get tells of it, session.resume goes on with it; leave the id out for a new one.",
      });
    return this.get(owner, id);
  }

  /** Throws `session.unknown`. */
  get(owner: string, id: string): SessionRecord {
    return this.#record(this.#row(owner, id));
  }

  /** Those changed last first. */
  list(
    owner: string,
    {
      status,
      tag,
      limit = 100,
    }: { status?: SessionStatus | undefined; tag?: string | undefined; limit?: number | undefined },
  ): SessionRecord[] {
    const rows = this.#database.use(
      "SELECT * FROM sessions WHERE owner = ?1 AND (?2 IS NULL OR status = ?2) AND (?3 IS NULL OR EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?3)) ORDER BY updated DESC, number DESC LIMIT ?4",
      (select) => select.all(owner, status ?? null, tag ?? null, limit),
    );
    return rows.map((row) => this.#record(row));
  }

  /** Those of all owners with the id, or all there are: changed last first. */
  everywhere(id?: string): (SessionRecord & { owner: string })[] {
    const rows = this.#database.use(
      "SELECT * FROM sessions WHERE ?1 IS NULL OR id = ?1 ORDER BY updated DESC, number DESC",
      (select) => select.all(id ?? null),
    );
    return rows.map((row) => ({ owner: row["owner"] as string, ...this.#record(row) }));
  }

  /** The last versions of all owners' artifacts, newest first. `owner` is as they were stored under. */
  artifactsEverywhere(): (ArtifactRecord & { owner: string })[] {
    const rows = this.#database.use(
      "SELECT * FROM artifacts AS one WHERE version = (SELECT max(version) FROM artifacts WHERE owner = one.owner AND name = one.name) ORDER BY position DESC",
      (select) => select.all(),
    );
    return rows.map((row) => ({ owner: row["owner"] as string, ...artifactOf(row) }));
  }

  /** Changes what is given. A session that is completed stays as it is. */
  save(
    owner: string,
    id: string,
    change: {
      name?: string | undefined;
      tags?: readonly string[] | undefined;
      metadata?: ScriptObject | undefined;
      status?: SessionStatus | undefined;
    },
    by: { run: string; at: number },
  ): SessionRecord {
    return this.#changing(owner, id, by, (row) => {
      this.#one(
        "UPDATE sessions SET name = coalesce(?, name), tags = coalesce(?, tags), metadata = coalesce(?, metadata), status = coalesce(?, status) WHERE number = ?",
        change.name ?? null,
        change.tags ? JSON.stringify(change.tags) : null,
        change.metadata ? write(change.metadata) : null,
        change.status ?? null,
        row["number"] as number,
      );
    });
  }

  addMessage(owner: string, id: string, message: ScriptValue, by: { run: string; at: number }): SessionRecord {
    return this.#changing(owner, id, by, (row) => {
      const count = this.#one("SELECT count(*) AS count FROM messages WHERE session = ?", row["number"] as number)?.[
        "count"
      ] as number;
      if (row["status"] !== "active")
        throw new LlmspellError("session.invalid", `the session is ${String(row["status"])}: resume it first`, {
          details: { id },
        });
      if (count >= MOST_MESSAGES)
        throw new LlmspellError("session.invalid", `a session keeps no more than ${MOST_MESSAGES} messages`, {
          details: { id },
        });
      this.#one(
        "INSERT INTO messages (session, run, at, message) VALUES (?, ?, ?, ?)",
        row["number"] as number,
        by.run,
        by.at,
        write(message),
      );
    });
  }

  /** Oldest first, with the run that added each. */
  messages(owner: string, id: string): { run: string; at: number; message: ScriptValue }[] {
    const { number } = this.#row(owner, id);
    const rows = this.#database.use(
      "SELECT run, at, message FROM messages WHERE session = ? ORDER BY position",
      (select) => select.all(number as number),
    );
    return rows.map(({ run, at, message }) => ({ run: run as string, at: at as number, message: read(message) }));
  }

  /**
   * With its messages, and the artifacts under `artifactOwner`; `forget` removes what is kept elsewhere, and nothing is removed when
   * it fails. Whether there was one.
   */
  delete(owner: string, id: string, artifactOwner: string, forget: () => void): boolean {
    return this.#database.transaction(() => {
      const row = this.#one("SELECT number FROM sessions WHERE owner = ? AND id = ?", owner, id);
      if (!row) return false;
      for (const sql of [
        "DELETE FROM messages WHERE session = ?",
        "DELETE FROM runs WHERE session = ?",
        "DELETE FROM sessions WHERE number = ?",
      ])
        this.#one(sql, row["number"] as number);
      this.#one("DELETE FROM artifacts WHERE owner = ?", artifactOwner);
      this.#dropContents();
      forget();
      return true;
    });
  }

  /** Keeps a version of an artifact; the same content as the last one is that version. Throws `limit.state` beyond `maxBytes` of one owner. */
  store(
    owner: string,
    name: string,
    content: string | Uint8Array,
    about: { type: string; tags: readonly string[]; metadata: ScriptObject },
    at: number,
    maxBytes: number,
  ): ArtifactRecord {
    const isText = typeof content === "string";
    const bytes = isText ? Buffer.from(content) : content;
    const hash = createHash("sha256").update(bytes).digest("hex");
    return this.#database.transaction(() => {
      const last = this.#last(owner, name);
      if (last && last.hash === hash && last.type === about.type) return last;
      const used = this.#one("SELECT total(size) AS size FROM artifacts WHERE owner = ?", owner)?.["size"] as number;
      if (used + bytes.length > maxBytes) {
        throw new LlmspellError(
          "limit.state",
          `the artifacts would have ${used + bytes.length} bytes, ${maxBytes} are allowed`,
          {
            details: { limit: maxBytes, setting: "limits.stateBytes" },
            hint: "Delete old versions, or raise it with --limit stateBytes=SIZE.",
          },
        );
      }
      this.#one("INSERT INTO contents (hash, content) VALUES (?, ?) ON CONFLICT DO NOTHING", hash, bytes);
      const { type, tags, metadata } = about;
      this.#one(
        "INSERT INTO artifacts (owner, name, version, hash, size, text, type, tags, metadata, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        owner,
        name,
        (last?.version ?? 0) + 1,
        hash,
        bytes.length,
        isText ? 1 : 0,
        type,
        JSON.stringify(tags),
        write(metadata),
        at,
      );
      return this.#last(owner, name) as ArtifactRecord;
    });
  }

  /** With its content: the last version, or that of a number. Throws `artifact.unknown`. */
  artifact(owner: string, name: string, version?: number): ArtifactRecord & { content: string | Uint8Array } {
    const row = this.#one(
      "SELECT artifacts.*, contents.content FROM artifacts JOIN contents USING (hash) WHERE owner = ?1 AND name = ?2 AND (?3 IS NULL OR version = ?3) ORDER BY version DESC LIMIT 1",
      owner,
      name,
      version ?? null,
    );
    if (!row) {
      throw new LlmspellError(
        "artifact.unknown",
        `there is no artifact "${name}"${version === undefined ? "" : ` of version ${version}`}`,
        { details: { name }, hint: "artifact.list() tells which there are; session and scope say where to look." },
      );
    }
    const bytes = row["content"] as Uint8Array;
    return {
      ...artifactOf(row),
      content: row["text"] === 1 ? Buffer.from(bytes).toString("utf8") : new Uint8Array(bytes),
    };
  }

  /** Newest first. */
  artifacts(owner: string, { name, type, tag, versions = false, limit = 100 }: ArtifactFilter): ArtifactRecord[] {
    const rows = this.#database.use(
      "SELECT * FROM artifacts AS one WHERE owner = ?1 AND (?2 IS NULL OR name GLOB ?2) AND (?3 IS NULL OR type = ?3) AND (?4 IS NULL OR EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?4)) " +
        "AND (?5 OR version = (SELECT max(version) FROM artifacts WHERE owner = one.owner AND name = one.name)) ORDER BY position DESC LIMIT ?6",
      (select) => select.all(owner, name ?? null, type ?? null, tag ?? null, versions ? 1 : 0, limit),
    );
    return rows.map(artifactOf);
  }

  /** A version, or all of them. How many there were. */
  deleteArtifact(owner: string, name: string, version?: number): number {
    return this.#database.transaction(() => {
      const gone = this.#database.use(
        "DELETE FROM artifacts WHERE owner = ?1 AND name = ?2 AND (?3 IS NULL OR version = ?3)",
        (statement) => statement.run(owner, name, version ?? null),
      );
      this.#dropContents();
      return Number(gone.changes);
    });
  }

  #dropContents(): void {
    this.#database.use("DELETE FROM contents WHERE hash NOT IN (SELECT hash FROM artifacts)", (statement) =>
      statement.run(),
    );
  }

  #last(owner: string, name: string): ArtifactRecord | undefined {
    const row = this.#one(
      "SELECT * FROM artifacts WHERE owner = ? AND name = ? ORDER BY version DESC LIMIT 1",
      owner,
      name,
    );
    return row && artifactOf(row);
  }

  #changing(
    owner: string,
    id: string,
    { run, at }: { run: string; at: number },
    work: (row: Row) => void,
  ): SessionRecord {
    return this.#database.transaction(() => {
      const row = this.#row(owner, id);
      if (row["status"] === "completed")
        throw new LlmspellError("session.invalid", "the session is completed: it does not change any more", {
          details: { id },
          hint: "Begin another one with session.create; this one can still be read.",
        });
      work(row);
      this.#one("INSERT INTO runs (session, run) VALUES (?, ?) ON CONFLICT DO NOTHING", row["number"] as number, run);
      this.#one("UPDATE sessions SET updated = ? WHERE number = ?", at, row["number"] as number);
      return this.get(owner, id);
    });
  }

  #row(owner: string, id: string): Row {
    const row = this.#one("SELECT * FROM sessions WHERE owner = ? AND id = ?", owner, id);
    if (row) return row;
    throw new LlmspellError("session.unknown", `there is no session "${id}"`, {
      details: { id },
      hint: "session.list() tells which there are; one that another spell has made is not among them.",
    });
  }

  #record(row: Row): SessionRecord {
    const number = row["number"] as number;
    const runs = this.#database.use("SELECT run FROM runs WHERE session = ? ORDER BY position", (select) =>
      select.all(number),
    );
    const count = this.#one("SELECT count(*) AS count FROM messages WHERE session = ?", number)?.["count"] as number;
    return {
      id: row["id"] as string,
      name: row["name"] as string | null,
      status: row["status"] as SessionStatus,
      tags: JSON.parse(row["tags"] as string) as string[],
      metadata: read(row["metadata"]) as ScriptObject,
      runs: runs.map(({ run }) => run as string),
      messages: count,
      createdAt: row["created"] as number,
      updatedAt: row["updated"] as number,
    };
  }

  #one(sql: string, ...values: (string | number | null | Uint8Array)[]): Row | undefined {
    return this.#database.use(sql, (statement) => statement.get(...values)) as Row | undefined;
  }
}

type Row = Record<string, unknown>;

function artifactOf(row: Row): ArtifactRecord {
  return {
    name: row["name"] as string,
    version: row["version"] as number,
    hash: row["hash"] as string,
    size: row["size"] as number,
    type: row["type"] as string,
    tags: JSON.parse(row["tags"] as string) as string[],
    metadata: read(row["metadata"]) as ScriptObject,
    createdAt: row["created"] as number,
  };
}

function write(value: ScriptValue): string {
  return JSON.stringify(toJson(value));
}

function read(text: unknown): ScriptValue {
  return fromJson(JSON.parse(text as string));
}
