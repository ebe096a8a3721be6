/**
 * The process that runs the statements of one call: SQLite cannot be interrupted from within, so a query without end is
 * ended with its process. A thread beside it keeps the time, watches the memory, and notices when the parent is gone.
 */
import { type SQLInputValue, DatabaseSync, constants } from "node:sqlite";
import { Worker } from "node:worker_threads";
import type { SqliteJob, SqliteOutcome } from "./sqlite-job.ts";

const MAX_RSS = 600 * 1024 * 1024;
const MAX_VALUE_BYTES = 16 * 1024 * 1024;
const MAX_FILE_BYTES = 1024 * 1024 * 1024;
const BUSY_MS = 2000;

const [SQLITE_ERROR, SQLITE_BUSY, SQLITE_LOCKED, SQLITE_RANGE] = [1, 5, 6, 25];

const WATCH = `const { workerData: { ms, rss } } = require("node:worker_threads");
const parent = process.ppid;
const end = () => process.kill(process.pid, "SIGKILL");
// Standard input ends with the thread that started this process, whatever the process of that thread does.
require("node:fs").read(0, Buffer.alloc(1), 0, 1, null, end);
setTimeout(end, ms);
setInterval(() => { if (process.memoryUsage.rss() > rss || process.ppid !== parent) end(); }, 25);`;

/** Pragmas that only tell something. */
const TELLING = new Set(
  "application_id collation_list compile_options encoding foreign_key_check foreign_key_list freelist_count function_list index_info index_list index_xinfo integrity_check module_list page_count page_size quick_check schema_version table_info table_list table_xinfo user_version".split(
    " ",
  ),
);
/** Those that a change may set besides. */
const SETTING = new Set(["application_id", "defer_foreign_keys", "foreign_keys", "user_version"]);
const MODULES = new Set(["fts5", "rtree", "geopoly"]);
const READING = new Set([
  constants.SQLITE_SELECT,
  constants.SQLITE_READ,
  constants.SQLITE_FUNCTION,
  constants.SQLITE_RECURSIVE,
]);
const REFUSED = new Set([
  constants.SQLITE_ATTACH,
  constants.SQLITE_DETACH,
  constants.SQLITE_TRANSACTION,
  constants.SQLITE_SAVEPOINT,
]);

function allowed(mode: SqliteJob["mode"], action: number, first: string | null, second: string | null): boolean {
  if (action === constants.SQLITE_PRAGMA) {
    const name = (first ?? "").toLowerCase();
    if (mode === "execute" && SETTING.has(name)) return true;
    return TELLING.has(name) && (second === null || /_(info|xinfo|list|check)$/.test(name));
  }
  if (action === constants.SQLITE_CREATE_VTABLE) return mode === "execute" && MODULES.has((second ?? "").toLowerCase());
  if (mode === "query") return READING.has(action);
  return !REFUSED.has(action);
}

function run(job: SqliteJob): SqliteOutcome {
  const { mode } = job;
  const db = new DatabaseSync(job.file, {
    readOnly: mode === "query",
    timeout: BUSY_MS,
    allowExtension: false,
    defensive: true,
    limits: { length: MAX_VALUE_BYTES, attach: 0 },
  });
  let denied: string | undefined;
  const guard = () =>
    db.setAuthorizer((action, first, second) => {
      if (allowed(mode, action, first, second)) return constants.SQLITE_OK;
      denied ??= describe(action, first);
      return constants.SQLITE_DENY;
    });
  try {
    if (mode === "execute") {
      const { page_size: pageSize } = db.prepare("PRAGMA page_size").get() as { page_size: number };
      db.exec(`PRAGMA max_page_count = ${Math.floor(MAX_FILE_BYTES / pageSize)}`);
      db.exec("BEGIN IMMEDIATE");
    }
    guard();
    const outcome = statements(db, job);
    db.setAuthorizer(null);
    if (mode === "execute") db.exec("COMMIT");
    return outcome;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (denied !== undefined) return { ok: false, kind: "denied", message: denied };
    return { ok: false, kind: kindOf(error), message };
  } finally {
    db.close();
  }
}

