import { closeSync, constants, openSync, statSync } from "node:fs";
import path from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { LlmspellError } from "../errors.ts";
import { makeFolder } from "./make-folder.ts";
import { isBusy, storeError } from "./store-error.ts";

export interface DatabaseOptions {
  /** Its folders are made where they are missing, for the user alone. */
  file: string;
  /** What it holds, for errors: "the journal of runs". */
  what: string;
  /** SQL scripts, each from one version of the format to the next. The version of a database is how many it has seen. */
  migrations: readonly string[];
  /** Every commit reaches the disk before it returns. Default false: a crash of the machine, not of the process, may lose the last ones. */
  durable?: boolean;
}

/** Marks a database as ours: "LLSP". */
const APPLICATION_ID = 0x4c4c5350;
/** How long another process may hold the lock. */
const BUSY_MS = 5000;

/** A new file is for the user alone, in whatever folder; SQLite gives those beside it the same mode. A pipe is not waited for. */
function makeFile(file: string): void {
  makeFolder(path.dirname(file));
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat && !stat.isFile()) throw Object.assign(new Error("it is no file"), { code: "EINVAL" });
  if (!stat) closeSync(openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600));
}

/**
 * A SQLite database of ours, shared by processes. Its owner disposes of it. Failures are LlmspellErrors: `store.busy`,
 * `store.full`, `store.corrupt`, `store.version`, `store.unavailable`.
 */
export class Database implements Disposable {
  readonly file: string;
  readonly #what: string;
  readonly #sqlite: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor({ file, what, migrations, durable = false }: DatabaseOptions) {
    this.file = file;
    this.#what = what;
    this.#sqlite = this.#try(() => {
      if (file !== ":memory:") makeFile(file);
      return new DatabaseSync(file, { timeout: BUSY_MS });
    });
    try {
      this.#try(() => this.#prepareFile(migrations, durable));
    } catch (error) {
      this.#sqlite.close();
      throw error;
    }
  }

  /** Reads or writes outside of a transaction of several statements. `sql` is prepared once. */
  use<T>(sql: string, work: (statement: StatementSync) => T): T {
    return this.#try(() => work(this.#prepared(sql)));
  }

  /** All or nothing of what `work` writes; nobody else writes meanwhile. */
  transaction<T>(work: () => T): T {
    return this.#try(() => {
      this.#sqlite.exec("BEGIN IMMEDIATE");
      try {
        const value = work();
        this.#sqlite.exec("COMMIT");
        return value;
      } catch (error) {
        if (this.#sqlite.isTransaction) this.#sqlite.exec("ROLLBACK");
        throw error;
      }
    });
  }

  [Symbol.dispose](): void {
    if (this.#sqlite.isOpen) this.#sqlite.close();
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#sqlite.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #prepareFile(migrations: readonly string[], durable: boolean): void {
    let version = this.#version();
    if (version > migrations.length) throw this.#newer(version, migrations.length);
    if (version < migrations.length) {
      this.#refuseForeign();
      this.#writeAhead();
      this.transaction(() => {
        // Another process may have been faster.
        for (version = this.#version(); version < migrations.length; version++)
          this.#sqlite.exec(migrations[version] as string);
        this.#sqlite.exec(`PRAGMA user_version = ${migrations.length}; PRAGMA application_id = ${APPLICATION_ID}`);
      });
    }
    this.#sqlite.exec(`PRAGMA synchronous = ${durable ? "FULL" : "NORMAL"}`);
  }

  #version(): number {
    return this.#pragma("user_version");
  }

  #pragma(name: string): number {
    return this.#sqlite.prepare(`PRAGMA ${name}`).get()?.[name] as number;
  }

  /** Write-ahead logging stays set in the file. SQLite does not wait for the lock that the change needs. */
  #writeAhead(): void {
    const endsAt = Date.now() + BUSY_MS;
    for (;;) {
      try {
        this.#sqlite.exec("PRAGMA journal_mode = WAL");
        return;
      } catch (error) {
        if (!isBusy(error) || Date.now() > endsAt) throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      }
    }
  }

  #refuseForeign(): void {
    const tables = this.#sqlite.prepare("SELECT count(*) AS count FROM sqlite_schema").get()?.count as number;
    if (tables === 0 || this.#pragma("application_id") === APPLICATION_ID) return;
    throw new LlmspellError("store.corrupt", `${this.file} is a database of another program`, {
      hint: "Name another file.",
      details: { file: this.file },
    });
  }

  #newer(version: number, known: number): LlmspellError {
    return new LlmspellError(
      "store.version",
      `${this.#what}, ${this.file}, has format ${version}; this LLMSpell knows formats up to ${known}`,
      { hint: "Use a newer LLMSpell, or move the file away.", details: { file: this.file, version, known } },
    );
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeError(error, this.#what, this.file);
    }
  }
}
