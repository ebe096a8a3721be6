import { type MetricData, Metrics } from "./metrics.ts";

/** What a run measured, as plain data. */
export interface TelemetryData {
  metrics: MetricData[];
}

/** What a run measures by itself: all its scripts share it. */
export class Telemetry {
  readonly metrics: Metrics;

  constructor(charge: (bytes: number) => void) {
    this.metrics = new Metrics(charge);
  }

  /** Undefined where nothing was measured. */
  data(): TelemetryData | undefined {
    const metrics = this.metrics.snapshot();
    return metrics.length === 0 ? undefined : { metrics };
  }
}
