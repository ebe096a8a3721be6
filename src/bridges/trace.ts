import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { defineBridge, handleMethod, method } from "../bridge/define-bridge.ts";
import { anyObject, anyValue, callback, handle } from "../bridge/schemas.ts";
import { toLlmspellError } from "../errors.ts";
import type { SpanNote } from "../telemetry/spans.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { telemetryOf } from "./run-telemetry.ts";

interface Span {
  readonly id: number;
}

const name = z.string().min(1).max(256);
const attributes = anyObject.optional().describe("Text, numbers, booleans, lists of one of them.");
const local = { effect: "local", sync: true } as const;

const note = z.strictObject({
  event: name.optional(),
  attributes,
  status: z.enum(["ok", "error"]).optional(),
  message: z.string().max(4096).optional(),
});

/** Through the journal, so that a trace can be made of it alone. */
function annotate(ctx: CallContext, span: number, given: SpanNote): null {
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return ctx.call("trace", "annotate", [span, said as ScriptObject]) as null;
}

const current = (ctx: CallContext): number => telemetryOf(ctx).spans.current;
const one = (key: string, value: ScriptValue): ScriptObject => ({ [key]: value });
const ofSpan = handleMethod<Span>();

/** `trace`: parts of a run that a script names. */
export const traceBridge = defineBridge({
  name: "trace",
  summary:
    "Spans: parts of a run with a name, attributes and events. They are part of the run's result and of its journal. A run keeps 2,000 spans at most.",
  methods: {
    span: method({
      summary:
        "Runs a function as a span, which it is given, and answers what the function does; what it calls stands under the span in the run's tree. A failure is " +
        "the span's status.",
      input: {
        name,
        fn: callback([handle("trace.span")], anyValue, ["span"]),
        options: z.strictObject({ attributes }).optional(),
      },
      output: anyValue,
      effect: "composite",
      sync: true,
      *run(input, ctx) {
        const { spans } = telemetryOf(ctx);
        const id = ctx.seq;
        spans.begin(id, input.name, ctx.now(), input.options?.attributes);
        try {
          const answer = (yield input.fn(ctx.handle<Span>("trace.span", { id }, { name: input.name }))) as ScriptValue;
          spans.end(id, ctx.now());
          return answer;
        } catch (thrown) {
          spans.end(id, ctx.now(), toLlmspellError(thrown, "script.error"));
          throw thrown;
        }
      },
    }),
    event: method({
      summary:
        "Something that happened in the innermost span that is open, else in the run. Where several spans run at once, say it to the span that the function is given.",
      input: { name, attributes },
      output: z.null(),
      ...local,
      run: (input, ctx) => annotate(ctx, current(ctx), { event: input.name, attributes: input.attributes }),
    }),
    attribute: method({
      summary: "Sets an attribute of the innermost span that is open, else of the run.",
      input: { key: name, value: anyValue },
      output: z.null(),
      ...local,
      run: ({ key, value }, ctx) => annotate(ctx, current(ctx), { attributes: one(key, value) }),
    }),
    annotate: method({
      summary: "Adds to a span.",
      input: { span: z.int(), note },
      output: z.null(),
      effect: "composite",
      sync: true,
      internal: true,
      partOfCall: true,
      run(input, ctx) {
        telemetryOf(ctx).spans.note(input.span, ctx.now(), input.note);
        return null;
      },
    }),
  },
  handles: {
    "trace.span": {
      summary: "A span that is open.",
      fields: { name: z.string() },
      methods: {
        event: ofSpan({
          summary: "Something that happened in it.",
          input: { name, attributes },
          output: z.null(),
          ...local,
          run: (input, ctx, { state }) => annotate(ctx, state.id, { event: input.name, attributes: input.attributes }),
        }),
        attribute: ofSpan({
          summary: "Sets an attribute.",
          input: { key: name, value: anyValue },
          output: z.null(),
          ...local,
          run: ({ key, value }, ctx, { state }) => annotate(ctx, state.id, { attributes: one(key, value) }),
        }),
        attributes: ofSpan({
          summary: "Sets several attributes.",
          input: { attributes: anyObject },
          output: z.null(),
          ...local,
          run: (input, ctx, { state }) => annotate(ctx, state.id, { attributes: input.attributes }),
        }),
        status: ofSpan({
          summary: "Says how it went, where nothing fails.",
          input: { status: z.enum(["ok", "error"]), message: z.string().max(4096).optional() },
          output: z.null(),
          ...local,
          run: ({ status, message }, ctx, { state }) => annotate(ctx, state.id, { status, message }),
        }),
      },
    },
  },
});
