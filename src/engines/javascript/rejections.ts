import { TAG, type Guest } from "./guest.ts";

/** Rejected promises of a VM that nothing handles so far, in the order of their rejection. */
export class Rejections {
  readonly #guest: Guest;
  /** The two words of the reason, by the promise's address; both are kept alive. */
  readonly #reasons = new Map<number, readonly [low: number, high: number]>();

  constructor(guest: Guest, saved: readonly [number, number, number][] = []) {
    this.#guest = guest;
    for (const [promise, low, high] of saved) this.#reasons.set(promise, [low, high]);
  }

  /** For a snapshot: promise and the two words of its reason. */
  save(): [number, number, number][] {
    return [...this.#reasons].map(([promise, [low, high]]) => [promise, low, high]);
  }

  /** QuickJS tells of a rejection without a handler, or of the handler that came later. */
  note(promise: number, reason: number, handled: boolean): void {
    const guest = this.#guest;
    const pointer = guest.pointer(promise);
    if (handled) {
      this.#forget(pointer);
      return;
    }
    guest.raw.dupValue(guest.ctx, promise, guest.top);
    guest.raw.dupValue(guest.ctx, reason, guest.top);
    this.#reasons.set(pointer, [guest.i32[reason >> 2] as number, guest.i32[(reason >> 2) + 1] as number]);
  }

  /** Reads the first reason with `read` and forgets it; undefined when there is none. */
  takeFirst<T>(read: (slot: number) => T): T | undefined {
    const first = this.#reasons.entries().next().value;
    if (!first) return undefined;
    const [promise, [low, high]] = first;
    const guest = this.#guest;
    const top = guest.top;
    const slot = guest.push();
    guest.set(slot, high, low);
    try {
      return read(slot);
    } finally {
      guest.top = top;
      this.#forget(promise);
    }
  }

  #forget(promise: number): void {
    const words = this.#reasons.get(promise);
    if (!words) return;
    this.#reasons.delete(promise);
    const guest = this.#guest;
    const slot = guest.push();
    guest.set(slot, words[1], words[0]);
    guest.free(slot);
    guest.set(slot, TAG.object, promise);
    guest.free(slot);
    guest.top = slot;
  }
}
