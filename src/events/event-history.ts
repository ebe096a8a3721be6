import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import type { BusEvent } from "./bus-event.ts";
import { compilePattern } from "./event-pattern.ts";
import { readField } from "./read-field.ts";

/** What of a history is wanted. */
export interface HistoryQuery {
  pattern?: string | undefined;
  /** Milliseconds since the epoch, inclusive. */
  since?: number | undefined;
  before?: number | undefined;
  /** The newest so many. */
  limit?: number | undefined;
  /** Fields and the values that they must have. */
  where?: ScriptObject | undefined;
}

/** The newest events, oldest first; bounded in number and size. */
export class EventHistory {
  static readonly MAX_EVENTS = 1_000;
  static readonly MAX_BYTES = 1024 * 1024;
  readonly #events: { event: BusEvent; bytes: number }[] = [];
  readonly #charge: (bytes: number) => void;
  #first = 0;
  #bytes = 0;

  constructor(charge: (bytes: number) => void) {
    this.#charge = charge;
  }

  /** What is larger than all of the history may be is not kept. */
  add(event: BusEvent, bytes: number): void {
    if (bytes > EventHistory.MAX_BYTES) return;
    this.#events.push({ event, bytes });
    this.#bytes += bytes;
    let change = bytes;
    while (this.#events.length - this.#first > EventHistory.MAX_EVENTS || this.#bytes > EventHistory.MAX_BYTES) {
      const dropped = this.#events[this.#first] as { bytes: number };
      this.#first += 1;
      this.#bytes -= dropped.bytes;
      change -= dropped.bytes;
    }
    if (this.#first > EventHistory.MAX_EVENTS) {
      this.#events.splice(0, this.#first);
      this.#first = 0;
    }
    if (change !== 0) this.#charge(change);
  }

  find(query: HistoryQuery): BusEvent[] {
    const found = select(
      this.#events.slice(this.#first).map(({ event }) => event),
      query,
    );
    return query.limit === undefined ? found : found.slice(-query.limit);
  }
}

/** The events of a list that fit a query, its limit left aside. */
export function select(events: readonly BusEvent[], { pattern, since, before, where }: HistoryQuery): BusEvent[] {
  const matches = compilePattern(pattern ?? "**");
  const wanted = Object.entries(where ?? {});
  return events.filter(
    (event) =>
      matches(event.type) &&
      (since === undefined || event.time >= since) &&
      (before === undefined || event.time < before) &&
      wanted.every(([field, value]) => same(readField(event, field), value)),
  );
}

function same(a: ScriptValue, b: ScriptValue): boolean {
  return a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
}
