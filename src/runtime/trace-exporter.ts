import { toLlmspellError } from "../errors.ts";
import { decodeEntries } from "../journal/codec.ts";
import type { OtlpExporter, OtlpOptions } from "../telemetry/otlp-exporter.ts";
import { type TracedRun, traceRun } from "../telemetry/run-trace.ts";
import type { TelemetryData } from "../telemetry/telemetry.ts";

/** Sends what runs did to a collector, once they have ended. What fails here ends no run: it is told as a warning. */
export class TraceExporter {
  readonly #options: OtlpOptions;
  readonly #sending = new Set<Promise<void>>();
  #exporter: Promise<OtlpExporter> | undefined;

  constructor(options: OtlpOptions) {
    this.#options = options;
  }

  /** `lines`: the run's journal, secrets taken out. */
  send(run: TracedRun, lines: string, telemetry: TelemetryData | undefined, warn: (message: string) => void): void {
    const sending = this.#send(run, lines, telemetry).catch((error: unknown) =>
      warn(`the run's trace did not reach ${this.#options.endpoint}: ${toLlmspellError(error).message}`),
    );
    this.#sending.add(sending);
    void sending.finally(() => this.#sending.delete(sending));
  }

  async #send(run: TracedRun, lines: string, telemetry: TelemetryData | undefined): Promise<void> {
    this.#exporter ??= import("../telemetry/otlp-exporter.ts").then((loaded) => new loaded.OtlpExporter(this.#options));
    const exporter = await this.#exporter;
    const entries = decodeEntries(lines.split("\n").filter((line) => line !== ""));
    await exporter.export(traceRun(run, entries, telemetry, this.#options.contents));
  }

  /** Waits for what is on its way. */
  async close(): Promise<void> {
    await Promise.all(this.#sending);
    await (await this.#exporter)?.close();
  }
}
