import type { ScriptObject } from "../values/script-value.ts";
import { compilePattern, type EventPattern } from "./event-pattern.ts";

/** What stands in every event besides its own fields. */
export interface EventOrigin {
  spanId?: string;
  parentSpanId?: string;
}

/** An event: its own fields, and `type` (its name), `id`, `time`, `runId`, `spanId`, `parentSpanId`. */
export interface RunBusEvent extends ScriptObject {
  type: string;
  id: string;
  /** Milliseconds since the epoch, by the journaled clock. */
  time: number;
  runId: string;
}

export interface Subscription {
  readonly matches: EventPattern;
  deliver(event: RunBusEvent): void;
}

export interface BusOptions {
  runId: string;
}

/** The events of one run. Delivered in the order in which they are emitted, to each subscriber in the order of subscription. */
export class EventBus {
  readonly #runId: string;
  readonly #subscriptions = new Set<Subscription>();
  /** Who wants the events of a name; made anew after each change of the subscriptions. */
  readonly #routes = new Map<string, readonly Subscription[]>();
  #count = 0;

  constructor({ runId }: BusOptions) {
    this.#runId = runId;
  }

  /** Delivers to whoever wants it. */
  emit(name: string, fields: ScriptObject, time: number, origin: EventOrigin = {}): void {
    this.#count += 1;
    const route = this.#routes.get(name) ?? this.#route(name);
    if (route.length === 0) return;
    const event: RunBusEvent = {
      ...fields,
      type: name,
      id: `${this.#runId}-${this.#count}`,
      time,
      runId: this.#runId,
      ...origin,
    };
    for (const subscription of route) subscription.deliver(event);
  }

  /** Answers what ends the subscription. */
  subscribe(pattern: string, deliver: (event: RunBusEvent) => void): () => void {
    const subscription: Subscription = { matches: compilePattern(pattern), deliver };
    this.#subscriptions.add(subscription);
    this.#routes.clear();
    return () => {
      if (this.#subscriptions.delete(subscription)) this.#routes.clear();
    };
  }

  #route(name: string): readonly Subscription[] {
    const route = [...this.#subscriptions].filter(({ matches }) => matches(name));
    this.#routes.set(name, route);
    return route;
  }
}
