import { createHash } from "node:crypto";
import { type HrTime, SpanKind, SpanStatusCode, TraceFlags, ValueType } from "@opentelemetry/api";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import { AggregationTemporality, DataPointType, type MetricData as OtlpMetric } from "@opentelemetry/sdk-metrics";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { Attributes } from "./attributes.ts";
import type { HistogramPoint, MetricData, ValuePoint } from "./metrics.ts";
import type { RunTrace, TraceSpan } from "./run-trace.ts";

export interface OtlpOptions {
  /** Address of the collector, such as `http://localhost:4318`; `/v1/traces` and `/v1/metrics` are put behind. */
  endpoint: string;
  headers?: Readonly<Record<string, string>> | undefined;
  /** Default `llmspell`. */
  serviceName?: string | undefined;
  /** With prompts, answers, arguments and results of tools. Default false. */
  contents?: boolean | undefined;
}

/** Spans in one request. */
const BATCH = 512;
const TIMEOUT_MS = 5_000;

const hex = (text: string, digits: number) => createHash("sha256").update(text).digest("hex").slice(0, digits);

/** Sends traces and metrics of runs to a collector, as JSON over HTTP. */
export class OtlpExporter {
  readonly #traces: OTLPTraceExporter;
  readonly #metrics: OTLPMetricExporter;
  readonly #resource: Resource;
  readonly #scope = { name: "llmspell" };

  constructor({ endpoint, headers = {}, serviceName = "llmspell" }: OtlpOptions) {
    const url = (path: string) => `${endpoint.replace(/\/+$/, "")}/v1/${path}`;
    const common = { headers: { ...headers }, timeoutMillis: TIMEOUT_MS };
    this.#traces = new OTLPTraceExporter({ ...common, url: url("traces") });
    this.#metrics = new OTLPMetricExporter({ ...common, url: url("metrics") });
    this.#resource = resourceFromAttributes({ "service.name": serviceName });
  }

  /** Rejects where the collector does not take it. */
  async export(trace: RunTrace): Promise<void> {
    const spans = trace.spans.map((span) => this.#span(trace.run, span));
    for (let start = 0; start < spans.length; start += BATCH)
      await done((told) => this.#traces.export(spans.slice(start, start + BATCH), told));
    if (trace.metrics.length === 0) return;
    const metrics = trace.metrics.map((metric) => toOtlpMetric(metric, trace));
    const scopeMetrics = [{ scope: this.#scope, metrics }];
    await done((told) => this.#metrics.export({ resource: this.#resource, scopeMetrics }, told));
  }

  async close(): Promise<void> {
    await Promise.all([this.#traces.shutdown(), this.#metrics.shutdown()]);
  }

  #span(run: string, span: TraceSpan): ReadableSpan {
    const contextOf = (id: number) => ({
      traceId: hex(run, 32),
      spanId: hex(`${run}:${id}`, 16),
      traceFlags: TraceFlags.SAMPLED,
    });
    const { id, parent, name, kind, startedAt, endedAt, attributes, events, error } = span;
    return {
      name,
      kind: kind === "client" ? SpanKind.CLIENT : SpanKind.INTERNAL,
      spanContext: () => contextOf(id),
      ...(parent === undefined ? {} : { parentSpanContext: contextOf(parent) }),
      startTime: hrTime(startedAt),
      endTime: hrTime(endedAt),
      duration: hrTime(endedAt - startedAt),
      status: error ? { code: SpanStatusCode.ERROR, message: error.message } : { code: SpanStatusCode.UNSET },
      attributes: toOtlp(attributes),
      links: [],
      events: events.map((event) => ({
        name: event.name,
        time: hrTime(event.at),
        attributes: toOtlp(event.attributes),
        droppedAttributesCount: 0,
      })),
      ended: true,
      resource: this.#resource,
      instrumentationScope: this.#scope,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  }
}

function done(send: (told: (result: { code: number; error?: Error }) => void) => void): Promise<void> {
  return new Promise((resolve, reject) =>
    send(({ code, error }) => (code === 0 ? resolve() : reject(error ?? new Error("the collector did not take it")))),
  );
}

function hrTime(milliseconds: number): HrTime {
  const seconds = Math.floor(milliseconds / 1000);
  return [seconds, Math.round((milliseconds - seconds * 1000) * 1e6)];
}

function toOtlp(attributes: Attributes): Record<string, string | number | boolean | string[] | number[] | boolean[]> {
  return attributes as never;
}

/** A run's own measurements are the whole of what it adds. */
function toOtlpMetric(metric: MetricData, { startedAt, endedAt }: RunTrace): OtlpMetric {
  const { name, unit = "", description = "" } = metric;
  const common = {
    descriptor: { name, unit, description, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.DELTA,
  };
  const times = { startTime: hrTime(startedAt), endTime: hrTime(endedAt) };
  const point = <T>(attributes: Attributes, value: T) => ({ ...times, attributes: toOtlp(attributes), value });
  const ofValue = ({ attributes, value }: ValuePoint) => point(attributes, value);
  switch (metric.kind) {
    case "counter":
      return { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints: metric.points.map(ofValue) };
    case "gauge":
      return { ...common, dataPointType: DataPointType.GAUGE, dataPoints: metric.points.map(ofValue) };
    case "histogram": {
      const { bounds, points } = metric;
      const ofPoint = ({ attributes, bucketCounts: counts, count, sum, min, max }: HistogramPoint) =>
        point(attributes, { buckets: { boundaries: [...bounds], counts: [...counts] }, count, sum, min, max });
      return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints: points.map(ofPoint) };
    }
  }
}
