import { setTimeout as delay } from "node:timers/promises";
import { toLlmspellError } from "../errors.ts";
import { decodeEntries } from "../journal/codec.ts";
import type { OtlpExporter, OtlpOptions } from "../telemetry/otlp-exporter.ts";
import { type TracedRun, traceRun } from "../telemetry/run-trace.ts";
import type { TelemetryData } from "../telemetry/telemetry.ts";

/** For which an end waits for a collector that is slow. */
const PATIENCE_MS = 2_000;

/** Sends what runs did to a collector, once they have ended. What fails here ends no run: it is told as a warning. */
export class TraceExporter {
  readonly #options: OtlpOptions;
  readonly #patienceMs: number;
  /** What is on its way, and what is said of it when nobody waits any longer. */
  readonly #late = new Map<Promise<void>, () => void>();
  #left = false;
  #exporter: Promise<OtlpExporter> | undefined;

  constructor(options: OtlpOptions, patienceMs = PATIENCE_MS) {
    this.#options = options;
    this.#patienceMs = patienceMs;
  }

  /** `lines`: the run's journal, secrets taken out. */
  send(run: TracedRun, lines: string, telemetry: TelemetryData | undefined, warn: (message: string) => void): void {
    const failed = (reason: string) => warn(`the run's trace did not reach ${this.#options.endpoint}: ${reason}`);
    const sending = this.#send(run, lines, telemetry).catch((error: unknown) => {
      if (!this.#left) failed(toLlmspellError(error).message);
    });
    this.#late.set(sending, () => failed(`nothing was answered within ${this.#patienceMs / 1000} s`));
    void sending.finally(() => this.#late.delete(sending));
  }

  async #send(run: TracedRun, lines: string, telemetry: TelemetryData | undefined): Promise<void> {
    this.#exporter ??= import("../telemetry/otlp-exporter.ts").then((loaded) => new loaded.OtlpExporter(this.#options));
    const exporter = await this.#exporter;
    const entries = decodeEntries(lines.split("\n").filter((line) => line !== ""));
    await exporter.export(traceRun(run, entries, telemetry, this.#options.contents));
  }

  /** Waits for what is on its way, not for long. */
  async close(): Promise<void> {
    const stop = new AbortController();
    const patience = delay(this.#patienceMs, undefined, { signal: stop.signal }).catch(() => undefined);
    await Promise.race([Promise.all(this.#late.keys()), patience]);
    stop.abort();
    this.#left = true;
    for (const late of this.#late.values()) late();
    if (this.#late.size === 0) await (await this.#exporter)?.close();
  }
}
