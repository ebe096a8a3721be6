import type { BusEvent } from "./bus-event.ts";

export interface HandlerOptions {
  /** May answer with a promise: what comes meanwhile waits. */
  handle(event: BusEvent): unknown;
  /** Events that wait at most; beyond that the oldest is dropped. */
  maxQueue: number;
  /** How many were dropped, told at the first and again when the handler has caught up. */
  dropped(count: number): void;
  /** The handler threw. Told each time; may throw to end the delivery. */
  failed(error: unknown): void;
  /** Books what waiting events take, in bytes; negative gives back. */
  charge(event: BusEvent, sign: 1 | -1): void;
}

/** One handler: gets its events one after the other, and never makes their emitter wait. */
export class HandlerQueue {
  readonly #options: HandlerOptions;
  readonly #waiting: BusEvent[] = [];
  #busy = false;
  #dropped = 0;
  #closed = false;
  #idle: (() => void)[] = [];

  constructor(options: HandlerOptions) {
    this.#options = options;
  }

  deliver(event: BusEvent): void {
    if (this.#closed) return;
    if (this.#busy) this.#wait(event);
    else this.#give(event);
  }

  /** Nothing more is handled; what waits is let go. */
  close(): void {
    this.#closed = true;
    for (const event of this.#waiting.splice(0)) this.#options.charge(event, -1);
    this.#settle();
  }

  /** Once everything delivered so far has been handled. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      if (!this.#busy) this.#settle();
    });
  }

  #wait(event: BusEvent): void {
    this.#options.charge(event, 1);
    this.#waiting.push(event);
    if (this.#waiting.length <= this.#options.maxQueue) return;
    this.#options.charge(this.#waiting.shift() as BusEvent, -1);
    this.#dropped += 1;
    if (this.#dropped === 1) this.#options.dropped(1);
  }

  #give(event: BusEvent): void {
    let value: unknown;
    try {
      value = this.#options.handle(event);
    } catch (error) {
      this.#options.failed(error);
    }
    if (!(value instanceof Promise)) return;
    this.#busy = true;
    value
      .catch((error: unknown) => this.#options.failed(error))
      .then(
        () => this.#next(),
        () => this.close(),
      );
  }

  #next(): void {
    this.#busy = false;
    while (!this.#busy && this.#waiting.length > 0) {
      const event = this.#waiting.shift() as BusEvent;
      this.#options.charge(event, -1);
      this.#give(event);
    }
    if (!this.#busy) this.#settle();
  }

  #settle(): void {
    if (this.#dropped > 1) this.#options.dropped(this.#dropped);
    this.#dropped = 0;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
