import type { RecordedStep, Replay, ReplayEvent } from "../journal/replay.ts";

/** How the recorded events of one effect reach the script. */
export interface RecordedCall {
  step(step: RecordedStep): void;
  end(): void;
}

/**
 * Hands the results of waiting effects to the script one after the other, so that the journal's order of completions
 * is the order that the script saw: at most one a turn of the event loop while several are pending. On replay it
 * follows the recorded order, callbacks included.
 */
export class Delivery {
  readonly #replay: Replay | undefined;
  /** Live completions that wait for their turn. */
  readonly #queue: (() => void)[] = [];
  /** Recorded effects by sequence number, whose calls the script has made. */
  readonly #recorded = new Map<number, RecordedCall>();
  #pending = 0;
  #busy = false;
  /** The VM waits, and has made no call since. */
  #resting = false;

  constructor(replay: Replay | undefined) {
    this.#replay = replay;
  }

  /** A call that waits was made: `completed` or the recorded end follows. */
  started(): void {
    this.#resting = false;
    this.#pending += 1;
  }

  /** A live effect has completed: `deliver` journals it and tells the script. */
  completed(deliver: () => void): void {
    if (!this.#replay?.next && !this.#busy && this.#queue.length === 0) {
      this.#deliver(deliver);
      return;
    }
    this.#queue.push(deliver);
    if (this.#stuck) this.#schedule();
  }

  /** The script made a call whose end the journal holds: its events are delivered when their turn comes. */
  replayed(seq: number, call: RecordedCall): void {
    this.#recorded.set(seq, call);
    this.#schedule();
  }

  /** A sync effect was answered from the journal on the spot. */
  replayedSync(seq: number): void {
    this.#resting = false;
    this.#replay?.take((event) => event.seq === seq);
    this.#schedule();
  }

  /**
   * The VM has come to rest. Whatever the journal says comes first, and the script did not ask for, would now be waited
   * for without end: what can be delivered is.
   */
  rested(): void {
    this.#resting = true;
    if (this.#replay?.next && this.#stuck) this.#schedule();
  }

  /** Nothing waits here that could be delivered. */
  get idle(): boolean {
    return !this.#busy && this.#queue.length === 0;
  }

  /** No call in flight can wake the VM; only what waits here for its turn. */
  get #stuck(): boolean {
    const waiting = this.#recorded.size + this.#queue.length;
    return this.#resting && waiting > 0 && waiting === this.#pending;
  }

  #deliver(deliver: () => void): void {
    const alone = this.#pending === 1;
    this.#pending -= 1;
    if (!alone) this.#schedule();
    deliver();
  }

  #schedule(): void {
    if (this.#busy) return;
    this.#busy = true;
    setImmediate(() => {
      this.#busy = false;
      this.#next();
    });
  }

  #next(): void {
    const event = this.#nextRecorded();
    if (event) return this.#deliverRecorded(event);
    if (this.#replay?.next && !this.#stuck) return;
    const deliver = this.#queue.shift();
    if (!deliver) return;
    this.#resting = false;
    this.#deliver(deliver);
    if (this.#queue.length > 0) this.#schedule();
  }

  #nextRecorded(): ReplayEvent | undefined {
    const next = this.#replay?.next;
    if (!next || (!this.#recorded.has(next.seq) && !this.#stuck)) return undefined;
    return this.#replay?.take(({ seq }) => this.#recorded.has(seq));
  }

  #deliverRecorded({ seq, step }: ReplayEvent): void {
    const call = this.#recorded.get(seq) as RecordedCall;
    this.#resting = false;
    if (step) call.step(step);
    else {
      this.#recorded.delete(seq);
      this.#pending -= 1;
      call.end();
    }
    this.#schedule();
  }
}
