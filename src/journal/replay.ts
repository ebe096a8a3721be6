import { LlmspellError, type ErrorData } from "../errors.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { REDACTED, differenceOf, differingTexts, isSameText } from "./difference.ts";
import type { JournalEntry, LoggedEvent, ModuleEntry, OutputEntry, Usage } from "./journal.ts";

export type RecordedOutcome = ({ ok: true; value: ScriptValue } | { ok: false; error: ErrorData }) & { usage?: Usage };

/** What the journal holds of one effect. */
export interface RecordedEffect {
  seq: number;
  /** The effect whose code made the call, 0 the script itself. */
  parent: number;
  method: string;
  args: readonly ScriptValue[];
  /** It is made of calls to other methods, and runs again. */
  composite: boolean;
  /** Made by the script, or by what runs again for it: not by an effect that is answered. */
  own: boolean;
  /** It is one of these calls, which only print. */
  output: OutputEntry | undefined;
  /** Undefined while the effect had not ended. */
  outcome: RecordedOutcome | undefined;
  /** What it did before the call had returned to the script, in order. The later ones are `ReplayEvent`s. */
  nested: RecordedStep[];
}

/** What an effect did besides ending: a callback into the script, or output of its own. */
export type RecordedStep = RecordedCallback | { output: RecordedOutput };

export interface RecordedCallback {
  index: number;
  args: readonly ScriptValue[];
}

export interface RecordedOutput {
  text: string;
  logs: readonly LoggedEvent[];
}

/** What reached the script from outside: the end of an effect, or what it did before. */
export interface ReplayEvent {
  seq: number;
  step: RecordedStep | undefined;
}

interface EffectEvent {
  effect: RecordedEffect;
  step: RecordedStep | undefined;
}

export interface ReplayOptions {
  /**
   * Nothing runs, everything is answered from the journal: output is made again and compared, arguments are compared,
   * and whatever the journal does not hold is a mismatch. Default false: a run goes on where its journal ends.
   */
  strict?: boolean;
  /** A final error that ended the recorded run: a strict replay ends with it where the journal does. */
  error?: ErrorData | undefined;
}

/** Answers a run's effects from a journal, for as far as the journal goes. */
export class Replay {
  readonly strict: boolean;
  readonly #error: ErrorData | undefined;
  readonly #effects = new Map<number, RecordedEffect>();
  /** What is still to be delivered, in order. */
  readonly #events: ReplayEvent[];
  #head = 0;
  /** By the effect whose script read it, 0 the run's own. */
  readonly #clocks = new Map<number, { now: number; reads: number }[]>();
  #lastNow: number | undefined;
  readonly #modules = new Map<string, ModuleEntry>();
  readonly #sources = new Map<string, string>();
  /** The script's own effects and outputs that it has not made yet: how many, and up to which it has. */
  #uncalled = 0;
  #lastCalled = 0;
  /** Output whose calls the script is making, with what it printed so far. */
  #printing: { entry: OutputEntry; calls: number; text: string } | undefined;

  constructor(entries: readonly JournalEntry[], { strict = false, error }: ReplayOptions = {}) {
    this.strict = strict;
    this.#error = error;
    this.#events = this.#read(entries)
      .filter(({ effect }) => this.#isDelivered(effect))
      .map(({ effect, step }) => ({ seq: effect.seq, step }));
  }

  #read(entries: readonly JournalEntry[]): EffectEvent[] {
    const events: EffectEvent[] = [];
    for (const entry of entries) {
      switch (entry.type) {
        case "clock":
          this.#readClockEntry(entry);
          break;
        case "module":
          this.#modules.set(moduleKey(entry.specifier, entry.importer), entry);
          if ("source" in entry && entry.source !== undefined) this.#sources.set(entry.id, entry.source);
          break;
        case "started":
          this.#start(entry);
          break;
        case "output":
          this.#readOutput(entry, events);
          break;
        default:
          this.#readOfEffect(entry, events);
      }
    }
    return events;
  }

