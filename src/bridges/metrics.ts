import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { defineBridge, handleMethod, method } from "../bridge/define-bridge.ts";
import { anyObject, anyValue, callback, handle } from "../bridge/schemas.ts";
import type { MetricKind, MetricOptions, Metrics } from "../telemetry/metrics.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { telemetryOf } from "./run-telemetry.ts";

interface Instrument {
  readonly name: string;
}

interface Stopwatch {
  readonly name: string;
  readonly startedAt: number;
  readonly attributes: Record<string, ScriptValue>;
  /** Set when it was stopped. */
  elapsed?: number;
}

const name = z.string().describe("Letters, digits and . _ - / behind a letter.");
const about = {
  unit: z.string().max(63).optional().describe("`ms`, `By`, `{token}`, `1`."),
  description: z.string().max(1024).optional(),
};
const options = z.strictObject(about).optional();
const bucketed = z
  .strictObject({ ...about, buckets: z.array(z.number()).optional().describe("Upper bounds, ascending.") })
  .optional();
const attributes = anyObject.optional().describe("What tells series apart: text, numbers, booleans.");
const amount = z.number();

const point = z.object({
  attributes: anyObject,
  value: z.number().optional(),
  count: z.number().optional(),
  sum: z.number().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  bucketCounts: z.array(z.number()).optional(),
});
const metric = z.object({
  name: z.string(),
  kind: z.enum(["counter", "gauge", "histogram"]),
  unit: z.string().optional(),
  description: z.string().optional(),
  bounds: z.array(z.number()).optional(),
  points: z.array(point),
});
type Metric = z.output<typeof metric>;

const local = { effect: "local", sync: true } as const;

const metricsOf = (ctx: CallContext): Metrics => telemetryOf(ctx).metrics;

function instrument(ctx: CallContext, kind: MetricKind, named: string, given: MetricOptions = {}) {
  metricsOf(ctx).declare(kind, named, given);
  return ctx.handle<Instrument>(`metrics.${kind}`, { name: named }, { name: named });
}

const fields = { name: z.string() };
const ofInstrument = handleMethod<Instrument>();
const ofStopwatch = handleMethod<Stopwatch>();

const value = ofInstrument({
  summary: "The present value of the series with these attributes.",
  input: { attributes },
  output: z.number(),
  ...local,
  run: (input, ctx, { state }) => metricsOf(ctx).valueOf(state.name, input.attributes),
});

