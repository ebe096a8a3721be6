import { LlmspellError } from "../errors.ts";
import type { ErrorData } from "../errors.ts";
import type { ScriptValue } from "../values/script-value.ts";
import type { JournalEntry, Usage } from "./journal.ts";

export type RecordedOutcome = ({ ok: true; value: ScriptValue } | { ok: false; error: ErrorData }) & { usage?: Usage };

/** What the journal holds of one effect. */
export interface RecordedEffect {
  seq: number;
  /** The effect whose code made the call, 0 the script itself. */
  parent: number;
  method: string;
  /** Undefined while the effect had not ended: it runs again. */
  outcome: RecordedOutcome | undefined;
  /** The callbacks it made before the call had returned to the script, in order. The later ones are `ReplayEvent`s. */
  nested: RecordedCallback[];
}

export interface RecordedCallback {
  index: number;
  args: readonly ScriptValue[];
}

/** What reached the script from outside: the end of an effect, or a callback that it made. */
export interface ReplayEvent {
  seq: number;
  callback: RecordedCallback | undefined;
}

/** Answers a run's effects from a journal, for as far as the journal goes. */
export class Replay {
  readonly #effects = new Map<number, RecordedEffect>();
  /** What is still to be delivered, in order. */
  readonly #events: ReplayEvent[];
  #head = 0;
  readonly #clock: { now: number; reads: number }[] = [];

  constructor(entries: readonly JournalEntry[]) {
    const events: { effect: RecordedEffect; callback: RecordedCallback | undefined }[] = [];
    for (const entry of entries) {
      if (entry.type === "clock") this.#clock.push({ now: entry.now, reads: entry.reads });
      else if (entry.type === "started") this.#start(entry);
      else if (entry.type === "output") {
        const effect = this.#start({ ...entry, parent: 0 });
        effect.outcome = { ok: true, value: null };
        events.push({ effect, callback: undefined });
      } else {
        const effect = this.#effects.get(entry.seq);
        if (!effect) continue;
        const callback = entry.type === "callback" ? { index: entry.index, args: entry.args } : undefined;
        const usage = entry.type !== "callback" && entry.usage ? { usage: entry.usage } : {};
        if (entry.type === "ended") effect.outcome = { ok: true, value: entry.value, ...usage };
        if (entry.type === "failed") effect.outcome = { ok: false, error: entry.error, ...usage };
        if (entry.type === "callback" && entry.nested) effect.nested.push({ index: entry.index, args: entry.args });
        else events.push({ effect, callback });
      }
    }
    // What was started and did not end (each start has its own record) runs again and makes its callbacks itself.
    this.#events = events
      .filter(({ effect }) => effect.outcome && !this.isInner(effect.seq))
      .map(({ effect, callback }) => ({ seq: effect.seq, callback }));
  }

  #start({ seq, parent, method }: Pick<RecordedEffect, "seq" | "parent" | "method">): RecordedEffect {
    const effect: RecordedEffect = { seq, parent, method, outcome: undefined, nested: [] };
    this.#effects.set(seq, effect);
    return effect;
  }

  /** The record of effect `seq`, or undefined past the journal's end. Throws `journal.mismatch` when the script does something else there. */
  effect(seq: number, method: string): RecordedEffect | undefined {
    const effect = this.#effects.get(seq);
    if (effect && effect.method !== method) {
      throw new LlmspellError(
        "journal.mismatch",
        `the journal holds ${effect.method} as effect ${seq}, the script calls ${method}`,
        {
          hint: "The script or its parameters changed since the journal was written.",
          details: { seq, recorded: effect.method, called: method },
        },
      );
    }
    return effect;
  }

  /** True for an effect that another one made whose end is recorded: on replay that one does not run, so neither does this. */
  isInner(seq: number): boolean {
    const parent = this.#effects.get(seq)?.parent ?? 0;
    if (parent === 0) return false;
    return this.#effects.get(parent)?.outcome !== undefined || this.isInner(parent);
  }

  /** What reached the script next; undefined once everything was delivered. */
  get next(): ReplayEvent | undefined {
    return this.#events[this.#head];
  }

  /** Takes the first event that fits off the list: the next one, unless the script came another way. */
  take(fits: (event: ReplayEvent) => boolean): ReplayEvent | undefined {
    for (let index = this.#head; index < this.#events.length; index++) {
      const event = this.#events[index] as ReplayEvent;
      if (!fits(event)) continue;
      if (index === this.#head) this.#head += 1;
      else this.#events.splice(index, 1);
      return event;
    }
    return undefined;
  }

  /** The next recorded reading of the clock, or undefined past the journal's end. */
  readClock(): number | undefined {
    const head = this.#clock[0];
    if (!head) return undefined;
    head.reads -= 1;
    if (head.reads <= 0) this.#clock.shift();
    return head.now;
  }
}
