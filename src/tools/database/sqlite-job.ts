/** What the process that runs statements is told. */
export interface SqliteJob {
  /** Absolute. */
  file: string;
  sql: string;
  parameters: unknown[] | Record<string, unknown>;
  mode: "query" | "execute";
  maxRows: number;
  /** Stops collecting rows beyond it. */
  maxBytes: number;
  /** After which the process ends itself, whatever it does. */
  timeoutMs: number;
}

export type SqliteOutcome =
  | {
      ok: true;
      columns: string[];
      rows: Record<string, unknown>[];
      truncated: boolean;
      statements: number;
      changes: number;
      lastInsertRowid: number | bigint;
    }
  | { ok: false; kind: "denied" | "input" | "busy" | "failed"; message: string };