/** `metrics`: what a spell measures. */
export const metricsBridge = defineBridge({
  name: "metrics",
  summary:
    "Counters, gauges, histograms and timers of the run, with attributes. They are part of its result. A run keeps 500 metrics and 2,000 series " +
    "(sets of attributes) at most; beyond that calls throw telemetry.limit.",
  methods: {
    counter: method({
      summary: "A sum that only grows, by name: made at the first call.",
      input: { name, options },
      output: handle("metrics.counter"),
      ...local,
      run: (input, ctx) => instrument(ctx, "counter", input.name, input.options),
    }),
    gauge: method({
      summary: "A value that goes up and down, by name.",
      input: { name, options },
      output: handle("metrics.gauge"),
      ...local,
      run: (input, ctx) => instrument(ctx, "gauge", input.name, input.options),
    }),
    histogram: method({
      summary: "How values are distributed over buckets, by name.",
      input: { name, options: bucketed },
      output: handle("metrics.histogram"),
      ...local,
      run: (input, ctx) => instrument(ctx, "histogram", input.name, input.options),
    }),
    timer: method({
      summary: "A histogram of milliseconds, by name.",
      input: { name, options: bucketed },
      output: handle("metrics.timer"),
      ...local,
      run(input, ctx) {
        metricsOf(ctx).declare("histogram", input.name, { unit: "ms", ...input.options });
        return ctx.handle<Instrument>("metrics.timer", { name: input.name }, { name: input.name });
      },
    }),
    record: method({
      summary:
        "Counts one happening in the counter `name` and takes each number among its fields into the histogram `name.field`. Other fields are attributes.",
      input: { name, fields: anyObject.optional() },
      output: z.null(),
      ...local,
      run(input, ctx) {
        metricsOf(ctx).record(input.name, input.fields ?? {});
        return null;
      },
    }),
    get: method({
      summary: "One metric with its series; nil if there is none.",
      input: { name: z.string() },
      output: metric.nullable(),
      ...local,
      run: (input, ctx) => (metricsOf(ctx).get(input.name) as Metric | undefined) ?? null,
    }),
    list: method({
      summary: "The names of all metrics, sorted.",
      input: {},
      output: z.array(z.string()),
      ...local,
      run: (_, ctx) => metricsOf(ctx).names(),
    }),
    snapshot: method({
      summary: "All metrics that hold something.",
      input: {},
      output: z.array(metric),
      ...local,
      run: (_, ctx) => metricsOf(ctx).snapshot() as Metric[],
    }),
    reset: method({
      summary: "Forgets what was measured: of one metric, or of all.",
      input: { name: z.string().optional() },
      output: z.null(),
      ...local,
      run(input, ctx) {
        metricsOf(ctx).reset(input.name);
        return null;
      },
    }),
  },
  handles: {
    "metrics.counter": {
      summary: "A counter.",
      fields,
      methods: {
        add: ofInstrument({
          summary: "Adds to it, 1 if nothing is said. Throws input.invalid for less than 0.",
          input: { value: amount.default(1), attributes },
          output: z.null(),
          ...local,
          run(input, ctx, { state }) {
            metricsOf(ctx).add(state.name, input.value, input.attributes);
            return null;
          },
        }),
        value,
      },
    },
    "metrics.gauge": {
      summary: "A gauge.",
      fields,
      methods: {
        set: ofInstrument({
          summary: "Sets it.",
          input: { value: amount, attributes },
          output: z.null(),
          ...local,
          run(input, ctx, { state }) {
            metricsOf(ctx).set(state.name, input.value, input.attributes);
            return null;
          },
        }),
        add: ofInstrument({
          summary: "Changes it by this much, which may be negative.",
          input: { value: amount, attributes },
          output: z.null(),
          ...local,
          run(input, ctx, { state }) {
            metricsOf(ctx).shift(state.name, input.value, input.attributes);
            return null;
          },
        }),
        value,
      },
    },
    "metrics.histogram": {
      summary: "A histogram.",
      fields,
      methods: {
        record: ofInstrument({
          summary: "Takes one value.",
          input: { value: amount, attributes },
          output: z.null(),
          ...local,
          run(input, ctx, { state }) {
            metricsOf(ctx).observe(state.name, input.value, input.attributes);
            return null;
          },
        }),
      },
    },
    "metrics.timer": {
      summary: "A timer.",
      fields,
      methods: {
        start: ofInstrument({
          summary: "Begins to measure.",
          input: { attributes },
          output: handle("metrics.stopwatch"),
          ...local,
          run: (input, ctx, { state }) =>
            ctx.handle<Stopwatch>("metrics.stopwatch", {
              name: state.name,
              startedAt: ctx.now(),
              attributes: input.attributes ?? {},
            }),
        }),
        time: ofInstrument({
          summary:
            "Measures a function, also one that fails, and answers what it does. Its series have the attribute `success`.",
          input: { fn: callback([]), attributes },
          output: anyValue,
          ...local,
          *run(input, ctx, { state }) {
            const startedAt = ctx.now();
            const taken = (success: boolean) =>
              metricsOf(ctx).observe(state.name, ctx.now() - startedAt, { ...input.attributes, success });
            let answer: ScriptValue;
            try {
              answer = (yield input.fn()) as ScriptValue;
            } catch (error) {
              taken(false);
              throw error;
            }
            taken(true);
            return answer;
          },
        }),
        record: ofInstrument({
          summary: "Takes a duration in milliseconds.",
          input: { ms: amount, attributes },
          output: z.null(),
          ...local,
          run(input, ctx, { state }) {
            metricsOf(ctx).observe(state.name, input.ms, input.attributes);
            return null;
          },
        }),
      },
    },
    "metrics.stopwatch": {
      summary: "What `start` of a timer answers.",
      methods: {
        stop: ofStopwatch({
          summary: "Ends the measuring and answers the milliseconds; a second time changes nothing.",
          input: { attributes },
          output: z.number(),
          ...local,
          run(input, ctx, { state }) {
            if (state.elapsed === undefined) {
              const elapsed = ctx.now() - state.startedAt;
              metricsOf(ctx).observe(state.name, elapsed, { ...state.attributes, ...input.attributes });
              state.elapsed = elapsed;
            }
            return state.elapsed;
          },
        }),
      },
    },
  },
});
