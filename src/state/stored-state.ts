import { LlmspellError } from "../errors.ts";
import type { ScriptValue } from "../values/script-value.ts";
import type { Change, Query } from "./operations.ts";
import { parsePath } from "./paths.ts";
import type { Tag } from "./rows.ts";
import type { State } from "./state.ts";
import { assertStorable } from "./storable.ts";
import type { StoredAnswer, StoredRead, StoredWrite } from "./stored-requests.ts";
import { Transaction } from "./transaction.ts";
import { type Tell, Watchers } from "./watchers.ts";

/** How a run reaches a stored state: journaled, so that a replay sees what was seen and writes nothing again. */
export interface StoredPort {
  read(request: StoredRead): ScriptValue;
  /** `attempt` counts from 1: a conflict is answered later, the more there were before. */
  write(request: StoredWrite, attempt: number): StoredAnswer;
  /** Told of what was written, before the watchers. */
  changed?(changes: readonly Change[]): void;
}

/** How often a function is called again because somebody else was faster. */
const MAX_ATTEMPTS = 100;

/**
 * A state that outlives its run and is shared with other runs and processes. What depends on what was read (`update`,
 * `atomic`) is done again when somebody else changed that meanwhile. No lock is held while a script's function runs: one
 * that waits, hangs or dies keeps nobody waiting.
 */
export class StoredState implements State {
  readonly #port: StoredPort;
  readonly #watchers = new Watchers();
  /** Inside of an atomic function that has not waited yet: whatever is done now is part of it. */
  #current: Transaction | undefined;
  /** Atomic functions that wait or have waited: what is done now may be theirs or another task's. */
  #waiting = 0;

  constructor(port: StoredPort) {
    this.#port = port;
  }

  ask(query: Query): ScriptValue {
    const inside = this.#inside();
    return inside ? inside.ask(query) : this.#port.read({ query });
  }

  *change(change: Change): Generator<unknown, ScriptValue> {
    const inside = this.#inside();
    if (inside) return yield* inside.change(change);
    assertStorable(change);
    const answer = this.#write({ changes: [change] }, 1);
    if (answer.conflict) throw tooBusy();
    this.#port.changed?.([change]);
    yield* this.#watchers.tell(answer.told);
    return answer.values[0];
  }

  *update(path: string, make: (value: ScriptValue) => unknown): Generator<unknown, ScriptValue> {
    const inside = this.#inside();
    if (inside) return yield* inside.update(path, make);
    const [top] = parsePath(path) as [string];
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const [before, tag] = this.#port.read({ path }) as [ScriptValue, Tag];
      const value = (yield make(before)) as ScriptValue;
      const change = { op: "set", path, value } as const;
      assertStorable(change);
      const answer = this.#write({ changes: [change], expect: [["data", top, tag]] }, attempt);
      if (answer.conflict) continue;
      this.#port.changed?.([change]);
      yield* this.#watchers.tell(answer.told);
      return value;
    }
    throw tooBusy();
  }

  *atomic(work: (state: State) => unknown): Generator<unknown, ScriptValue> {
    if (this.#current) return yield* this.#current.atomic(work);
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const transaction = new Transaction(
        (request) => this.#port.read(request),
        (path, tell) => this.watch(path, tell),
      );
      const outcome = yield* this.#work(transaction, work);
      if (!outcome.ok) {
        // It may have failed for what it saw: rows of different moments.
        if (this.#port.read({ expect: transaction.expect }) === true) throw outcome.error;
        continue;
      }
      const { changes, expect } = transaction;
      if (changes.length === 0 && expect.length < 2) return outcome.value;
      const answer = this.#write({ changes, expect }, attempt);
      if (answer.conflict) continue;
      this.#port.changed?.(changes);
      yield* this.#watchers.tell(answer.told);
      return outcome.value;
    }
    throw tooBusy();
  }

  watch(path: string, tell: Tell): () => void {
    return this.#watchers.add(path, tell);
  }

  *#work(
    transaction: Transaction,
    work: (state: State) => unknown,
  ): Generator<unknown, { ok: true; value: ScriptValue } | { ok: false; error: unknown }> {
    try {
      let value: unknown;
      this.#current = transaction;
      try {
        value = work(transaction);
      } finally {
        this.#current = undefined;
      }
      if (!(value instanceof Promise)) return { ok: true, value: value as ScriptValue };
      this.#waiting += 1;
      try {
        return { ok: true, value: (yield value) as ScriptValue };
      } finally {
        this.#waiting -= 1;
      }
    } catch (error) {
      if (LlmspellError.is(error) && error.final) throw error;
      return { ok: false, error };
    }
  }

  #write(request: StoredWrite, attempt: number): StoredAnswer {
    return this.#port.write({ ...request, watched: this.#watchers.paths() }, attempt);
  }

  /** The atomic change that a call on this state is part of. Throws where that cannot be known. */
  #inside(): Transaction | undefined {
    if (this.#current || this.#waiting === 0) return this.#current;
    throw new LlmspellError(
      "state.invalid",
      "an atomic function of this state waits: the state cannot tell its calls from others'",
      {
        hint: "Use the state that the function is given, atomic(function(tx) tx:set(...) end); other tasks try again after it.",
        retryable: true,
      },
    );
  }
}

function tooBusy(): LlmspellError {
  return new LlmspellError("store.busy", `others changed the state ${MAX_ATTEMPTS} times while the function ran`, {
    hint: "Change less at once, or let the function not change what it is given by itself.",
  });
}
