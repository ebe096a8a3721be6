import type { JournalEntry, Usage } from "../journal/journal.ts";
import type { Attributes } from "./attributes.ts";
import { describeEffect, type EffectDescription } from "./gen-ai.ts";
import { Metrics, type MetricData } from "./metrics.ts";
import type { SpanEvent } from "./spans.ts";
import type { TelemetryData } from "./telemetry.ts";

/** A run as a trace is made of it. Times are milliseconds since the epoch. */
export interface TracedRun {
  id: string;
  name: string;
  engine: string;
  version?: string | undefined;
  startedAt: number;
  endedAt: number;
  error?: { code: string; message: string } | undefined;
}

/** One span of a run's trace; 0 is the run, any other the number of an effect in the journal. */
export interface TraceSpan extends EffectDescription {
  id: number;
  /** Undefined for the run. */
  parent: number | undefined;
  startedAt: number;
  endedAt: number;
  events: readonly SpanEvent[];
  error?: { code: string; message: string } | undefined;
}

export interface RunTrace {
  run: string;
  startedAt: number;
  endedAt: number;
  spans: readonly TraceSpan[];
  metrics: readonly MetricData[];
}

type Started = Extract<JournalEntry, { type: "started" }>;
type Ended = Extract<JournalEntry, { type: "ended" | "failed" }>;

/** Steps of a span that only say something about another one. */
const NOTES = new Set(["trace.annotate"]);

/** The buckets that the conventions name. */
const TOKEN_BUCKETS = [
  1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
];
const SECOND_BUCKETS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

/**
 * The trace of a run that has ended: a span for it and for every effect of its journal, output aside, and what it and its
 * models measured. `contents`: with prompts, answers, arguments and results.
 */
export function traceRun(
  run: TracedRun,
  entries: readonly JournalEntry[],
  own: TelemetryData = { metrics: [], spans: [] },
  contents = false,
): RunTrace {
  const ends = new Map<number, Ended>();
  const starts = new Map<number, Started>();
  for (const entry of entries) {
    if (entry.type === "started" && !NOTES.has(entry.method)) starts.set(entry.seq, entry);
    if (entry.type === "ended" || entry.type === "failed") ends.set(entry.seq, entry);
  }
  const named = new Map(own.spans.map((span) => [span.id, span]));
  const metrics = new Metrics(() => undefined);
  const spans = [...starts.values()].map((start): TraceSpan => {
    const end = ends.get(start.seq);
    const described = describe(start, end, contents);
    const endedAt = end?.at ?? run.endedAt;
    if (end?.usage) measure(metrics, described.attributes, end.usage, endedAt - start.at);
    const ofScript = named.get(start.seq);
    const error = end?.type === "failed" ? end.error : undefined;
    return {
      ...described,
      attributes: { ...described.attributes, ...ofScript?.attributes, ...(error ? { "error.type": error.code } : {}) },
      id: start.seq,
      parent: starts.has(start.parent) ? start.parent : 0,
      startedAt: start.at,
      endedAt,
      events: ofScript?.events ?? [],
      error: error ?? failureOf(ofScript),
    };
  });
  const root = runSpan(run, named.get(0));
  return {
    run: run.id,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    spans: [root, ...spans],
    metrics: [...metrics.snapshot(), ...own.metrics],
  };
}

function describe({ method, args, about }: Started, end: Ended | undefined, contents: boolean): EffectDescription {
  const value = end?.type === "ended" ? end.value : undefined;
  return describeEffect({ method, args, value, usage: end?.usage, about }, contents);
}

function runSpan(run: TracedRun, ofScript: TelemetryData["spans"][number] | undefined): TraceSpan {
  const { id, name, engine, version, startedAt, endedAt, error } = run;
  const attributes: Attributes = {
    "llmspell.run.id": id,
    "llmspell.spell.name": name,
    "llmspell.engine": engine,
    ...(version === undefined ? {} : { "llmspell.spell.version": version }),
    ...ofScript?.attributes,
    ...(error ? { "error.type": error.code } : {}),
  };
  const times = { startedAt, endedAt };
  return {
    id: 0,
    parent: undefined,
    name: `run ${name}`,
    kind: "internal",
    attributes,
    ...times,
    events: ofScript?.events ?? [],
    error: error ?? failureOf(ofScript),
  };
}

/** A span that its script says went wrong. */
function failureOf(span: TelemetryData["spans"][number] | undefined): TraceSpan["error"] {
  return span?.status === "error" ? { code: "script.error", message: span.message ?? "" } : undefined;
}

function measure(metrics: Metrics, attributes: Attributes, usage: Usage, durationMs: number): void {
  const names = ["gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model", "gen_ai.response.model"];
  const of = Object.fromEntries(names.flatMap((name) => (name in attributes ? [[name, attributes[name]]] : [])));
  const tokens = { unit: "{token}", buckets: TOKEN_BUCKETS };
  for (const [type, count] of [
    ["input", usage.inputTokens],
    ["output", usage.outputTokens],
  ] as const)
    if (count !== undefined)
      metrics.observe("gen_ai.client.token.usage", count, { ...of, "gen_ai.token.type": type } as never, tokens);
  const seconds = { unit: "s", buckets: SECOND_BUCKETS };
  metrics.observe("gen_ai.client.operation.duration", durationMs / 1000, of as never, seconds);
}
