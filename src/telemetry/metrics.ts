import { LlmspellError } from "../errors.ts";
import type { ScriptObject } from "../values/script-value.ts";
import { type Attributes, readAttribute, readAttributes, tooMany } from "./attributes.ts";

export type MetricKind = "counter" | "gauge" | "histogram";

/** What is said once about an instrument. */
export interface MetricOptions {
  /** As UCUM has it: `ms`, `By`, `{token}`, `1`. */
  unit?: string | undefined;
  description?: string | undefined;
  /** Upper bounds of a histogram's buckets, ascending; one more bucket is above them. */
  buckets?: readonly number[] | undefined;
}

/** Sum of a counter, or last value of a gauge. */
export interface ValuePoint {
  attributes: Attributes;
  value: number;
}

export interface HistogramPoint {
  attributes: Attributes;
  count: number;
  sum: number;
  min: number;
  max: number;
  /** One more than the bounds: the last is of what is above them all. A value on a bound belongs below it. */
  bucketCounts: number[];
}

/** One instrument with all its series, in the data model of OpenTelemetry. */
export type MetricData = { name: string; unit?: string; description?: string } & (
  | { kind: "counter" | "gauge"; points: ValuePoint[] }
  | { kind: "histogram"; bounds: number[]; points: HistogramPoint[] }
);

/** The bounds that OpenTelemetry names for durations in milliseconds. */
const DEFAULT_BUCKETS = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000] as const;

export const METRIC_LIMITS = { metrics: 500, series: 2000, buckets: 200 } as const;

const NAME = /^[A-Za-z][\w./-]{0,254}$/;
const SERIES_BYTES = 256;

interface Instrument extends MetricOptions {
  name: string;
  kind: MetricKind;
  bounds: readonly number[];
  series: Map<string, ValuePoint | HistogramPoint>;
}

/**
 * The measurements of a run: counters, gauges and histograms by name, each with a series for every set of attributes.
 * What it holds is bounded (`telemetry.limit`) and booked by `charge`.
 */
export class Metrics {
  readonly #instruments = new Map<string, Instrument>();
  readonly #charge: (bytes: number) => void;
  #series = 0;

  constructor(charge: (bytes: number) => void) {
    this.#charge = charge;
  }

  /** Makes an instrument, or finds the one of this name. Throws `input.invalid` where that is of another kind. */
  declare(kind: MetricKind, name: string, options: MetricOptions = {}): void {
    this.#declare(kind, name, options);
  }

  /** Adds to a counter. Throws `input.invalid` for less than nothing. */
  add(name: string, value: number, attributes: ScriptObject = {}): void {
    if (!(value >= 0) || value === Infinity) throw wrong(name, `a counter only grows, by ${value} it cannot`);
    this.#valueOf("counter", name, attributes).value += value;
  }

  /** Sets a gauge. */
  set(name: string, value: number, attributes: ScriptObject = {}): void {
    checkFinite(name, value);
    this.#valueOf("gauge", name, attributes).value = value;
  }

  /** Changes a gauge by `value`. */
  shift(name: string, value: number, attributes: ScriptObject = {}): void {
    checkFinite(name, value);
    this.#valueOf("gauge", name, attributes).value += value;
  }

  /** Takes one value into a histogram. */
  observe(name: string, value: number, attributes: ScriptObject = {}, options: MetricOptions = {}): void {
    checkFinite(name, value);
    const instrument = this.#declare("histogram", name, options);
    const point = this.#point(instrument, attributes) as HistogramPoint;
    const above = instrument.bounds.findIndex((bound) => value <= bound);
    const bucket = above === -1 ? instrument.bounds.length : above;
    point.count += 1;
    point.sum += value;
    point.min = Math.min(point.min, value);
    point.max = Math.max(point.max, value);
    point.bucketCounts[bucket] = (point.bucketCounts[bucket] ?? 0) + 1;
  }

  /**
   * One happening with its fields: counts it in the counter `name`, and takes each number in the histogram `name.field`; all
   * other fields are attributes of both.
   */
  record(name: string, fields: ScriptObject): void {
    const numbers: [string, number][] = [];
    const attributes: ScriptObject = {};
    for (const [field, value] of Object.entries(fields)) {
      if (typeof value === "number" || typeof value === "bigint") numbers.push([field, Number(value)]);
      else if (value !== null && value !== undefined) attributes[field] = readAttribute(field, value) as never;
    }
    this.add(name, 1, attributes);
    for (const [field, value] of numbers) {
      const isTime = /duration|latency|elapsed|Ms$|_ms$/.test(field);
      this.observe(`${name}.${field}`, value, attributes, isTime ? { unit: "ms" } : {});
    }
  }

