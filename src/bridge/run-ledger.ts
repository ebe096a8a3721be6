import type { LlmspellError } from "../errors.ts";
import type { RecordedEffect, Replay } from "../journal/replay.ts";
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
  #seq = 0;

  constructor(replay: Replay | undefined) {
    this.#replay = replay;
    this.delivery = new Delivery(replay);
  }

  nextSeq(): number {
    do this.#seq += 1;
    while (this.#replay?.isInner(this.#seq));
    return this.#seq;
  }
}
