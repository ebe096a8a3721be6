import { LlmspellError } from "../errors.ts";
import type { ScriptObject } from "../values/script-value.ts";
import { CONTAINER_BYTES } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";
import type { BusEvent } from "./bus-event.ts";
import { EventHistory } from "./event-history.ts";
import { compilePattern, type EventPattern } from "./event-pattern.ts";

/** The piece of work that an event belongs to: the journal number of a call, or an id of its own. */
export interface EventOrigin {
  spanId?: string;
  parentSpanId?: string;
}

interface Subscription {
  readonly matches: EventPattern;
  readonly deliver: (event: BusEvent) => void;
}

export interface BusOptions {
  runId: string;
  /** Begins the ids of the events; default the id of the run. */
  idPrefix?: string | undefined;
  /** When the run began: `run.started` is then the first event, which whoever is told knows already. */
  startedAt?: number | undefined;
  /** Books what the history holds, in bytes. */
  charge(bytes: number): void;
  /** Gets every event, before any handler. */
  tell?: ((event: BusEvent) => void) | undefined;
}

/** Handlers that emit make chains of events; this long at most. */
const MAX_CHAIN = 32;

/**
 * The events of one run. Everyone gets them in the order in which they were emitted, subscribers in the order of their
 * subscription: what a handler emits comes after what is being delivered.
 */
export class EventBus {
  readonly history: EventHistory;
  readonly #runId: string;
  readonly #idPrefix: string;
  readonly #tell: BusOptions["tell"];
  readonly #subscriptions = new Set<Subscription>();
  /** Who wants the events of a name; made anew after each change of the subscriptions. */
  readonly #routes = new Map<string, readonly Subscription[]>();
  readonly #pending: { event: BusEvent; chain: number }[] = [];
  #delivering = false;
  /** How many handlers in a row led to the event that is being delivered. */
  #chain = 0;
  #count = 0;
  #spans = 0;

  constructor({ runId, idPrefix = runId, startedAt, charge, tell }: BusOptions) {
    this.#runId = runId;
    this.#idPrefix = idPrefix;
    this.#tell = tell;
    this.history = new EventHistory(charge);
    if (startedAt !== undefined) this.history.add(this.#newEvent("run.started", {}, startedAt), CONTAINER_BYTES);
  }

  /** An id for a piece of work that is no call of its own. */
  newSpan(): string {
    this.#spans += 1;
    return `s${this.#spans}`;
  }

  /** Throws `events.recursion` where handlers keep emitting what calls them again. */
  emit(name: string, fields: ScriptObject, time: number, origin: EventOrigin = {}): void {
    const chain = this.#delivering ? this.#chain + 1 : 0;
    if (chain > MAX_CHAIN) throw recursion(name);
    const event = this.#newEvent(name, fields, time);
    if (origin.spanId !== undefined) event.spanId = origin.spanId;
    if (origin.parentSpanId !== undefined) event.parentSpanId = origin.parentSpanId;
    this.history.add(event, CONTAINER_BYTES + sizeOf(fields));
    this.#tell?.(event);
    if (this.#delivering) this.#pending.push({ event, chain });
    else this.#deliverAll(event);
  }

  #newEvent(name: string, fields: ScriptObject, time: number): BusEvent {
    this.#count += 1;
    return { ...fields, type: name, id: `${this.#idPrefix}-${this.#count}`, time, runId: this.#runId };
  }

  /** Answers what ends the subscription. Throws `events.invalid_name`. */
  subscribe(pattern: string, deliver: (event: BusEvent) => void): () => void {
    const subscription: Subscription = { matches: compilePattern(pattern), deliver };
    this.#subscriptions.add(subscription);
    this.#routes.clear();
    return () => {
      if (this.#subscriptions.delete(subscription)) this.#routes.clear();
    };
  }

  #deliverAll(first: BusEvent): void {
    this.#delivering = true;
    try {
      this.#chain = 0;
      this.#deliver(first);
      for (let next = this.#pending.shift(); next; next = this.#pending.shift()) {
        this.#chain = next.chain;
        this.#deliver(next.event);
      }
    } finally {
      this.#delivering = false;
      this.#pending.length = 0;
    }
  }

  #deliver(event: BusEvent): void {
    const route = this.#routes.get(event.type) ?? this.#route(event.type);
    for (const subscription of route) subscription.deliver(event);
  }

  #route(name: string): readonly Subscription[] {
    const route = [...this.#subscriptions].filter(({ matches }) => matches(name));
    // Names are a script's to choose: they do not pile up.
    if (this.#routes.size >= 1_000) this.#routes.clear();
    this.#routes.set(name, route);
    return route;
  }
}

function recursion(name: string): LlmspellError {
  return new LlmspellError(
    "events.recursion",
    `the handlers of events lead from one to the next, ${MAX_CHAIN} times: stopped at "${name}"`,
    {
      details: { event: name, limit: MAX_CHAIN },
      hint: "A handler must not emit, directly or by what it calls, an event that it handles itself.",
    },
  );
}