  /** The present value of a counter or gauge, 0 where there is none yet. */
  valueOf(name: string, attributes: ScriptObject = {}): number {
    const point = this.#instruments.get(name)?.series.get(keyOf(readAttributes(attributes)));
    return point && "value" in point ? point.value : 0;
  }

  get(name: string): MetricData | undefined {
    const instrument = this.#instruments.get(name);
    return instrument && dataOf(instrument);
  }

  /** All instruments that hold something, by name. */
  snapshot(): MetricData[] {
    return this.names().flatMap((name) => {
      const instrument = this.#instruments.get(name) as Instrument;
      return instrument.series.size > 0 ? [dataOf(instrument)] : [];
    });
  }

  names(): string[] {
    return [...this.#instruments.keys()].toSorted();
  }

  /** Forgets what was measured, of one instrument or all; what was said about them stays. */
  reset(name?: string): void {
    for (const instrument of this.#instruments.values()) {
      if (name !== undefined && instrument.name !== name) continue;
      this.#series -= instrument.series.size;
      for (const point of instrument.series.values()) this.#charge(-bytesOf(point));
      instrument.series.clear();
    }
  }

  #valueOf(kind: "counter" | "gauge", name: string, attributes: ScriptObject): ValuePoint {
    return this.#point(this.#declare(kind, name, {}), attributes) as ValuePoint;
  }

  #declare(kind: MetricKind, name: string, { unit, description, buckets }: MetricOptions): Instrument {
    const known = this.#instruments.get(name);
    if (known) {
      if (known.kind !== kind) throw wrong(name, `it is a ${known.kind} already, no ${kind}`);
      known.unit ??= unit;
      known.description ??= description;
      return known;
    }
    if (!NAME.test(name)) {
      throw wrong(name, "a name begins with a letter and has letters, digits, and . _ - / behind it, at most 255");
    }
    if (this.#instruments.size >= METRIC_LIMITS.metrics) {
      throw tooMany(`more than ${METRIC_LIMITS.metrics} metrics`, { metric: name });
    }
    const made: Instrument = { name, kind, unit, description, bounds: boundsOf(name, buckets), series: new Map() };
    this.#charge(SERIES_BYTES);
    this.#instruments.set(name, made);
    return made;
  }

  #point({ name, kind, bounds, series }: Instrument, given: ScriptObject): ValuePoint | HistogramPoint {
    const attributes = readAttributes(given);
    const key = keyOf(attributes);
    const known = series.get(key);
    if (known) return known;
    if (this.#series >= METRIC_LIMITS.series) {
      throw tooMany(`more than ${METRIC_LIMITS.series} series of metrics`, { metric: name, attributes });
    }
    const made = kind === "histogram" ? emptyHistogram(attributes, bounds) : { attributes, value: 0 };
    this.#charge(bytesOf(made));
    this.#series += 1;
    series.set(key, made);
    return made;
  }
}

function emptyHistogram(attributes: Attributes, bounds: readonly number[]): HistogramPoint {
  const bucketCounts = Array.from({ length: bounds.length + 1 }, () => 0);
  return { attributes, count: 0, sum: 0, min: Infinity, max: -Infinity, bucketCounts };
}

function boundsOf(name: string, buckets: readonly number[] = DEFAULT_BUCKETS): readonly number[] {
  if (buckets.length > METRIC_LIMITS.buckets)
    throw tooMany(`more than ${METRIC_LIMITS.buckets} buckets`, { metric: name });
  const ascending = buckets.every(
    (bound, index) => Number.isFinite(bound) && bound > (buckets[index - 1] ?? -Infinity),
  );
  if (!ascending) throw wrong(name, "the bounds of its buckets are numbers that ascend");
  return [...buckets];
}

function keyOf(attributes: Attributes): string {
  return JSON.stringify(attributes);
}

function bytesOf(point: ValuePoint | HistogramPoint): number {
  const buckets = "bucketCounts" in point ? point.bucketCounts.length * 8 : 0;
  return SERIES_BYTES + keyOf(point.attributes).length * 4 + buckets;
}

function dataOf({ name, kind, unit, description, bounds, series }: Instrument): MetricData {
  const about = {
    name,
    ...(unit === undefined ? {} : { unit }),
    ...(description === undefined ? {} : { description }),
  };
  const points = [...series.values()].map((point) => structuredClone(point));
  if (kind !== "histogram") return { ...about, kind, points: points as ValuePoint[] };
  return { ...about, kind, bounds: [...bounds], points: points as HistogramPoint[] };
}

function checkFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) throw wrong(name, `${value} is no measurement`);
}

function wrong(name: string, why: string): LlmspellError {
  return new LlmspellError("input.invalid", `metric "${name}": ${why}`, { details: { metric: name } });
}
