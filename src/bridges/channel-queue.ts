import { LlmspellError } from "../errors.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";

/** What a receiver gets: a value, or that the channel is closed and drained. */
export type Received = { value: ScriptValue; closed: false } | { value: null; closed: true };

/** One task that waits for the first of several channels. To settle it takes it out of all of them. */
interface Receiver {
  settle(from: Channel, received: Received): void;
}

interface Sender {
  value: ScriptValue;
  settle(): void;
  fail(error: unknown): void;
}

type Charge = (bytes: number) => void;

/** A queue between the tasks of one run. First come, first served, on both sides. */
export class Channel {
  readonly capacity: number;
  readonly #values: ScriptValue[] = [];
  readonly #senders: Sender[] = [];
  readonly #receivers: Receiver[] = [];
  #closed = false;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Values that wait in the channel, not counting those of waiting senders. */
  get length(): number {
    return this.#values.length;
  }

  /** Hands a value over if nobody has to wait. Throws `channel.closed`. */
  trySend(value: ScriptValue, charge: Charge): boolean {
    if (this.#closed) throw closedError();
    const [receiver] = this.#receivers;
    if (receiver) {
      receiver.settle(this, { value, closed: false });
      return true;
    }
    if (this.#values.length >= this.capacity) return false;
    charge(sizeOf(value));
    this.#values.push(value);
    return true;
  }

  /** Waits until there is room. Rejects with `channel.closed`, or the signal's reason. */
  send(value: ScriptValue, charge: Charge, signal: () => AbortSignal): null | Promise<null> {
    if (this.trySend(value, charge)) return null;
    charge(sizeOf(value));
    return waitFor<null>(signal(), (resolve, reject) => {
      const sender: Sender = { value, settle: () => resolve(null), fail: reject };
      this.#senders.push(sender);
      return () => {
        if (remove(this.#senders, sender)) charge(-sizeOf(value));
      };
    });
  }

  /** A value if one is there, or that none will come. */
  tryReceive(charge: Charge): Received | undefined {
    // The charge for a waiting sender's value moves into the channel with it.
    const sender = this.#senders.shift();
    if (sender) {
      this.#values.push(sender.value);
      sender.settle();
    }
    if (this.#values.length > 0) {
      const value = this.#values.shift();
      charge(-sizeOf(value));
      return { value, closed: false };
    }
    return this.#closed ? { value: null, closed: true } : undefined;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const receiver of this.#receivers.slice()) receiver.settle(this, { value: null, closed: true });
    for (const sender of this.#senders.slice()) sender.fail(closedError());
  }

  /** Waits for the first of several channels that has a value or is closed. Rejects with the signal's reason. */
  static receive(
    channels: readonly Channel[],
    charge: Charge,
    signal: () => AbortSignal,
  ): { from: Channel; received: Received } | Promise<{ from: Channel; received: Received }> {
    for (const from of channels) {
      const received = from.tryReceive(charge);
      if (received) return { from, received };
    }
    return waitFor(signal(), (resolve) => {
      const receiver: Receiver = { settle: (from, received) => resolve({ from, received }) };
      for (const channel of channels) channel.#receivers.push(receiver);
      return () => {
        for (const channel of channels) remove(channel.#receivers, receiver);
      };
    });
  }
}

/** A promise that `register` settles or the signal rejects; whatever comes first, `register`'s answer is called once. */
function waitFor<T>(
  signal: AbortSignal,
  register: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const end = () => {
      signal.removeEventListener("abort", abort);
      leave();
    };
    const abort = () => {
      end();
      reject(signal.reason as Error);
    };
    const leave = register(
      (value) => {
        end();
        resolve(value);
      },
      (error) => {
        end();
        reject(error as Error);
      },
    );
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
  });
}

function remove<T>(list: T[], item: T): boolean {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
  return index >= 0;
}

function closedError(): LlmspellError {
  return new LlmspellError("channel.closed", "the channel is closed");
}
