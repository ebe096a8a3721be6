import { randomBytes } from "node:crypto";
import { LlmspellError } from "../../errors.ts";
import type { ModelMessage } from "../../models/types.ts";
import { Database } from "../../store/database.ts";
import type { Spent } from "../figures.ts";

/** A conversation that is kept. */
export interface ChatSession {
  id: number;
  /** Unique; chosen by the user, or made. */
  name: string;
  /** How it began. */
  title: string;
  model: string | undefined;
  system: string | undefined;
  /** What stands for the messages that were summarized. */
  summary: string | undefined;
  /** Milliseconds since the epoch. */
  updatedAt: number;
  /** Of the user, summarized ones too. */
  messages: number;
  spent: Spent;
}

export interface StoredMessage {
  seq: number;
  message: ModelMessage;
}

const MIGRATIONS = [
  `CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL DEFAULT '',
    model TEXT,
    system TEXT,
    summary TEXT,
    updated_at INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    cost REAL NOT NULL DEFAULT 0,
    cost_known INTEGER NOT NULL DEFAULT 1
  ) STRICT;
  CREATE TABLE messages (
    session INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    role TEXT NOT NULL,
    body TEXT NOT NULL,
    summarized INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (session, seq)
  ) STRICT, WITHOUT ROWID;`,
];

const SESSIONS = `SELECT s.*, (SELECT count(*) FROM messages m WHERE m.session = s.id AND m.role = 'user') AS messages
  FROM sessions s`;
/** Now, but later than any other session: the order of use is exact, also within a millisecond. */
const LATER = "max(?, (SELECT coalesce(max(updated_at), 0) + 1 FROM sessions))";
const TITLE_LENGTH = 60;

/** Conversations in a file that several chats may use at once: every read sees what the others wrote. */
export class ChatStore implements Disposable {
  readonly #database: Database;

  constructor(file: string) {
    this.#database = new Database({ file, what: "the stored chats", migrations: MIGRATIONS });
  }

  /** Newest first. */
  list(): ChatSession[] {
    return this.#database
      .use(`${SESSIONS} ORDER BY s.updated_at DESC, s.id DESC`, (select) => select.all())
      .map((row) => toSession(row));
  }

  /** The session that was used last. */
  latest(): ChatSession | undefined {
    const row = this.#database.use(`${SESSIONS} ORDER BY s.updated_at DESC, s.id DESC LIMIT 1`, (select) =>
      select.get(),
    );
    return row && toSession(row);
  }

  find(name: string): ChatSession | undefined {
    const row = this.#database.use(`${SESSIONS} WHERE s.name = ?`, (select) => select.get(name));
    return row && toSession(row);
  }

  /** What is stored of it now. Throws `store.unavailable` when somebody deleted it. */
  session(id: number): ChatSession {
    const row = this.#database.use(`${SESSIONS} WHERE s.id = ?`, (select) => select.get(id));
    if (row) return toSession(row);
    throw new LlmspellError("store.unavailable", "the session was deleted meanwhile", {
      hint: "/clear starts another one.",
    });
  }

  create(name: string = newName()): ChatSession {
    this.#database.use(`INSERT INTO sessions (name, updated_at) VALUES (?, ${LATER})`, (insert) =>
      insert.run(name, Date.now()),
    );
    return this.find(name) as ChatSession;
  }

  remove(id: number): void {
    this.#database.use("DELETE FROM sessions WHERE id = ?", (remove) => remove.run(id));
  }

  /** Those that no summary stands for, oldest first. */
  messages(id: number): StoredMessage[] {
    return this.#database
      .use("SELECT seq, body FROM messages WHERE session = ? AND summarized = 0 ORDER BY seq", (select) =>
        select.all(id),
      )
      .map(({ seq, body }) => ({ seq: seq as number, message: JSON.parse(body as string) as ModelMessage }));
  }

  append(id: number, message: ModelMessage): void {
    this.#database.transaction(() => {
      this.#database.use(
        `INSERT INTO messages (session, seq, role, body)
         VALUES (?1, (SELECT coalesce(max(seq), 0) + 1 FROM messages WHERE session = ?1), ?2, ?3)`,
        (insert) => insert.run(id, message.role, JSON.stringify(message)),
      );
      this.#database.use(
        `UPDATE sessions SET updated_at = ${LATER}, title = iif(title = '', ?, title) WHERE id = ?`,
        (update) => update.run(Date.now(), message.role === "user" ? titleOf(message) : "", id),
      );
    });
  }

  /** Forgets a message and all after it. */
  removeFrom(id: number, seq: number): void {
    this.#database.use("DELETE FROM messages WHERE session = ? AND seq >= ?", (remove) => remove.run(id, seq));
  }

  /** Lets a summary stand for everything before a message. The messages stay stored. */
  summarize(id: number, before: number, summary: string): void {
    this.#database.transaction(() => {
      this.#database.use("UPDATE messages SET summarized = 1 WHERE session = ? AND seq < ?", (update) =>
        update.run(id, before),
      );
      this.#database.use("UPDATE sessions SET summary = ? WHERE id = ?", (update) => update.run(summary, id));
    });
  }

  setModel(id: number, model: string): void {
    this.#database.use("UPDATE sessions SET model = ? WHERE id = ?", (update) => update.run(model, id));
  }

  setSystem(id: number, system: string | undefined): void {
    this.#database.use("UPDATE sessions SET system = ? WHERE id = ?", (update) => update.run(system ?? null, id));
  }

  addSpent(id: number, { inputTokens, outputTokens, cost, costKnown }: Spent): void {
    this.#database.use(
      `UPDATE sessions SET input_tokens = input_tokens + ?, output_tokens = output_tokens + ?, cost = cost + ?,
       cost_known = min(cost_known, ?) WHERE id = ?`,
      (update) => update.run(inputTokens, outputTokens, cost, costKnown ? 1 : 0, id),
    );
  }

  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]();
  }
}

/** The day and some letters. */
function newName(): string {
  return `${new Date().toISOString().slice(0, 10)}-${randomBytes(3).toString("hex")}`;
}

function titleOf({ content }: ModelMessage): string {
  const text = typeof content === "string" ? content : content.findLast((part) => part.type === "text")?.text;
  const line = (text ?? "").trim().replaceAll(/\s+/g, " ");
  return line.length > TITLE_LENGTH ? `${line.slice(0, TITLE_LENGTH - 3)}...` : line;
}

function toSession(row: Record<string, unknown>): ChatSession {
  return {
    id: row.id as number,
    name: row.name as string,
    title: row.title as string,
    model: (row.model as string | null) ?? undefined,
    system: (row.system as string | null) ?? undefined,
    summary: (row.summary as string | null) ?? undefined,
    updatedAt: row.updated_at as number,
    messages: row.messages as number,
    spent: {
      inputTokens: row.input_tokens as number,
      outputTokens: row.output_tokens as number,
      cost: row.cost as number,
      costKnown: row.cost_known === 1,
    },
  };
}
