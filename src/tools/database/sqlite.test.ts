import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type FixtureHost, createFixtureHost } from "../fixtures/fixture-host.ts";
import { sqliteExecute, sqliteQuery } from "./sqlite.ts";

let host: FixtureHost;

beforeEach(() => {
  host = createFixtureHost();
  const db = new DatabaseSync(path.join(host.root, "shop.db"));
  db.exec(
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT, total REAL, data BLOB); INSERT INTO orders VALUES (1, 'Ada', 1.5, x'00ff'), (2, 'Bob', 2, NULL), (9007199254740993, 'Big', 3, NULL)",
  );
  db.close();
});
afterEach(() => host.close());

const query = (sql: string, more: object = {}) => host.run(sqliteQuery, { database: "shop.db", sql, ...more });
const execute = (sql: string, more: object = {}) => host.run(sqliteExecute, { database: "shop.db", sql, ...more });
const failed = async (sql: string, more: object = {}) => host.fail(sqliteQuery, { database: "shop.db", sql, ...more });

test("reads rows with every kind of value", async () => {
  expect(await query("SELECT * FROM orders ORDER BY id")).toEqual({
    columns: ["id", "name", "total", "data"],
    rows: [
      { id: 1, name: "Ada", total: 1.5, data: new Uint8Array([0, 255]) },
      { id: 2, name: "Bob", total: 2, data: null },
      { id: 9007199254740993n, name: "Big", total: 3, data: null },
    ],
    row_count: 3,
    truncated: false,
  });
  expect(host.asked).toEqual(["fs.read shop.db"]);
});

test("takes parameters by place and by name", async () => {
  expect(
    await query("SELECT name FROM orders WHERE total > ? AND name <> ?", { parameters: [1, "Big"] }),
  ).toMatchObject({ rows: [{ name: "Ada" }, { name: "Bob" }] });
  expect(await query("SELECT :a AS a, $b AS b", { parameters: { a: true, b: null } })).toMatchObject({
    rows: [{ a: 1, b: null }],
  });
  expect(await query("SELECT name FROM orders WHERE name = ?", { parameters: ["' OR 1=1 --"] })).toMatchObject({
    rows: [],
  });
  expect((await failed("SELECT :a", { parameters: { b: 1 } })).code).toBe("database.invalid");
});

test("limits rows, and what they weigh", async () => {
  const many = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c";
  expect(await query(many, { limit: 3 })).toMatchObject({ rows: [{ x: 1 }, { x: 2 }, { x: 3 }], truncated: true });
  const heavy = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT zeroblob(1000000) AS b FROM c";
  expect(await query(heavy)).toMatchObject({ row_count: 4, truncated: true });
});

test.each([
  ["INSERT INTO orders (name) VALUES ('x')", "permission.denied"],
  ["DROP TABLE orders", "permission.denied"],
  ["ATTACH '/etc/passwd' AS p", "permission.denied"],
  ["SELECT load_extension('x')", "database.invalid"],
  ["PRAGMA journal_mode = WAL", "permission.denied"],
  ["PRAGMA writable_schema = 1", "permission.denied"],
  ["PRAGMA user_version = 7", "permission.denied"],
  ["VACUUM INTO 'copy.db'", "permission.denied"],
  ["BEGIN", "permission.denied"],
  ["SELECT 1; SELECT 2", "database.invalid"],
  ["SELECT 1; DROP TABLE orders", "database.invalid"],
  ["-- nothing", "database.invalid"],
  ["SELEC 1", "database.invalid"],
  ["SELECT * FROM nothing", "database.invalid"],
])("a query refuses %s", async (sql, code) => {
  expect((await failed(sql)).code).toBe(code);
  expect(readdirSync(host.root)).toEqual(["shop.db"]);
  expect(await query("SELECT count(*) AS n FROM orders")).toMatchObject({ rows: [{ n: 3 }] });
});

test("what only tells is allowed", async () => {
  expect(await query("PRAGMA table_info(orders)")).toMatchObject({ row_count: 4 });
  expect(await query("SELECT name FROM pragma_table_info('orders') WHERE pk = 1")).toMatchObject({
    rows: [{ name: "id" }],
  });
  expect(await query("EXPLAIN QUERY PLAN SELECT * FROM orders")).toMatchObject({ row_count: 1 });
});

test("a query without end is ended, and so is one that wants all memory", async () => {
  const endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
  const error = await failed(endless, { timeout_ms: 300 });
  expect([error.code, error.retryable]).toEqual(["tool.timeout", true]);
  expect((await failed("SELECT length(randomblob(1000000000))")).message).toContain("too big");
});

test("the end of the run ends the query", async () => {
  const run = new AbortController();
  const other = createFixtureHost({ signal: run.signal });
  other.put("a.db", "");
  const endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
  const running = other.run(sqliteQuery, { database: "a.db", sql: endless, timeout_ms: 60_000 });
  run.abort(new Error("enough"));
  await expect(running).rejects.toMatchObject({ code: "run.aborted" });
  other.close();
});

