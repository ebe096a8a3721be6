import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { LlmspellError, toLlmspellError } from "../../errors.ts";
import type { ToolHost } from "../tool-host.ts";
import type { SqliteJob, SqliteOutcome } from "./sqlite-job.ts";

/** Starting a process takes time that is not the statement's. */
const START_MS = 10_000;
const HEAP_MB = 256;

/** Runs statements in a process of their own. Throws `database.*`, `permission.denied`, `tool.timeout`. */
export async function runSqlite(host: ToolHost, shown: string, job: SqliteJob): Promise<SqliteOutcome & { ok: true }> {
  const outcome = await ran(host, shown, job);
  if (outcome.ok) return outcome;
  const { kind, message } = outcome;
  if (kind === "denied") {
    throw new LlmspellError("permission.denied", `${shown}: ${message} is not allowed`, {
      hint:
        job.mode === "query"
          ? "A query only reads; changes are for sqlite_execute."
          : "Other files, extensions, transactions and settings of the connection are out of reach.",
    });
  }
  if (kind === "busy") throw new LlmspellError("database.busy", `${shown}: ${message}`);
  throw new LlmspellError(kind === "input" ? "database.invalid" : "database.failed", `${shown}: ${message}`);
}

function ran(host: ToolHost, shown: string, job: SqliteJob): Promise<SqliteOutcome> {
  const child = fork(processFile(), {
    // Nothing of the parent's flags and secrets.
    execArgv: [`--max-old-space-size=${HEAP_MB}`, "--disable-warning=ExperimentalWarning"],
    env: {},
    serialization: "advanced",
    stdio: ["pipe", "ignore", "ignore", "ipc"],
  });
  const { promise, resolve, reject } = Promise.withResolvers<SqliteOutcome>();
  const timeout = new LlmspellError("tool.timeout", `${shown}: the statement took longer than ${job.timeoutMs} ms`, {
    details: { timeoutMs: job.timeoutMs },
    hint: "Narrow it, or pass a larger timeout_ms.",
  });
  const started = performance.now();
  const timer = setTimeout(() => reject(timeout), job.timeoutMs + START_MS);
  const abort = () => reject(toLlmspellError(host.signal.reason, "run.aborted"));
  host.signal.addEventListener("abort", abort, { once: true });
  child.once("message", (outcome) => resolve(outcome as SqliteOutcome));
  child.once("error", reject);
  child.once("exit", (code, signal) => {
    const inTime = performance.now() - started < job.timeoutMs;
    if (signal === "SIGKILL" && !inTime) reject(timeout);
    else
      reject(
        new LlmspellError(
          "database.failed",
          `${shown}: the statement needs more memory than it may use (${signal ?? code})`,
        ),
      );
  });
  if (host.signal.aborted) abort();
  else child.send(job);
  return promise.finally(() => {
    clearTimeout(timer);
    host.signal.removeEventListener("abort", abort);
    child.kill("SIGKILL");
  });
}

/** Beside this file in the source; of the build, this code lies beside it or one folder deep. */
function processFile(): string {
  const name = import.meta.url.endsWith(".ts") ? "./sqlite-process.ts" : "./sqlite-process.js";
  const beside = fileURLToPath(new URL(name, import.meta.url));
  return existsSync(beside) ? beside : fileURLToPath(new URL("../tools/database/sqlite-process.js", import.meta.url));
}
