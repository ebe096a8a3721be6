import type { ScriptValue } from "../values/script-value.ts";
import type { BusEvent } from "./bus-event.ts";
import { readField } from "./read-field.ts";

export interface AggregateOptions {
  /** The field whose values make the groups. */
  by?: string | undefined;
  /** The numeric field that is summed up. */
  measure?: string | undefined;
  /** Only the last so many events count. */
  last?: number | undefined;
  /** Only events of the last so many milliseconds count. */
  windowMs?: number | undefined;
}

export interface Totals {
  count: number;
  sum: number;
  min: number | null;
  max: number | null;
  mean: number | null;
}

export interface AggregateResult extends Totals {
  /** By the value of the field `by`, as text. */
  groups: Record<string, Totals>;
}

interface Sample {
  time: number;
  group: string;
  value: number | undefined;
}

/** What events of a kind come to. Holds at most 10,000 of them: with neither `last` nor `windowMs`, these are the last. */
export class EventAggregate {
  static readonly MAX_SAMPLES = 10_000;
  readonly #options: AggregateOptions;
  #samples: Sample[] = [];

  constructor(options: AggregateOptions) {
    this.#options = options;
  }

  /** How many events it holds. */
  get size(): number {
    return this.#samples.length;
  }

  add(event: BusEvent): void {
    const { by, measure, last = EventAggregate.MAX_SAMPLES } = this.#options;
    const value = measure === undefined ? undefined : readField(event, measure);
    this.#samples.push({
      time: event.time,
      group: by === undefined ? "" : groupOf(readField(event, by)),
      value: typeof value === "number" ? value : undefined,
    });
    const most = Math.min(last, EventAggregate.MAX_SAMPLES);
    if (this.#samples.length > most * 2) this.#samples = this.#samples.slice(-most);
  }

  clear(): void {
    this.#samples = [];
  }

  result(now: number): AggregateResult {
    const { by, last = EventAggregate.MAX_SAMPLES, windowMs = Infinity } = this.#options;
    const counted = this.#samples.slice(-last).filter(({ time }) => time > now - windowMs);
    const groups = new Map<string, Sample[]>();
    if (by !== undefined) {
      for (const sample of counted) {
        const group = groups.get(sample.group);
        if (group) group.push(sample);
        else groups.set(sample.group, [sample]);
      }
    }
    return { ...totals(counted), groups: Object.fromEntries([...groups].map(([name, list]) => [name, totals(list)])) };
  }
}

function groupOf(value: ScriptValue): string {
  return typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
}

function totals(samples: readonly Sample[]): Totals {
  const values = samples.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const sum = values.reduce((total, value) => total + value, 0);
  const some = values.length > 0;
  return {
    count: samples.length,
    sum,
    min: some ? values.reduce((a, b) => Math.min(a, b)) : null,
    max: some ? values.reduce((a, b) => Math.max(a, b)) : null,
    mean: some ? sum / values.length : null,
  };
}
