import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { defineBridge, handleMethod, method } from "../bridge/define-bridge.ts";
import { anyObject, anyValue, type Callback, callback, handle } from "../bridge/schemas.ts";
import { EventAggregate } from "../events/event-aggregate.ts";
import type { BusEvent } from "../events/bus-event.ts";
import { select } from "../events/event-history.ts";
import { checkEvent, fieldsToReplay, fromLines, toLines } from "../events/event-lines.ts";
import { checkOwnName, checkPattern } from "../events/check-pattern.ts";
import { isPlainObject, type ScriptObject, type ScriptValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";
import { type Handling, handleEvents, handlersIdle, nextEvent, runTimer, stopHandlers } from "./event-handlers.ts";
import {
  aggregateOptions,
  aggregateResult,
  asEmitted,
  handler,
  handlerOptions,
  type HandlerSettings,
  historyQuery,
  pattern,
  predicate,
  runEvent,
} from "./events-schemas.ts";
import { hostFunction } from "./host-function.ts";
import { toPlain } from "./plain-data.ts";
import { busOf, emitEvent } from "./run-events.ts";

const onRun = { effect: "local", sync: true } as const;
const timeoutMs = z
  .number()
  .min(0)
  .max(2 ** 31 - 1);

/** Events of a pattern that a predicate lets through. */
interface Filtered {
  pattern: string;
  filter: HandlerSettings["filter"];
}

interface Aggregating {
  aggregate: EventAggregate;
  stop(): void;
}

interface Recording {
  events: BusEvent[];
  stop(): void;
  path: string | undefined;
}

/** Data of an event: what no event can carry, a function or an object of the host, fails with `value.unsupported`. */
function asData(value: ScriptValue): ScriptValue {
  return toPlain(value, { method: "events.emit", date: (date) => date, bytes: (bytes) => bytes }) as ScriptValue;
}

function emitOwn(name: string, given: ScriptValue, ctx: CallContext): void {
  checkOwnName(name);
  const data = given === null || given === undefined ? {} : asData(given);
  emitEvent(ctx, name, isPlainObject(data) ? { ...data, data } : { data });
}

/** Counts what comes, and gives the totals of each `every` events to a function. */
function counting(aggregate: EventAggregate, every: number | undefined, fn: Callback | undefined) {
  return hostFunction((value) => {
    const event = value as BusEvent;
    aggregate.add(event);
    if (!fn || every === undefined || aggregate.size < every) return null;
    const totals = aggregate.result(event.time);
    aggregate.clear();
    return fn(totals as unknown as ScriptObject);
  });
}

function record(wanted: string, limit: number, path: string | undefined, ctx: CallContext): Recording {
  checkPattern(wanted);
  const events: BusEvent[] = [];
  const stop = busOf(ctx).subscribe(wanted, (event) => {
    ctx.charge(sizeOf(event));
    if (events.push(event) > limit) ctx.charge(-sizeOf(events.shift() as BusEvent));
  });
  return { events, stop, path };
}

function subscribe(order: Parameters<typeof handleEvents>[0], ctx: CallContext) {
  return ctx.handle<Handling>("events.subscription", handleEvents(order, ctx), { pattern: order.pattern });
}

function query(given: string | z.output<typeof historyQuery> | undefined) {
  const wanted = given === undefined || typeof given === "string" ? { pattern: given } : given;
  if (wanted.pattern !== undefined) checkPattern(wanted.pattern);
  return wanted;
}

async function recorded(source: string | readonly ScriptObject[] | { state: Recording }, ctx: CallContext) {
  if (typeof source === "string") return fromLines((await ctx.call("fs", "read", [source])) as string, source);
  if ("state" in source) return source.state.events;
  return source.map((event) => checkEvent(asEmitted(event)));
}

/** `events`: what happens in a run, and what spells say themselves. */
export const eventsBridge = defineBridge({
  name: "events",
  summary:
    "What happens in the run, as events named `noun.verb`: built-in ones, and the spell's own. Handlers are called in the order of the events; one that waits makes nobody wait, its events queue up.",
  methods: {
    on: method({
      summary:
        "Calls a function for each event of a pattern. A pattern that begins as built-in events do and that none of them fits is refused (events.invalid_name). A function that throws is logged once and called again for the next.",
      input: { pattern, fn: handler, options: handlerOptions.prefault({}) },
      output: handle<Handling>("events.subscription"),
      ...onRun,
      run: ({ pattern: wanted, fn, options }, ctx) =>
        subscribe({ pattern: wanted, fn: fn as Callback, settings: options }, ctx),
    }),
    once: method({
      summary: "The same for the first event alone.",
      input: { pattern, fn: handler, options: handlerOptions.prefault({}) },
      output: handle<Handling>("events.subscription"),
      ...onRun,
      run: ({ pattern: wanted, fn, options }, ctx) =>
        subscribe({ pattern: wanted, fn: fn as Callback, settings: options, once: true }, ctx),
    }),
    off: method({
      summary:
        "Ends handlers: that of a subscription, all of a pattern as it was given, or that of a pattern and a function. Answers how many.",
      input: {
        subscription: z.union([handle<Handling>("events.subscription"), z.string()]),
        fn: callback([anyValue]).optional(),
      },
      output: z.int(),
      ...onRun,
      run({ subscription, fn }, ctx) {
        if (typeof subscription === "string") return stopHandlers(ctx, subscription, fn?.functionId);
        subscription.state.stop();
        return 1;
      },
    }),
    emit: method({
      summary:
        "Emits an event of the spell's own. The members of the data are members of the event; the data as it was given is `event.data`. Names that begin as those of built-in events do are refused.",
      input: { name: z.string(), data: anyValue.optional() },
      output: z.null(),
      ...onRun,
      run({ name, data }, ctx) {
        emitOwn(name, data, ctx);
        return null;
      },
    }),
    waitFor: method({
      summary:
        "Waits for the next event of a pattern. With a time in milliseconds it fails with events.timeout when none came.",
      input: {
        pattern,
        timeout: z
          .union([timeoutMs, z.strictObject({ timeoutMs: timeoutMs.optional(), filter: predicate.optional() })])
          .optional(),
      },
      output: runEvent,
      effect: "local",
      passive: true,
      run({ pattern: wanted, timeout }, ctx) {
        const options = typeof timeout === "object" ? timeout : { timeoutMs: timeout };
        return nextEvent({ pattern: wanted, ...options }, ctx) as never;
      },
    }),
    filter: method({
      summary: "The events of a pattern for which a function answers true, to be handled or waited for.",
      input: { pattern, filter: predicate },
      output: handle<Filtered>("events.filter"),
      ...onRun,
      run({ pattern: wanted, filter }, ctx) {
        checkPattern(wanted);
        filter.retain();
        return ctx.handle<Filtered>("events.filter", { pattern: wanted, filter }, { pattern: wanted });
      },
    }),
    aggregate: method({
      summary:
        "Counts events from now on, in groups and over a window, and sums up one of their numbers. With `every` a function gets the totals of each so many events. At most 10,000 events count.",
      input: {
        pattern,
        options: aggregateOptions.prefault({}),
        fn: callback([aggregateResult], anyValue, ["totals"]).optional(),
      },
      output: handle<Aggregating>("events.aggregate"),
      ...onRun,
      run({ pattern: wanted, options: { every, by, measure, ...window }, fn }, ctx) {
        const options = {
          ...window,
          ...(every === undefined ? {} : { last: every }),
          by,
          measure,
        };
        const aggregate = new EventAggregate(options);
        fn?.retain();
        const handling = handleEvents(
          {
            pattern: wanted,
            fn: counting(aggregate, every, fn as Callback | undefined),
            settings: { maxQueue: 1_000 },
          },
          ctx,
        );
        const stop = () => {
          handling.stop();
          fn?.release();
        };
        return ctx.handle<Aggregating>("events.aggregate", { aggregate, stop }, { pattern: wanted });
      },
    }),
    record: method({
      summary:
        "Keeps the events from now on, until `stop`. With a path they are then written into the workspace, one a line as JSON.",
      input: {
        options: z
          .union([
            pattern,
            z.strictObject({
              pattern: pattern.optional(),
              path: z.string().optional(),
              limit: z.int().min(1).max(1_000_000).default(10_000),
            }),
          ])
          .optional()
          .describe("`limit`: the newest so many are kept, default 10,000."),
      },
      output: handle<Recording>("events.recording"),
      ...onRun,
      run({ options }, ctx) {
        const {
          pattern: wanted = "**",
          path = undefined,
          limit = 10_000,
        } = typeof options === "string" ? { pattern: options } : (options ?? {});
        return ctx.handle<Recording>("events.recording", record(wanted, limit, path, ctx));
      },
    }),
    replay: method({
      summary:
        "Emits recorded events again, with `replayed`, `originalId` and `originalTime`: of a list, a recording, or a file of the workspace. Answers how many.",
      input: {
        source: z.union([z.string(), z.array(anyObject), handle<Recording>("events.recording")]),
        query: z.union([pattern, historyQuery]).optional(),
      },
      output: z.int(),
      effect: "local",
      async run({ source, query: given }, ctx) {
        const wanted = query(given);
        const events = select(await recorded(source as never, ctx), wanted).slice(0, wanted.limit ?? Infinity);
        for (const event of events) emitEvent(ctx, event.type, fieldsToReplay(event));
        return events.length;
      },
    }),
    history: method({
      summary: "The newest events so far, oldest first: at most 1,000, and 1 MB.",
      input: { query: z.union([pattern, historyQuery]).optional() },
      output: z.array(runEvent),
      ...onRun,
      run: ({ query: given }, ctx) => busOf(ctx).history.find(query(given)) as never,
    }),
    flush: method({
      summary:
        "Waits until every handler has dealt with the events so far. A run does not wait for its handlers by itself.",
      input: {},
      output: z.null(),
      effect: "local",
      async run(_, ctx) {
        await handlersIdle(ctx);
        return null;
      },
    }),
    tell: method({
      summary: "Emits an event of the runtime.",
      input: { name: z.string(), fields: anyObject },
      output: z.null(),
      internal: true,
      partOfCall: true,
      ...onRun,
      run({ name, fields }, ctx) {
        emitEvent(ctx, name, fields);
        return null;
      },
    }),
    timer: method({
      summary: "Waits; false where it was cancelled.",
      input: { ms: z.number(), id: z.int() },
      output: z.boolean(),
      effect: "read",
      internal: true,
      partOfCall: true,
      run: ({ ms, id }, ctx) => runTimer(ctx, ms, id),
    }),
  },
  handles: {
    "events.subscription": {
      summary: "A handler of events.",
      fields: { pattern: z.string() },
      methods: {
        off: handleMethod<Handling>()({
          summary: "Ends it.",
          input: {},
          output: z.null(),
          ...onRun,
          run(_, __, { state }) {
            state.stop();
            return null;
          },
        }),
      },
    },
    "events.filter": {
      summary: "Events that a function lets through.",
      fields: { pattern: z.string() },
      methods: {
        on: handleMethod<Filtered>()({
          summary: "Calls a function for each of them.",
          input: { fn: handler },
          output: handle<Handling>("events.subscription"),
          ...onRun,
          run: ({ fn }, ctx, { state }) =>
            subscribe(
              { pattern: state.pattern, fn: fn as Callback, settings: { filter: state.filter, maxQueue: 1_000 } },
              ctx,
            ),
        }),
        waitFor: handleMethod<Filtered>()({
          summary: "Waits for the next of them; with a time in milliseconds it may fail with events.timeout.",
          input: { timeout: timeoutMs.optional() },
          output: runEvent,
          effect: "local",
          passive: true,
          run: ({ timeout }, ctx, { state }) => nextEvent({ ...state, timeoutMs: timeout }, ctx) as never,
        }),
      },
    },
    "events.aggregate": {
      summary: "What events come to.",
      fields: { pattern: z.string() },
      methods: {
        result: handleMethod<Aggregating>()({
          summary: "The totals so far.",
          input: {},
          output: aggregateResult,
          ...onRun,
          run: (_, ctx, { state }) => state.aggregate.result(ctx.now()),
        }),
        stop: handleMethod<Aggregating>()({
          summary: "Counts no more.",
          input: {},
          output: z.null(),
          ...onRun,
          run(_, __, { state }) {
            state.stop();
            return null;
          },
        }),
      },
    },
    "events.recording": {
      summary: "Events that are kept.",
      methods: {
        events: handleMethod<Recording>()({
          summary: "Those so far.",
          input: {},
          output: z.array(runEvent),
          ...onRun,
          run: (_, __, { state }) => [...state.events] as never,
        }),
        stop: handleMethod<Recording>()({
          summary: "Ends the recording, writes its file where it has one, and answers with the events.",
          input: {},
          output: z.array(runEvent),
          effect: "local",
          async run(_, ctx, { state }) {
            state.stop();
            if (state.path !== undefined) await ctx.call("fs", "write", [state.path, toLines(state.events)]);
            return [...state.events] as never;
          },
        }),
      },
    },
  },
});
