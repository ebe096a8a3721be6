/** One finished call of a tool. */
export interface ToolRecord {
  tool: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  durationMs: number;
  success: boolean;
  /** Error code of a call that failed. */
  error?: string;
  /** Name of the agent whose model called it. */
  agent?: string;
}

/** How a tool did in this run. */
export interface ToolMetrics {
  tool: string;
  calls: number;
  errors: number;
  totalMs: number;
  averageMs: number;
  longestMs: number;
  lastError?: string;
}

const MAX_RECORDS = 1000;

/** What was done with the tools of a run: figures of all calls, and the last calls themselves. */
export class ToolUsage {
  readonly #metrics = new Map<string, Omit<ToolMetrics, "averageMs">>();
  #records: ToolRecord[] = [];

  add(record: ToolRecord): void {
    const { tool, durationMs, success, error } = record;
    const known = this.#metrics.get(tool) ?? { tool, calls: 0, errors: 0, totalMs: 0, longestMs: 0 };
    known.calls += 1;
    known.totalMs += durationMs;
    known.longestMs = Math.max(known.longestMs, durationMs);
    if (!success) known.errors += 1;
    if (error !== undefined) known.lastError = error;
    this.#metrics.set(tool, known);
    this.#records.push(record);
    if (this.#records.length >= 2 * MAX_RECORDS) this.#records = this.#records.slice(-MAX_RECORDS);
  }

  /** Of the tools that were called, by name. */
  metrics(): ToolMetrics[] {
    return [...this.#metrics.keys()].toSorted().map((tool) => this.of(tool));
  }

  of(tool: string): ToolMetrics {
    const known = this.#metrics.get(tool) ?? { tool, calls: 0, errors: 0, totalMs: 0, longestMs: 0 };
    return { ...known, averageMs: known.calls === 0 ? 0 : known.totalMs / known.calls };
  }

  /** The last calls, the newest last. */
  history(tool?: string, limit = MAX_RECORDS): ToolRecord[] {
    const kept = tool === undefined ? this.#records : this.#records.filter((record) => record.tool === tool);
    return kept.slice(-Math.min(limit, MAX_RECORDS));
  }
}
