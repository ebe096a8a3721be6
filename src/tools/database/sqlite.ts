import path from "node:path";
import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { defineTool } from "../tool.ts";
import { runSqlite } from "./run-sqlite.ts";

const MAX_BYTES = 4 * 1024 * 1024;

const value = z.union([z.null(), z.string(), z.number(), z.bigint(), z.boolean(), z.instanceof(Uint8Array)]);

const fields = {
  database: z.string().describe("SQLite file in the workspace."),
  sql: z.string().min(1).max(1_000_000).describe("The statement; of sqlite_execute also several, apart by ;."),
  parameters: z
    .union([z.array(value), z.record(z.string(), value)])
    .default([])
    .describe("Values for ? in their order, or for :name by name. Never write values into the SQL."),
  limit: z.int().min(1).max(10_000).default(1000).describe("Most rows."),
  timeout_ms: z.int().min(1).max(300_000).default(10_000).describe("The statement is ended after it."),
};

const rowFields = {
  columns: z.array(z.string()),
  rows: z.array(z.record(z.string(), z.unknown())),
  row_count: z.int(),
  truncated: z.boolean().describe("There are more rows than the limit, or than fit."),
};

export const sqliteQuery = defineTool({
  name: "sqlite_query",
  category: "database",
  description:
    "Reads from a SQLite database of the workspace with one SQL statement (SELECT, WITH, EXPLAIN, PRAGMA table_info). Changes nothing. `SELECT name, sql FROM sqlite_schema` shows what there is.",
  tags: ["sql", "sqlite", "database", "query"],
  parameters: z.object(fields),
  returns: z.object(rowFields),
  effect: "read",
  permissions: ["fs.read"],
  timeoutMs: 330_000,
  examples: [
    {
      description: "Tables",
      args: { database: "shop.db", sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'table'" },
    },
    {
      description: "With a value",
      args: { database: "shop.db", sql: "SELECT * FROM orders WHERE total > ? ORDER BY total", parameters: [100] },
    },
  ],
  async execute({ database, sql, parameters, limit, timeout_ms: timeoutMs }, host) {
    const file = host.files.resolve(database, "read");
    const job = {
      file,
      sql,
      parameters: bound(parameters),
      mode: "query" as const,
      maxRows: limit,
      maxBytes: MAX_BYTES,
      timeoutMs,
    };
    const { columns, rows, truncated } = await runSqlite(host, database, job);
    return { columns, rows, row_count: rows.length, truncated };
  },
});

export const sqliteExecute = defineTool({
  name: "sqlite_execute",
  category: "database",
  description:
    "Changes a SQLite database of the workspace, which is made if it is not there: one or several SQL statements, all of them or none (CREATE, INSERT, UPDATE, DELETE, ...).",
  tags: ["sql", "sqlite", "database", "write"],
  parameters: z.object({ ...fields, limit: fields.limit.describe("Most rows of a RETURNING clause.") }),
  returns: z.object({
    changes: z.int().describe("Rows that were inserted, changed or deleted."),
    last_insert_rowid: z.union([z.int(), z.bigint()]),
    statements: z.int(),
    ...rowFields,
  }),
  effect: "write",
  permissions: ["fs.read", "fs.write"],
  destructive: true,
  requiresConfirmation: true,
  timeoutMs: 330_000,
  examples: [
    {
      description: "Make a table",
      args: { database: "shop.db", sql: "CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, total REAL)" },
    },
    {
      description: "Add a row",
      args: {
        database: "shop.db",
        sql: "INSERT INTO orders (total) VALUES (:total) RETURNING id",
        parameters: { total: 9.5 },
      },
    },
  ],
  async execute({ database, sql, parameters, limit, timeout_ms: timeoutMs }, host) {
    if (database.endsWith("/")) throw new LlmspellError("input.invalid", `"${database}" is no file`);
    const folder = path.posix.dirname(database);
    if (folder !== "." && !host.files.exists(folder)) host.files.makeFolder(folder);
    if (host.files.exists(database)) host.files.resolve(database, "read");
    const file = host.files.resolve(database, "write");
    const job = {
      file,
      sql,
      parameters: bound(parameters),
      mode: "execute" as const,
      maxRows: limit,
      maxBytes: MAX_BYTES,
      timeoutMs,
    };
    const { columns, rows, truncated, changes, statements, lastInsertRowid } = await runSqlite(host, database, job);
    return {
      changes,
      last_insert_rowid: lastInsertRowid,
      statements,
      columns,
      rows,
      row_count: rows.length,
      truncated,
    };
  },
});

type Value = z.output<typeof value>;

/** SQLite has no booleans. */
function bound(parameters: Value[] | Record<string, Value>): unknown[] | Record<string, unknown> {
  const plain = (given: Value) => (typeof given === "boolean" ? Number(given) : given);
  if (Array.isArray(parameters)) return parameters.map(plain);
  return Object.fromEntries(Object.entries(parameters).map(([name, given]) => [name, plain(given)]));
}
