import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Database } from "./database.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), "llmspell-store-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const V1 = "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT) STRICT";
const V2 = "ALTER TABLE notes ADD COLUMN at INTEGER";
const open = (migrations = [V1], file = path.join(folder, "deep/er/notes.db")) =>
  new Database({ file, what: "the notes", migrations });
const add = (database: Database, text: string) =>
  database.use("INSERT INTO notes (text) VALUES (?)", (insert) => insert.run(text));
const texts = (database: Database) =>
  database.use("SELECT text FROM notes ORDER BY id", (select) => select.all().map(({ text }) => text));

describe("Database", () => {
  it("makes its folder for the user alone, and keeps what was written", () => {
    {
      using database = open();
      add(database, "a");
      expect(statSync(path.dirname(database.file)).mode & 0o777).toBe(0o700);
    }
    using again = open();
    expect(texts(again)).toEqual(["a"]);
  });

  it("keeps its files for the user alone, also in a folder that others may read", () => {
    using database = open([V1], path.join(folder, "notes.db"));
    add(database, "a");
    const modes = readdirSync(folder).map((name) => [name, statSync(path.join(folder, name)).mode & 0o077]);
    expect(modes).toEqual([
      ["notes.db", 0],
      ["notes.db-shm", 0],
      ["notes.db-wal", 0],
    ]);
  });

  it("makes no file for what is kept in memory alone", () => {
    using database = open([V1], ":memory:");
    add(database, "a");
    expect(texts(database)).toEqual(["a"]);
    expect(existsSync(":memory:")).toBe(false);
  });

  it.skipIf(process.platform === "win32")("waits for no pipe in the place of its file", () => {
    const file = path.join(folder, "pipe");
    execFileSync("mkfifo", [file]);
    expect(() => open([V1], file)).toThrow(expect.objectContaining({ code: "store.unavailable" }) as Error);
  });

  it.runIf(existsSync("/proc/self"))("says so where no folder can be made", () => {
    expect(() => open([V1], "/proc/none/llmspell/notes.db")).toThrow(
      expect.objectContaining({ code: "store.unavailable" }) as Error,
    );
  });

  it("brings an older format up to date, and refuses a newer one with what to do", () => {
    {
      using old = open([V1]);
      add(old, "kept");
    }
    {
      using now = open([V1, V2]);
      expect(texts(now)).toEqual(["kept"]);
    }
    expect(() => open([V1])).toThrow(
      expect.objectContaining({ code: "store.version", message: expect.stringContaining("format 2") }),
    );
  });

  it("writes all of a transaction or nothing", () => {
    using database = open();
    expect(() =>
      database.transaction(() => {
        add(database, "lost");
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(texts(database)).toEqual([]);
    database.transaction(() => add(database, "kept"));
    expect(texts(database)).toEqual(["kept"]);
  });

  it("is shared by several openers, none of which loses what another wrote", () => {
    using one = open();
    using other = open();
    one.transaction(() => add(one, "one"));
    other.transaction(() => add(other, "other"));
    expect(texts(one)).toEqual(["one", "other"]);
  });

  it("names a file that is no database, is another program's, or cannot be opened", () => {
    const file = path.join(folder, "notes.db");
    writeFileSync(file, "no database, only text ".repeat(100));
    expect(() => open([V1], file)).toThrow(expect.objectContaining({ code: "store.corrupt" }));
    const foreign = path.join(folder, "foreign.db");
    const sqlite = new DatabaseSync(foreign);
    sqlite.exec("CREATE TABLE theirs (x)");
    sqlite.close();
    expect(() => open([V1], foreign)).toThrow(expect.objectContaining({ code: "store.corrupt" }));
    expect(() => open([V1], path.join(file, "notes.db"))).toThrow(
      expect.objectContaining({ code: "store.unavailable", message: expect.stringContaining(file) }),
    );
  });

  it("tells that the disk is full and keeps what was there", () => {
    using database = open();
    add(database, "kept");
    database.use("PRAGMA max_page_count = 4", (pragma) => pragma.get());
    expect(() => add(database, "x".repeat(100_000))).toThrow(expect.objectContaining({ code: "store.full" }));
    expect(texts(database)).toEqual(["kept"]);
  });
});
