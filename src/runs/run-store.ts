import type { SQLInputValue } from "node:sqlite";
import { LlmspellError } from "../errors.ts";
import { Database } from "../store/database.ts";
import { type ProcessIdentity, isGone } from "./process-identity.ts";

export const RUN_STATUSES = ["running", "ok", "failed", "cancelled", "crashed"] as const;
/** `crashed`: its process is gone without a word. */
export type RunStatus = (typeof RUN_STATUSES)[number];

/** What is known of a run before it begins. Times are milliseconds since the epoch. */
export interface NewRun {
  id: string;
  /** The run that started it. */
  parent?: string;
  name: string;
  file: string;
  engine: string;
  startedAt: number;
}

export interface RunEnd {
  endedAt: number;
  status: Exclude<RunStatus, "running" | "crashed">;
  error?: { code: string; message: string };
  durationMs: number;
  cpuMs: number;
  inputTokens: number;
  outputTokens: number;
  /** US dollars; `costKnown` is false where some calls had no known price. */
  cost: number;
  costKnown: boolean;
}

/** One line of `runs list`. */
export interface RunSummary extends NewRun, Partial<Omit<RunEnd, "status">> {
  status: RunStatus;
}

export type RunChange =
  | { type: "begin"; run: NewRun; process: ProcessIdentity; lines: string }
  | { type: "append"; run: string; lines: string }
  | { type: "end"; run: string; end: RunEnd; lines: string };

export interface RunFilter {
  status?: RunStatus;
  name?: string;
  /** Milliseconds since the epoch. */
  since?: number;
  limit?: number;
}

/** What is kept: runs no older than this many days, at most so many runs, in at most so many bytes. */
export interface Retention {
  days: number;
  runs: number;
  bytes: number;
}

export const DEFAULT_RETENTION: Retention = { days: 30, runs: 10_000, bytes: 1024 ** 3 };

const DAY_MS = 24 * 3600 * 1000;
/** Runs that are deleted in one transaction. */
const PRUNE_STEP = 100;

const MIGRATIONS = [
  `CREATE TABLE runs (
     n INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     parent TEXT,
     name TEXT NOT NULL,
     file TEXT NOT NULL,
     engine TEXT NOT NULL,
     started_at INTEGER NOT NULL,
     ended_at INTEGER,
     status TEXT NOT NULL,
     error_code TEXT,
     error_message TEXT,
     duration_ms REAL,
     cpu_ms REAL,
     input_tokens INTEGER,
     output_tokens INTEGER,
     cost REAL,
     cost_known INTEGER,
     pid INTEGER NOT NULL,
     host TEXT NOT NULL,
     process_started TEXT NOT NULL
   ) STRICT;
   CREATE INDEX runs_by_start ON runs (started_at);
   CREATE INDEX runs_by_status ON runs (status, started_at);
   CREATE INDEX runs_by_name ON runs (name, started_at);
   CREATE TABLE lines (n INTEGER PRIMARY KEY, run INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
   CREATE INDEX lines_by_run ON lines (run);
   CREATE TABLE upkeep (pruned_at INTEGER NOT NULL) STRICT;
   INSERT INTO upkeep VALUES (0);`,
];

/** The journals of all runs: one row a run to find it by, and its recording as lines. */
export class RunStore implements Disposable {
  readonly #database: Database;

  constructor(file: string) {
    this.#database = new Database({ file, what: "the journal of runs", migrations: MIGRATIONS });
  }

  get file(): string {
    return this.#database.file;
  }

