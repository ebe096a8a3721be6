import type { VmGate } from "../engine/vm.ts";
import { LlmspellError } from "../errors.ts";
import type { RunLimits } from "./limits.ts";
import { METER_BYTES } from "./meter-layout.ts";

/** Which limit a VM breaks when it is overdue. */
export type TimeLimit = "limit.cpu" | "limit.wall";

/** Messages that a worker may send ahead of its supervisor. */
const MAX_UNREAD = 4096;

/**
 * What a worker and its supervisor share: which run's VM the worker is in (0: none), when that VM is overdue, by which
 * limit, and how many messages the supervisor has not read yet. Times are milliseconds of the process-wide monotonic
 * clock.
 */
export class Meter {
  readonly buffer: SharedArrayBuffer;
  readonly #ticket: Int32Array;
  readonly #overdueAt: Float64Array;
  /**
   * How often a VM was entered, wrapping around; unread messages; whether the worker is to collect garbage; the effect
   * whose spell the VM runs, 0 for the run's own.
   */
  readonly #counts: Int32Array;

  constructor(buffer = new SharedArrayBuffer(METER_BYTES)) {
    this.buffer = buffer;
    this.#ticket = new Int32Array(buffer, 0, 2);
    this.#overdueAt = new Float64Array(buffer, 8, 1);
    this.#counts = new Int32Array(buffer, 16, 4);
  }

  enter(ticket: number, overdueAt: number, limit: TimeLimit): void {
    this.#overdueAt[0] = overdueAt;
    this.#ticket[1] = limit === "limit.wall" ? 1 : 0;
    this.#counts[0] = (this.#counts[0] ?? 0) + 1;
    Atomics.store(this.#ticket, 0, ticket);
  }

  leave(): void {
    Atomics.store(this.#ticket, 0, 0);
  }

  /** Says, before `enter`, which of the run's VMs it is: that of the spell which this effect runs, or 0. */
  choose(effect: number): void {
    this.#counts[3] = effect;
  }

  /** What `choose` said last, as seen from another thread. */
  chosen(): number {
    return this.#counts[3] ?? 0;
  }

  /** The run whose VM is running, 0 for none, as seen from another thread. */
  running(): number {
    return Atomics.load(this.#ticket, 0);
  }

  /** Tells one entry into a VM from another, as seen from another thread. */
  entry(): number {
    return this.#counts[0] ?? 0;
  }

  /** Asks the worker to collect garbage at its next host call. */
  askToCollect(): void {
    this.#counts[2] = 1;
  }

  /** Whether that was asked; answers true once. */
  collectAsked(): boolean {
    if (this.#counts[2] === 0) return false;
    this.#counts[2] = 0;
    return true;
  }

  /** The worker has sent a message. Holds the worker while the supervisor is far behind: its queue has no other bound. */
  sent(): void {
    let unread = Atomics.add(this.#counts, 1, 1) + 1;
    if (unread <= MAX_UNREAD) return;
    while (unread > MAX_UNREAD / 2) {
      Atomics.wait(this.#counts, 1, unread, 50);
      unread = Atomics.load(this.#counts, 1);
    }
  }

  /** The supervisor has read a message. */
  received(): void {
    if (Atomics.sub(this.#counts, 1, 1) - 1 === MAX_UNREAD / 2) Atomics.notify(this.#counts, 1);
  }

  /** The run whose VM is running past its time at `now`, as seen from another thread. */
  overdue(now: number): { ticket: number; limit: TimeLimit } | undefined {
    const ticket = this.running();
    if (ticket === 0 || now <= (this.#overdueAt[0] ?? Infinity)) return undefined;
    return { ticket, limit: this.#ticket[1] === 1 ? "limit.wall" : "limit.cpu" };
  }
}

/** The clock that threads of one process agree on, in milliseconds. */
export function sharedNow(): number {
  return performance.timeOrigin + performance.now();
}

/** The gate of one run's VM: books time in the VM and publishes when it is overdue. */
export class MeteredGate implements VmGate {
  readonly #meter: Meter;
  readonly #ticket: number;
  readonly #limits: RunLimits;
  readonly #onEnter: () => void;
  readonly #onLeave: () => void;
  readonly #endsAt: number;
  readonly file: string;
  #usedMs = 0;
  /** How much of it lies before the present stretch of work. */
  #usedBeforeMs = 0;
  #enteredAt = 0;
  #overdueAt = Infinity;

  constructor(options: {
    meter: Meter;
    ticket: number;
    limits: RunLimits;
    file: string;
    /** Before the VM runs: nothing that other runs need may be left unsent. */
    onEnter(): void;
    onLeave(): void;
  }) {
    this.#meter = options.meter;
    this.#ticket = options.ticket;
    this.#limits = options.limits;
    this.file = options.file;
    this.#onEnter = options.onEnter;
    this.#onLeave = options.onLeave;
    this.#endsAt = options.limits.timeoutMs > 0 ? sharedNow() + options.limits.timeoutMs : Infinity;
  }

  enter(): void {
    this.#onEnter();
    this.#publish();
  }

  #publish(): void {
    this.#enteredAt = sharedNow();
    const cpuEndsAt = this.#enteredAt + this.#limits.cpuMs - (this.#usedMs - this.#usedBeforeMs);
    this.#overdueAt = Math.min(cpuEndsAt, this.#endsAt);
    this.#meter.enter(this.#ticket, this.#overdueAt, this.#limitAt(cpuEndsAt));
  }

  leave(): void {
    this.#meter.leave();
    this.#usedMs += sharedNow() - this.#enteredAt;
    this.#overdueAt = Infinity;
    this.#onLeave();
  }

  /** Blocks the VM's thread for something outside: no CPU time of the run, but its deadline holds and it can be ended. */
  waiting<T>(use: () => T): T {
    this.#usedMs += sharedNow() - this.#enteredAt;
    this.#meter.enter(this.#ticket, this.#endsAt, "limit.wall");
    try {
      return use();
    } finally {
      this.#publish();
    }
  }

  /** CPU time counts anew from here. */
  renew(): void {
    this.#usedBeforeMs = this.#usedMs;
  }

  expired(): boolean {
    return sharedNow() > this.#overdueAt;
  }

  violation(): LlmspellError {
    return limitViolation(this.#limitAt(sharedNow()), this.#limits, this.file);
  }

  #limitAt(time: number): TimeLimit {
    return time > this.#endsAt ? "limit.wall" : "limit.cpu";
  }

  /** Milliseconds spent in the VM so far. */
  get usedMs(): number {
    return this.#usedMs;
  }
}

/** The error of a run that used up its time; it has no script stack where the VM had to be ended from outside. */
export function limitViolation(code: TimeLimit, limits: RunLimits, file: string): LlmspellError {
  const [name, value, what] =
    code === "limit.cpu"
      ? (["limits.cpuMs", limits.cpuMs, "used up its CPU time"] as const)
      : (["limits.timeoutMs", limits.timeoutMs, "passed its deadline"] as const);
  return new LlmspellError(code, `the spell ${what} of ${value} ms`, {
    details: { limit: value, setting: name },
    hint:
      code === "limit.cpu"
        ? "Raise it with --cpu or limits.cpu; in a program with limits.cpuMs."
        : "Raise it with --timeout or limits.timeout; in a program with limits.timeoutMs.",
    frames: [{ file }],
  });
}
