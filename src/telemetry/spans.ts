import { LlmspellError } from "../errors.ts";
import type { ScriptObject } from "../values/script-value.ts";
import { type Attributes, readAttributes, tooMany } from "./attributes.ts";

export interface SpanEvent {
  name: string;
  /** Milliseconds since the epoch. */
  at: number;
  attributes: Attributes;
}

/** One span of a script, in the data model of OpenTelemetry. Times are milliseconds since the epoch. */
export interface SpanData {
  /** Number of the call in the journal; 0 for the run itself. */
  id: number;
  /** The span that was open when this one began; 0 for the run. */
  parent: number;
  name: string;
  startedAt: number;
  /** Absent while it is open. */
  endedAt?: number;
  attributes: Attributes;
  events: SpanEvent[];
  status: "unset" | "ok" | "error";
  /** What went wrong. */
  message?: string;
}

/** What is said about a span while it is open. */
export interface SpanNote {
  event?: string | undefined;
  attributes?: ScriptObject | undefined;
  status?: "ok" | "error" | undefined;
  message?: string | undefined;
}

const SPAN_LIMITS = { spans: 2000, events: 128, attributes: 128 } as const;

const SPAN_BYTES = 512;

/** The spans of a run, the run itself included. What it holds is bounded (`telemetry.limit`) and booked by `charge`. */
export class Spans {
  readonly #spans = new Map<number, SpanData>();
  /** Those that are open, the outermost first. */
  readonly #open: number[] = [];
  readonly #charge: (bytes: number) => void;

  constructor(charge: (bytes: number) => void) {
    this.#charge = charge;
  }

  /** The innermost open span; 0: the run. */
  get current(): number {
    return this.#open.at(-1) ?? 0;
  }

  begin(id: number, name: string, startedAt: number, attributes: ScriptObject = {}): void {
    if (this.#spans.size >= SPAN_LIMITS.spans) throw tooMany(`more than ${SPAN_LIMITS.spans} spans`, { span: name });
    const read = readAttributes(attributes);
    this.#charge(bytesOf(read));
    this.#spans.set(id, { id, parent: this.current, name, startedAt, attributes: read, events: [], status: "unset" });
    this.#open.push(id);
  }

  end(id: number, endedAt: number, failure?: LlmspellError): void {
    const span = this.#spans.get(id);
    const place = this.#open.lastIndexOf(id);
    if (!span || place === -1) return;
    this.#open.splice(place, 1);
    span.endedAt = endedAt;
    if (!failure) return;
    span.attributes = { ...span.attributes, "error.type": failure.code };
    span.status = "error";
    span.message = failure.message;
  }

  /** Adds to a span that is open, or to the run (0). Throws `input.invalid` for one that has ended. */
  note(id: number, at: number, { event, attributes = {}, status, message }: SpanNote): void {
    const span = this.#spans.get(id) ?? (id === 0 ? this.#runAt(at) : undefined);
    if (!span || (id !== 0 && !this.#open.includes(id))) {
      throw new LlmspellError("input.invalid", "the span has ended: nothing can be added to it", {
        details: { span: span?.name ?? id },
      });
    }
    const read = readAttributes(attributes);
    if (event === undefined) {
      const all = { ...span.attributes, ...read };
      if (Object.keys(all).length > SPAN_LIMITS.attributes) {
        throw tooMany(`more than ${SPAN_LIMITS.attributes} attributes of a span`, { span: span.name });
      }
      this.#charge(bytesOf(read));
      span.attributes = all;
    } else {
      if (span.events.length >= SPAN_LIMITS.events) {
        throw tooMany(`more than ${SPAN_LIMITS.events} events of a span`, { span: span.name });
      }
      this.#charge(bytesOf(read));
      span.events.push({ name: event, at, attributes: read });
    }
    if (status) span.status = status;
    if (message !== undefined) span.message = message;
  }

  #runAt(startedAt: number): SpanData {
    const run: SpanData = { id: 0, parent: 0, name: "run", startedAt, attributes: {}, events: [], status: "unset" };
    this.#spans.set(0, run);
    return run;
  }

  data(): SpanData[] {
    return [...this.#spans.values()].map((span) => structuredClone(span));
  }
}

function bytesOf(attributes: Attributes): number {
  return SPAN_BYTES + JSON.stringify(attributes).length * 2;
}
