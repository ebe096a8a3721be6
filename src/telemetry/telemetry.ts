import { type MetricData, Metrics } from "./metrics.ts";
import { type SpanData, Spans } from "./spans.ts";

/** What a run measured, as plain data. */
export interface TelemetryData {
  metrics: MetricData[];
  spans: SpanData[];
}

/** What a run measures by itself: all its scripts share it. */
export class Telemetry {
  readonly metrics: Metrics;
  readonly spans: Spans;

  constructor(charge: (bytes: number) => void) {
    this.metrics = new Metrics(charge);
    this.spans = new Spans(charge);
  }

  /** Undefined where nothing was measured. */
  data(): TelemetryData | undefined {
    const [metrics, spans] = [this.metrics.snapshot(), this.spans.data()];
    return metrics.length + spans.length === 0 ? undefined : { metrics, spans };
  }
}