/** By SQLite's primary result code; what is wrong with the arguments themselves has none. */
function kindOf(error: unknown): "busy" | "input" | "failed" {
  const { errcode, code = "" } = error as { errcode?: number; code?: string };
  if (errcode === undefined) return error instanceof TypeError || code.startsWith("ERR_INVALID") ? "input" : "failed";
  const primary = errcode & 255;
  if (primary === SQLITE_BUSY || primary === SQLITE_LOCKED) return "busy";
  return primary === SQLITE_ERROR || primary === SQLITE_RANGE ? "input" : "failed";
}

function describe(action: number, name: string | null): string {
  if (action === constants.SQLITE_PRAGMA) return `PRAGMA ${name ?? ""}`;
  const [known] =
    Object.entries(constants).find(([key, value]) => value === action && /^SQLITE_[A-Z_]+$/.test(key) && value > 0) ??
    [];
  return (known ?? "SQLITE_OTHER").slice("SQLITE_".length).replaceAll("_", " ");
}

function statements(db: DatabaseSync, { sql, parameters, mode, maxRows, maxBytes }: SqliteJob): SqliteOutcome {
  let rest = sql;
  let count = 0;
  let columns: string[] = [];
  let rows: Record<string, unknown>[] = [];
  let truncated = false;
  const before = total(db);
  while (!isBlank(rest)) {
    const statement = db.prepare(rest);
    rest = rest.slice(statement.sourceSQL.length);
    if (!isBlank(rest) || count > 0) {
      if (mode === "query") throw new TypeError("a query is one statement");
      if (Object.keys(parameters).length > 0) throw new TypeError("parameters go with one statement alone");
    }
    statement.setReadBigInts(true);
    const names = statement.columns().map(({ name }) => name);
    const bound = Array.isArray(parameters) ? (parameters as SQLInputValue[]) : [];
    const named = Array.isArray(parameters) ? [] : [parameters as Record<string, SQLInputValue>];
    const found: Record<string, unknown>[] = [];
    let size = 0;
    truncated = false;
    const cursor = (
      named.length > 0 ? statement.iterate(named[0] as Record<string, SQLInputValue>) : statement.iterate(...bound)
    ) as Iterable<Record<string, unknown>>;
    for (const row of cursor) {
      // A statement that changes something must run to its end.
      if (truncated) continue;
      const plain = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)]));
      size += sizeOf(plain);
      if (found.length >= maxRows || size > maxBytes) {
        truncated = true;
        if (mode === "query") break;
      } else found.push(plain);
    }
    if (names.length > 0) [columns, rows] = [names, found];
    count++;
  }
  if (count === 0) throw new TypeError("there is no statement");
  const inserted = db.prepare("SELECT last_insert_rowid() AS id");
  inserted.setReadBigInts(true);
  const last = inserted.get() as { id: bigint };
  return {
    ok: true,
    columns,
    rows,
    truncated,
    statements: count,
    changes: total(db) - before,
    lastInsertRowid: plainValue(last.id) as number | bigint,
  };
}

function total(db: DatabaseSync): number {
  return (db.prepare("SELECT total_changes() AS n").get() as { n: number }).n;
}

/** Nothing but space and comments. */
function isBlank(sql: string): boolean {
  return sql.replaceAll(/--[^\n]*|\/\*[\s\S]*?(\*\/|$)/g, "").replaceAll(/[\s;]/g, "") === "";
}

function plainValue(value: unknown): unknown {
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function sizeOf(row: Record<string, unknown>): number {
  return Object.entries(row).reduce((sum, [name, value]) => {
    const length = typeof value === "string" ? value.length : value instanceof Uint8Array ? value.byteLength : 8;
    return sum + name.length + length;
  }, 16);
}

process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.once("message", (job: SqliteJob) => {
  const watch = new Worker(WATCH, { eval: true, workerData: { ms: job.timeoutMs, rss: MAX_RSS } });
  watch.once("online", () => {
    let outcome: SqliteOutcome;
    try {
      outcome = run(job);
    } catch (error) {
      outcome = { ok: false, kind: "failed", message: error instanceof Error ? error.message : String(error) };
    }
    // Whoever gets it ends this process: one that ended by itself might be gone before its answer is read.
    process.send?.(outcome);
  });
});