  #start({
    seq,
    parent,
    method,
    args,
    composite = false,
  }: Pick<RecordedEffect, "seq" | "parent" | "method" | "args"> & { composite?: boolean }): RecordedEffect {
    const caller = this.#effects.get(parent);
    const own = parent === 0 || (caller !== undefined && caller.composite && caller.own);
    const made = { seq, parent, method, args, composite, own };
    const effect: RecordedEffect = { ...made, output: undefined, outcome: undefined, nested: [] };
    const isKnown = this.#effects.has(seq);
    this.#effects.set(seq, effect);
    if (own && !isKnown) this.#uncalled += 1;
    return effect;
  }

  #readOutput(entry: OutputEntry, events: EffectEvent[]): void {
    const { parent, method } = entry;
    for (let seq = entry.seq; seq < entry.seq + entry.calls; seq++) {
      const effect = this.#start({ seq, parent, method, args: [] });
      effect.outcome = { ok: true, value: null };
      effect.output = entry;
      if (effect.own) events.push({ effect, step: undefined });
    }
    const caller = this.#effects.get(parent);
    if (caller && !(caller.composite && caller.own)) this.#readInnerOutput(entry, events);
  }

  /** It is printed again when the script's own effect that led to it is answered. */
  #readInnerOutput(entry: OutputEntry, events: EffectEvent[]): void {
    let effect = this.#effects.get(entry.parent);
    while (effect && !effect.own) effect = this.#effects.get(effect.parent);
    if (!effect) return;
    // What it printed after it had ended is printed with its end.
    const late = effect.outcome ? events.findIndex((event) => event.effect === effect && !event.step) : -1;
    const step = { output: { text: entry.text, logs: entry.logs ?? [] } };
    if (late >= 0) events.splice(late, 0, { effect, step });
    else this.#add(effect, step, entry.nested === true, events);
  }

  #readOfEffect(
    entry: Exclude<JournalEntry, { type: "clock" | "module" | "started" | "output" }>,
    events: EffectEvent[],
  ): void {
    const effect = this.#effects.get(entry.seq);
    if (!effect) return;
    if (entry.type === "callback") {
      this.#add(effect, { index: entry.index, args: entry.args }, entry.nested === true, events);
      return;
    }
    const usage = entry.usage ? { usage: entry.usage } : {};
    effect.outcome =
      entry.type === "ended" ? { ok: true, value: entry.value, ...usage } : { ok: false, error: entry.error, ...usage };
    if (!effect.composite) events.push({ effect, step: undefined });
  }

  #add(effect: RecordedEffect, step: RecordedStep, nested: boolean, events: EffectEvent[]): void {
    if (nested) effect.nested.push(step);
    else events.push({ effect, step });
  }

  /** Where a run goes on, what was started and did not end runs again and does all of it itself. The last start counts. */
  #isDelivered(effect: RecordedEffect): boolean {
    if (this.#effects.get(effect.seq) !== effect || this.isInner(effect.seq)) return false;
    return this.strict || effect.outcome !== undefined;
  }

  /**
   * The record of effect `seq`, or undefined past the journal's end. Throws `journal.mismatch` when the script does
   * something else there.
   */
  effect(seq: number, method: string, args: readonly ScriptValue[]): RecordedEffect | undefined {
    const effect = this.#effects.get(seq);
    if (!effect) {
      if (this.strict) throw this.#pastEnd(seq, method);
      return undefined;
    }
    if (effect.method !== method) {
      throw mismatch(seq, `the journal holds ${effect.method} as effect ${seq}, the script calls ${method}`, {
        recorded: effect.method,
        called: method,
      });
    }
    if (this.strict && !effect.output) {
      const difference = differenceOf(effect.args as ScriptValue[], args as ScriptValue[], "args");
      if (difference)
        throw mismatch(seq, `effect ${seq}, ${method}, has another argument: ${difference.text}`, {
          method,
          ...difference.details,
        });
    }
    return effect;
  }

  /** The arguments that the journal holds of an effect. */
  argsOf(seq: number): readonly ScriptValue[] | undefined {
    return this.#effects.get(seq)?.args;
  }

  #pastEnd(seq: number, method: string): LlmspellError {
    return mismatch(seq, `the recording ends before effect ${seq}: the script calls ${method}`, { called: method });
  }

  /**
   * In a strict replay the script makes effect `seq`, which the journal holds. Answers the final error that ended the
   * recorded run, if that was all of it.
   */
  called(seq: number): LlmspellError | undefined {
    this.#lastCalled = seq;
    this.#uncalled -= 1;
    return this.ended;
  }

  /** The final error that ended the recorded run, where nothing more of the journal is left to happen. */
  get ended(): LlmspellError | undefined {
    if (!this.strict || this.#uncalled > 0 || this.next || !this.#error) return undefined;
    return LlmspellError.fromData(this.#error);
  }

  /**
   * Compares what output call `seq` prints with what it printed before. Throws `journal.mismatch` where it differs; what
   * was redacted is compared once all calls of the entry were made.
   */
  compareOutput({ seq, method, output: entry }: RecordedEffect, { text, logs }: RecordedOutput): void {
    if (!entry) return;
    if (this.#printing?.entry !== entry) this.#printing = { entry, calls: 0, text: "" };
    const printing = this.#printing;
    printing.calls += 1;
    printing.text += text;
    const recorded = printing.entry.text;
    const isOver = printing.calls === printing.entry.calls;
    // Where something was redacted only the end tells.
    const isRedacted = recorded.includes(REDACTED) || printing.text.includes(REDACTED);
    const same = isOver ? isSameText(recorded, printing.text) : isRedacted || recorded.startsWith(printing.text);
    if (!same) {
      const [before, now] = differingTexts(recorded, printing.text);
      const what = `prints something else: ${before} was recorded, it is ${now}`;
      throw mismatch(seq, `effect ${seq}, ${method}, ${what}`, { method });
    }
    const loggedBefore = printing.entry.logs?.[printing.calls - 1];
    const difference = logs[0] && loggedBefore && differenceOf(loggedBefore as never, logs[0] as never);
    if (difference)
      throw mismatch(seq, `effect ${seq}, ${method}, logs something else: ${difference.text}`, { method });
  }

  /**
   * True for an effect that another one made which is answered from the journal: that one does not run, so neither does
   * this.
   */
  isInner(seq: number): boolean {
    const parent = this.#effects.get(seq)?.parent ?? 0;
    if (parent === 0) return false;
    const caller = this.#effects.get(parent);
    const isAnswered = !caller?.composite && (this.strict || caller?.outcome !== undefined);
    return isAnswered || this.isInner(parent);
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

  #readClockEntry({ now, reads, parent = 0 }: Extract<JournalEntry, { type: "clock" }>): void {
    const clock = this.#clocks.get(parent) ?? [];
    this.#clocks.set(parent, clock);
    clock.push({ now, reads });
  }

  /** The next recorded reading of the clock by the script of effect `parent`, or undefined past the journal's end, where a strict replay's clock stands still. */
  readClock(parent = 0): number | undefined {
    const clock = this.#clocks.get(parent) ?? [];
    const head = clock[0];
    if (!head) return this.strict ? this.#lastNow : undefined;
    head.reads -= 1;
    if (head.reads <= 0) clock.shift();
    this.#lastNow = head.now;
    return head.now;
  }

  /** Throws `journal.mismatch` where a script has ended and the journal holds more that it did. */
  checkEnd(): void {
    if (!this.strict || this.#uncalled === 0) return;
    const left = [...this.#effects.values()].find(({ seq, own }) => own && seq > this.#lastCalled);
    if (!left) return;
    throw mismatch(left.seq, `the script ended before effect ${left.seq}, ${left.method}, which the recording holds`, {
      recorded: left.method,
    });
  }

  /** What to tell when nothing but the end of an effect could go on, of which the journal does not tell. */
  neverEnded(effect: RecordedEffect): LlmspellError {
    const { seq, method } = effect;
    return mismatch(seq, `the recording stops while effect ${seq}, ${method}, is under way: it holds no end of it`, {
      recorded: method,
    });
  }

  /** What loading a module came to; undefined where the journal does not say. */
  module(specifier: string, importer: string): { id: string; source: string } | { error: ErrorData } | undefined {
    const entry = this.#modules.get(moduleKey(specifier, importer));
    if (!entry || "error" in entry) return entry;
    const source = this.#sources.get(entry.id);
    return source === undefined ? undefined : { id: entry.id, source };
  }
}

/** What `journal.mismatch` says besides. */
function mismatch(seq: number, message: string, details: Record<string, unknown>): LlmspellError {
  return new LlmspellError("journal.mismatch", message, {
    hint: "The script, its parameters or LLMSpell changed since the journal was written. Record it anew if that is meant.",
    details: { seq, ...details },
  });
}

function moduleKey(specifier: string, importer: string): string {
  return JSON.stringify([specifier, importer]);
}