test("changes rows, all statements or none", async () => {
  expect(
    await execute(
      "CREATE TABLE t (a TEXT UNIQUE); INSERT INTO t VALUES ('x'), ('y'); UPDATE t SET a = a || '!' -- end",
    ),
  ).toMatchObject({ changes: 4, statements: 3 });
  const error = await host.fail(sqliteExecute, {
    database: "shop.db",
    sql: "DELETE FROM t; INSERT INTO t VALUES ('z'), ('z')",
  });
  expect([error.code, error.message]).toEqual(["database.failed", "shop.db: UNIQUE constraint failed: t.a"]);
  expect(await query("SELECT a FROM t")).toMatchObject({ rows: [{ a: "x!" }, { a: "y!" }] });
});

test("answers what RETURNING returns", async () => {
  expect(await execute("INSERT INTO orders (name) SELECT 'n' FROM orders RETURNING name", { limit: 2 })).toMatchObject({
    changes: 3,
    rows: [{ name: "n" }, { name: "n" }],
    truncated: true,
  });
  expect(await execute("INSERT INTO orders (id, name) VALUES (50, :n)", { parameters: { n: "N" } })).toMatchObject({
    last_insert_rowid: 50,
    columns: [],
  });
  expect(await query("SELECT count(*) AS n FROM orders")).toMatchObject({ rows: [{ n: 7 }] });
});

test("makes a database, with its folder", async () => {
  expect(
    await host.run(sqliteExecute, { database: "data/new.db", sql: "CREATE VIRTUAL TABLE f USING fts5(text)" }),
  ).toMatchObject({ statements: 1 });
  expect(
    await host.run(sqliteQuery, { database: "data/new.db", sql: "SELECT name FROM sqlite_schema WHERE name = 'f'" }),
  ).toMatchObject({ row_count: 1 });
});

test.each([
  "ATTACH 'other.db' AS o",
  "VACUUM INTO 'copy.db'",
  "COMMIT",
  "SAVEPOINT a",
  "PRAGMA journal_mode = DELETE",
  "PRAGMA trusted_schema = 1",
  "CREATE VIRTUAL TABLE v USING dbstat",
])("a change refuses %s", async (sql) => {
  const error = await host.fail(sqliteExecute, { database: "shop.db", sql: `CREATE TABLE gone (a); ${sql}` });
  expect(["permission.denied", "database.failed", "database.invalid"]).toContain(error.code);
  expect(await query("SELECT name FROM sqlite_schema")).toMatchObject({ rows: [{ name: "orders" }] });
  expect(readdirSync(host.root)).toEqual(["shop.db"]);
});

test("refuses files outside of the workspace, ones that are not there, and ones that are none", async () => {
  host.put("text.db", "this is no database, but a text that is long enough to be looked at as one by SQLite itself");
  const fail = (database: string) => host.fail(sqliteQuery, { database, sql: "SELECT * FROM sqlite_schema" });
  expect((await fail("../x.db")).code).toBe("permission.denied");
  expect((await fail("none.db")).code).toBe("fs.not_found");
  expect((await fail(":memory:")).code).toBe("fs.not_found");
  expect(await fail("text.db")).toMatchObject({ code: "database.failed", message: "text.db: file is not a database" });
  expect((await host.fail(sqliteExecute, { database: "../x.db", sql: "SELECT 1" })).code).toBe("permission.denied");
});

test("a query ends with the worker thread that asked for it", async () => {
  const job = {
    file: path.join(host.root, "shop.db"),
    sql: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    parameters: [],
    mode: "query",
    maxRows: 1,
    maxBytes: 1000,
    timeoutMs: 120_000,
  };
  const module = JSON.stringify(new URL("./run-sqlite.ts", import.meta.url).href);
  const code = `import(${module}).then(({ runSqlite }) => {
    runSqlite({ signal: new AbortController().signal }, "shop.db", ${JSON.stringify(job)});
    require("node:worker_threads").parentPort.postMessage("asked");
  });`;
  // Seconds of CPU time of each: one that computes has got its job.
  const running = () =>
    execFileSync("ps", ["-A", "-o", "ppid=,cputimes=,args="], { encoding: "utf8" })
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([parent, , ...args]) => parent === String(process.pid) && args.join(" ").includes("sqlite-process"))
      .map(([, seconds]) => Number(seconds));
  const worker = new Worker(code, { eval: true, execArgv: [] });
  await once(worker, "message");
  await vi.waitFor(() => expect(running()[0]).toBeGreaterThan(0), { timeout: 30_000, interval: 100 });
  await worker.terminate();
  await vi.waitFor(() => expect(running()).toEqual([]), { timeout: 20_000, interval: 100 });
}, 60_000);
