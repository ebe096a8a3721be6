import type { CallContext } from "../bridge/call-context.ts";
import type { Callback } from "../bridge/schemas.ts";
import { LlmspellError, raisedAt, toLlmspellError } from "../errors.ts";
import type { BusEvent } from "../events/bus-event.ts";
import { checkPattern } from "../events/check-pattern.ts";
import { HandlerQueue } from "../events/handler-queue.ts";
import { type ScriptValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";
import type { HandlerSettings } from "./events-schemas.ts";
import { busOf, emitEvent } from "./run-events.ts";

/** A script's function that gets events. */
export interface Handling {
  readonly pattern: string;
  readonly functionId: number;
  readonly queue: HandlerQueue;
  /** Ends it; may be called again. */
  stop(): void;
}

const HANDLINGS = {};

function handlingsOf(ctx: CallContext): Set<Handling> {
  return ctx.own(HANDLINGS, () => new Set<Handling>());
}

export interface HandlerOrder {
  pattern: string;
  fn: Callback;
  settings: HandlerSettings;
  /** Ends after the first event. */
  once?: boolean;
}

/** Hands events to a function of the script, from now on until it is stopped. */
export function handleEvents({ pattern, fn, settings, once }: HandlerOrder, ctx: CallContext): Handling {
  checkPattern(pattern);
  const give = fn as unknown as (event: BusEvent) => unknown;
  const filter = settings.filter as ((event: BusEvent) => boolean | Promise<boolean>) | undefined;
  let complained = false;
  const queue = new HandlerQueue({
    maxQueue: settings.maxQueue,
    handle(event) {
      const wanted = filter ? filter(event) : true;
      return wanted instanceof Promise ? wanted.then((is) => go(event, is)) : go(event, wanted);
    },
    dropped(count) {
      // Drops of this very event are not told in turn.
      if (!pattern.startsWith("events.")) emitEvent(ctx, "events.dropped", { pattern, dropped: count });
    },
    failed(thrown) {
      const error = toLlmspellError(thrown);
      if (error.final || error.code === "value.released") throw error;
      if (complained) return;
      complained = true;
      const message = `the handler of "${pattern}" failed, further failures of it are not logged: ${error.message}`;
      ctx.log({ level: "warn", message, fields: { code: error.code, ...raisedAt(error) } });
    },
    charge: (event, sign) => ctx.charge(sign * sizeOf(event as ScriptValue)),
  });
  const go = (event: BusEvent, wanted: boolean): unknown => {
    if (!wanted) return undefined;
    if (!once) return give(event);
    unsubscribe();
    handlingsOf(ctx).delete(handling);
    const value = give(event);
    if (value instanceof Promise) return value.finally(handling.stop);
    handling.stop();
    return undefined;
  };
  const unsubscribe = busOf(ctx).subscribe(pattern, (event) => queue.deliver(event));
  let stopped = false;
  fn.retain();
  settings.filter?.retain();
  const handling: Handling = {
    pattern,
    functionId: fn.functionId,
    queue,
    stop() {
      if (stopped) return;
      stopped = true;
      unsubscribe();
      queue.close();
      handlingsOf(ctx).delete(handling);
      fn.release();
      settings.filter?.release();
    },
  };
  handlingsOf(ctx).add(handling);
  return handling;
}

/** Ends what was registered for a pattern, or with a function; answers how many. */
export function stopHandlers(ctx: CallContext, pattern: string, functionId: number | undefined): number {
  const found = [...handlingsOf(ctx)].filter(
    (each) => each.pattern === pattern && (functionId === undefined || each.functionId === functionId),
  );
  for (const each of found) each.stop();
  return found.length;
}

/** Once every handler has dealt with what was emitted so far. */
export async function handlersIdle(ctx: CallContext): Promise<void> {
  await Promise.all([...handlingsOf(ctx)].map(({ queue }) => queue.idle()));
}

/** Resolves to the first event that fits, rejects with `events.timeout`. */
export function nextEvent(
  wanted: { pattern: string; filter?: HandlerSettings["filter"]; timeoutMs?: number | undefined },
  ctx: CallContext,
): Promise<BusEvent> {
  const { pattern, filter, timeoutMs } = wanted;
  checkPattern(pattern);
  const timer = timeoutMs === undefined ? undefined : startTimer(ctx, timeoutMs);
  const { signal } = ctx;
  return new Promise<BusEvent>((resolve, reject) => {
    const unsubscribe = busOf(ctx).subscribe(pattern, (event) => {
      const fits = filter ? (filter as unknown as (event: BusEvent) => boolean | Promise<boolean>)(event) : true;
      if (fits instanceof Promise) fits.then((is) => is && take(event), reject);
      else if (fits) take(event);
    });
    const aborted = () => {
      unsubscribe();
      reject(signal.reason as Error);
    };
    const take = (event: BusEvent) => {
      unsubscribe();
      signal.removeEventListener("abort", aborted);
      timer?.cancel();
      resolve(event);
    };
    signal.addEventListener("abort", aborted, { once: true });
    timer?.over.then((over) => {
      if (!over) return;
      unsubscribe();
      reject(
        new LlmspellError("events.timeout", `no event "${pattern}" came within ${timeoutMs} ms`, {
          details: { pattern, timeoutMs },
        }),
      );
    }, reject);
  });
}

const TIMERS = {};

interface Timer {
  /** Resolves to true when the time is over, to false when it was cancelled. Rejects when the call was. */
  over: Promise<boolean>;
  cancel(): void;
}

/** A timer whose end is in the journal: a replay finds it over at the same point. */
export function startTimer(ctx: CallContext, ms: number): Timer {
  const timers = timersOf(ctx);
  const id = timers.next++;
  const over = Promise.resolve(ctx.call("events", "timer", [ms, id])) as Promise<boolean>;
  over.catch(() => undefined);
  return { over, cancel: () => timers.running.get(id)?.() };
}

interface Timers {
  next: number;
  running: Map<number, () => void>;
}

function timersOf(ctx: CallContext): Timers {
  return ctx.own<Timers>(TIMERS, () => ({ next: 1, running: new Map() }));
}

/** The effect behind `startTimer`. */
export function runTimer(ctx: CallContext, ms: number, id: number): Promise<boolean> {
  const { running } = timersOf(ctx);
  const { signal } = ctx;
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timeout);
      running.delete(id);
      signal.removeEventListener("abort", aborted);
    };
    // No answer: a run that goes on later has to wait again.
    const aborted = () => {
      end();
      reject(signal.reason as Error);
    };
    const over = (isOver: boolean) => {
      end();
      resolve(isOver);
    };
    const timeout = setTimeout(() => over(true), ms);
    running.set(id, () => over(false));
    signal.addEventListener("abort", aborted, { once: true });
  });
}