  /** Writes what happened to any number of runs, all or nothing. */
  commit(changes: readonly RunChange[]): void {
    this.#database.transaction(() => {
      for (const change of changes) this.#apply(change);
    });
  }

  #apply(change: RunChange): void {
    if (change.type === "begin") this.#begin(change);
    if (change.type === "end") this.#end(change);
    if (change.lines === "") return;
    this.#run("INSERT INTO lines (run, text) SELECT n, ? FROM runs WHERE id = ?", [
      change.lines,
      change.type === "begin" ? change.run.id : change.run,
    ]);
  }

  #begin({ run, process }: Extract<RunChange, { type: "begin" }>): void {
    this.#run(
      `INSERT INTO runs (id, parent, name, file, engine, started_at, status, pid, host, process_started)
       VALUES (?, ?, ?, ?, ?, ?, 'running', ?, ?, ?)`,
      [
        run.id,
        run.parent ?? null,
        run.name,
        run.file,
        run.engine,
        run.startedAt,
        process.pid,
        process.host,
        process.started,
      ],
    );
  }

  #end({ run, end }: Extract<RunChange, { type: "end" }>): void {
    this.#run(
      `UPDATE runs SET ended_at = ?, status = ?, error_code = ?, error_message = ?, duration_ms = ?, cpu_ms = ?,
       input_tokens = ?, output_tokens = ?, cost = ?, cost_known = ? WHERE id = ?`,
      [
        end.endedAt,
        end.status,
        end.error?.code ?? null,
        end.error?.message ?? null,
        end.durationMs,
        end.cpuMs,
        end.inputTokens,
        end.outputTokens,
        end.cost,
        end.costKnown ? 1 : 0,
        run,
      ],
    );
  }

  /** The latest first. */
  list({ status, name, since, limit = 20 }: RunFilter = {}): RunSummary[] {
    const isCrash = status === "crashed" || status === "running";
    if (isCrash) this.#settleCrashed();
    const conditions: [string, SQLInputValue | undefined][] = [
      ["status = ?", status],
      ["name = ?", name],
      ["started_at >= ?", since],
    ];
    const given = conditions.filter(([, value]) => value !== undefined) as [string, SQLInputValue][];
    const where = given.length === 0 ? "" : `WHERE ${given.map(([text]) => text).join(" AND ")}`;
    return this.#select(`${where} ORDER BY started_at DESC, n DESC LIMIT ?`, [
      ...given.map(([, value]) => value),
      limit,
    ]);
  }

  /** The run of an id, of its unique beginning, or `last`. Throws `run.unknown`. */
  find(id: string): RunSummary {
    if (id === "last") {
      const [last] = this.list({ limit: 1 });
      if (last) return last;
      throw new LlmspellError("run.unknown", "the journal holds no run yet", { hint: "llmspell run makes one." });
    }
    const found = this.#select("WHERE id >= ? AND id < ? ORDER BY id LIMIT 2", [id, `${id}\u{10FFFF}`]);
    const [only, other] = found;
    if (only && (!other || only.id === id)) return only;
    throw new LlmspellError(
      "run.unknown",
      only ? `several runs have an id that begins with "${id}"` : `the journal holds no run "${id}"`,
      { hint: "llmspell runs list shows the latest ones." },
    );
  }

  /** The recording of a run, a piece of whole lines at a time: header, entries, outcome. */
  *lines(id: string): Generator<string> {
    let after = 0;
    for (;;) {
      const row = this.#database.use(
        "SELECT n, text FROM lines WHERE run = (SELECT n FROM runs WHERE id = ?) AND n > ? ORDER BY n LIMIT 1",
        (select) => select.get(id, after) as { n: number; text: string } | undefined,
      );
      if (!row) return;
      after = row.n;
      yield row.text;
    }
  }

  /** Deletes what is not to be kept, runs in progress excepted. Answers how many runs it were. */
  prune(keep: Retention, now = Date.now(), most = Infinity): number {
    this.#settleCrashed();
    let deleted = 0;
    for (;;) {
      const step = Math.min(PRUNE_STEP, most - deleted);
      const count = step > 0 ? this.#pruneStep(keep, now, step) : 0;
      deleted += count;
      if (count === 0) return deleted;
    }
  }

  #pruneStep({ days, runs, bytes }: Retention, now: number, step: number): number {
    return this.#database.transaction(() => {
      const total = this.#number("SELECT count(*) AS value FROM runs WHERE status <> 'running'");
      const old = this.#number("SELECT count(*) AS value FROM runs WHERE status <> 'running' AND started_at < ?", [
        now - days * DAY_MS,
      ]);
      const tooLarge = this.#usedBytes() > bytes ? Math.max(1, Math.ceil(total / 20)) : 0;
      const count = Math.min(step, Math.max(old, total - runs, tooLarge));
      if (count <= 0) return 0;
      const oldest = "SELECT n FROM runs WHERE status <> 'running' ORDER BY started_at, n LIMIT ?";
      this.#run(`DELETE FROM lines WHERE run IN (${oldest})`, [count]);
      return this.#run(`DELETE FROM runs WHERE n IN (${oldest})`, [count]);
    });
  }

  /** The same as `prune`, at most once a day and a bounded part at a time: what any run may do when it has ended. */
  pruneSometimes(keep: Retention, now = Date.now()): void {
    const prunedAt = this.#number("SELECT pruned_at AS value FROM upkeep");
    if (now - prunedAt < DAY_MS) return;
    if (this.prune(keep, now, PRUNE_STEP) < PRUNE_STEP) this.#run("UPDATE upkeep SET pruned_at = ?", [now]);
  }

  /** Gives the space of what was deleted back to the disk. */
  compact(): void {
    this.#run("VACUUM", []);
  }

  #usedBytes(): number {
    const pages =
      this.#number("SELECT page_count AS value FROM pragma_page_count") -
      this.#number("SELECT freelist_count AS value FROM pragma_freelist_count");
    return pages * this.#number("SELECT page_size AS value FROM pragma_page_size");
  }

  /** Runs whose process is gone get their status. Only ones that were never told apart before are looked at. */
  #settleCrashed(): void {
    const rows = this.#database.use(
      "SELECT id, pid, host, process_started AS started FROM runs WHERE status = 'running'",
      (select) => select.all() as unknown as ({ id: string } & ProcessIdentity)[],
    );
    for (const { id, ...process } of rows)
      if (isGone(process)) this.#run("UPDATE runs SET status = 'crashed' WHERE id = ? AND status = 'running'", [id]);
  }

  #select(rest: string, values: readonly SQLInputValue[]): RunSummary[] {
    return this.#database.use(`SELECT * FROM runs ${rest}`, (select) =>
      (select.all(...values) as unknown as Row[]).map(summaryOf),
    );
  }

  #number(sql: string, values: readonly SQLInputValue[] = []): number {
    return this.#database.use(sql, (select) => Number(select.get(...values)?.value ?? 0));
  }

  #run(sql: string, values: readonly SQLInputValue[]): number {
    return this.#database.use(sql, (statement) => Number(statement.run(...values).changes));
  }

  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]();
  }
}

interface Row {
  id: string;
  parent: string | null;
  name: string;
  file: string;
  engine: string;
  started_at: number;
  ended_at: number | null;
  status: RunStatus;
  error_code: string | null;
  error_message: string | null;
  duration_ms: number;
  cpu_ms: number;
  input_tokens: number;
  output_tokens: number;
  cost: number;
  cost_known: number;
  pid: number;
  host: string;
  process_started: string;
}

function summaryOf(row: Row): RunSummary {
  const { id, parent, name, file, engine, started_at: startedAt } = row;
  const begun = { id, ...(parent === null ? {} : { parent }), name, file, engine, startedAt };
  if (row.ended_at === null) {
    const process = { pid: row.pid, host: row.host, started: row.process_started };
    return { ...begun, status: row.status === "running" && isGone(process) ? "crashed" : row.status };
  }
  return {
    ...begun,
    status: row.status,
    endedAt: row.ended_at,
    durationMs: row.duration_ms,
    cpuMs: row.cpu_ms,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    cost: row.cost,
    costKnown: row.cost_known === 1,
    ...(row.error_code === null ? {} : { error: { code: row.error_code, message: row.error_message ?? "" } }),
  };
}
