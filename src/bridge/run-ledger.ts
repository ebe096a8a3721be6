import type { LlmspellError } from "../errors.ts";
import type { RecordedEffect, Replay } from "../journal/replay.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { type Repeat, findRepeats, hasLists, snapshotLists } from "../journal/repeats.ts";
import { Delivery } from "./delivery.ts";

/** An effect under way. */
export interface OpenEffect {
  readonly parent: number;
  readonly composite: boolean;
  /** How many composite calls it is made within, itself among them. */
  readonly depth: number;
  /** While its method runs, before it has answered with a value or a promise. */
  readonly entered: boolean;
}

/** What all VMs of one run share: the numbers of its effects, what counts against its limits, the order of its results. */
export class RunLedger {
  readonly delivery: Delivery;
  hostCalls = 0;
  /** Effects that wait for something outside. */
  waiting = 0;
  hostBytes = 0;
  outputBytes = 0;
  /** The final error that the run ends with, once it broke a limit. */
  condemned: LlmspellError | undefined;
  /** Journaled effects under way, by number. */
  readonly open = new Map<number, OpenEffect>();
  /** The number after the last output, and its method: what follows shares a journal entry with it. */
  outputEnd = { seq: 0, method: "" };
  /** Effects of a strict replay that the recording holds no end of. */
  readonly hanging: RecordedEffect[] = [];
  /** Grows with everything that happens. */
  activity = 0;
  readonly #replay: Replay | undefined;
  /** The latest call of each method, by the effect that made it: conversations grow call by call. */
  readonly #latest = new Map<number, Map<string, { seq: number; args: readonly ScriptValue[] }>>();
  #seq = 0;

  constructor(replay: Replay | undefined) {
    this.#replay = replay;
    this.delivery = new Delivery(replay);
  }

  /** What a call's arguments share with those of the effect before it, of the same method and made by the same one. */
  repeatsOf(seq: number, parent: number, method: string, given: readonly ScriptValue[]): Repeat[] | undefined {
    const args = this.#replay?.argsOf(seq) ?? given;
    if (!hasLists(args)) return undefined;
    const siblings = this.#latest.get(parent) ?? new Map<string, { seq: number; args: readonly ScriptValue[] }>();
    this.#latest.set(parent, siblings);
    const latest = siblings.get(method);
    siblings.set(method, { seq, args: snapshotLists(args) });
    const repeats = latest && findRepeats(args, latest.seq, latest.args);
    return repeats && repeats.length > 0 ? repeats : undefined;
  }

  /** The effect has ended: it makes no more calls. */
  forget(seq: number): void {
    this.open.delete(seq);
    this.#latest.delete(seq);
  }

  nextSeq(): number {
    do this.#seq += 1;
    while (this.#replay?.isInner(this.#seq));
    return this.#seq;
  }
}
