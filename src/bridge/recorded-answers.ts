import { LlmspellError } from "../errors.ts";
import type { RecordedCallback, RecordedEffect, RecordedOutcome, RecordedStep, Replay } from "../journal/replay.ts";
import { withoutRepeats } from "../journal/repeats.ts";
import type { Handle, ScriptValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";
import type { LogEvent } from "./call-context.ts";
import type { Call } from "./call.ts";
import type { MethodInput } from "./compiled-method.ts";
import { EFFECT_BYTES, outputBytes, spendOf } from "./effect-costs.ts";
import type { RunLedger } from "./run-ledger.ts";
import type { RunPorts } from "./run-ports.ts";
import type { RunScope } from "./run-scope.ts";

/** A call that has an effect, and what it was given. */
interface Asked {
  call: Call;
  input: MethodInput;
  self: Handle | undefined;
  given: readonly ScriptValue[];
}

interface Parts {
  replay: Replay;
  ports: RunPorts;
  scope: RunScope;
  ledger: RunLedger;
  /** Told of each call that begins and ends to wait. */
  waits: (more: 1 | -1) => void;
}

/** Answers calls from the journal: of a run that continues what it holds the end of, of one that is made again strictly everything. */
export class RecordedAnswers {
  readonly #replay: Replay;
  readonly #ports: RunPorts;
  readonly #scope: RunScope;
  readonly #ledger: RunLedger;
  readonly #waits: (more: 1 | -1) => void;

  constructor({ replay, ports, scope, ledger, waits }: Parts) {
    this.#replay = replay;
    this.#ports = ports;
    this.#scope = scope;
    this.#ledger = ledger;
    this.#waits = waits;
  }

  /** Undefined for a call that is to be made. */
  answer(asked: Asked): { value: ScriptValue | Promise<ScriptValue> } | undefined {
    const recorded = this.#find(asked);
    if (!recorded) return undefined;
    if (this.#replay.strict) return { value: this.#answerStrictly(recorded, asked) };
    if (!recorded.outcome) return undefined;
    this.#bookRecorded(asked, recorded, recorded.outcome);
    return { value: this.#answerFromJournal(asked.call, recorded, asked.self) };
  }

  /** A composite call runs again; what the journal holds of it is not written a second time. */
  resume(asked: Asked): void {
    const recorded = this.#find(asked);
    if (!recorded) return;
    asked.call.recorded = recorded.outcome ? "ended" : "begun";
    if (!this.#replay.strict) return;
    const ended = this.#replay.called(recorded.seq);
    if (ended) throw this.#scope.condemn(ended);
  }

  /** Whether a strict replay waits for what never ended. */
  get isHanging(): boolean {
    return this.#ledger.hanging.length > 0;
  }

  #find({ call, given }: Asked): RecordedEffect | undefined {
    try {
      return this.#replay.effect(call.seq, call.method.name, given);
    } catch (error) {
      throw this.#scope.condemn(error as LlmspellError);
    }
  }

  /** What a recorded effect held and spent counts in a continued run as it did at first. */
  #bookRecorded({ call, given }: Asked, { seq, output }: RecordedEffect, outcome: RecordedOutcome): void {
    if (output) {
      if (output.seq === seq) this.#scope.charge(EFFECT_BYTES + outputBytes(output));
      return;
    }
    this.#scope.charge(EFFECT_BYTES + sizeOf(withoutRepeats(given, call.repeats) as ScriptValue[]));
    if (outcome.ok) this.#scope.charge(sizeOf(outcome.value));
    if (outcome.usage) this.#ports.budget.book(spendOf(outcome.usage));
  }

  /** A recorded effect: its callbacks run again and its result is delivered, in the recorded order. */
  #answerFromJournal(
    call: Call,
    recorded: RecordedEffect,
    self: Handle | undefined,
  ): ScriptValue | Promise<ScriptValue> {
    if (self) self.replayedCalls += 1;
    call.replayed = true;
    const outcome = recorded.outcome as NonNullable<RecordedEffect["outcome"]>;
    const waiting = recorded.nested.map((step) => this.#replayStep(call, step)).includes("waits");
    // A sync method waits only for a callback that does.
    if (call.method.spec.sync && !waiting) {
      this.#ledger.delivery.replayedSync(call.seq);
      this.#endWithRecording();
      if (!outcome.ok) throw LlmspellError.fromData(outcome.error);
      call.releaseCallbacks();
      return outcome.value;
    }
    this.#ledger.delivery.started();
    this.#waits(1);
    return new Promise<ScriptValue>((resolve, reject) => {
      this.#ledger.delivery.replayed(call.seq, {
        step: (step) => void this.#replayStep(call, step),
        end: () => {
          this.#waits(-1);
          this.#ledger.activity += 1;
          call.releaseCallbacks();
          const ended = this.#replay.ended;
          if (ended) return reject(this.#scope.condemn(ended));
          if (outcome.ok) resolve(outcome.value);
          else reject(LlmspellError.fromData(outcome.error));
        },
      });
    });
  }

  /** A replay ends where its recording does, if that ended with an error that nothing can make again. */
  #endWithRecording(): void {
    const ended = this.#replay.ended;
    if (ended) throw this.#scope.condemn(ended);
  }

  /** Without any effect: output is made again, all else is answered, or waits for what never came. */
  #answerStrictly(recorded: RecordedEffect, asked: Asked): ScriptValue | Promise<ScriptValue> {
    const { call, self } = asked;
    if (recorded.outcome) this.#bookRecorded(asked, recorded, recorded.outcome);
    const ended = this.#replay.called(call.seq);
    if (recorded.output) return this.#printAgain(recorded, asked);
    if (recorded.outcome) return this.#answerFromJournal(call, recorded, self);
    if (ended) throw this.#scope.condemn(ended);
    const waiting = recorded.nested.map((step) => this.#replayStep(call, step)).includes("waits");
    if (call.method.spec.sync && !waiting) throw this.#scope.condemn(this.#replay.neverEnded(recorded));
    this.#ledger.hanging.push(recorded);
    this.#ledger.delivery.started();
    return new Promise<ScriptValue>(() =>
      this.#ledger.delivery.replayed(call.seq, {
        step: (step) => {
          this.#ledger.activity += 1;
          this.#replayStep(call, step);
          const over = this.#replay.ended;
          if (over) this.#scope.condemn(over);
        },
        end: () => undefined,
      }),
    );
  }

  #printAgain(recorded: RecordedEffect, { call, input, self }: Asked): ScriptValue {
    const printed = (call.printing = { text: "", logs: [] as LogEvent[] });
    const value = call.method.checkOutput(call.method.run(input, call, self as Handle) as ScriptValue);
    try {
      this.#replay.compareOutput(recorded, printed);
    } catch (error) {
      throw this.#scope.condemn(error as LlmspellError);
    }
    if (printed.text !== "") this.#ports.write(printed.text);
    for (const event of printed.logs) this.#ports.log(event);
    this.#ledger.delivery.replayedSync(call.seq);
    call.releaseCallbacks();
    this.#endWithRecording();
    return value;
  }

  #replayStep(call: Call, step: RecordedStep): "waits" | "done" {
    if ("index" in step) return replayCallback(call, step);
    if (!this.#replay.strict) return "done";
    const { text, logs } = step.output;
    this.#scope.countOutput(text);
    if (text !== "") this.#ports.write(text);
    for (const event of logs) this.#ports.log(event as LogEvent);
    return "done";
  }

  /** Ends a strict replay in which only what never ended could go on. */
  giveUpHanging(): void {
    const activity = this.#ledger.activity;
    const check = () => {
      const [effect] = this.#ledger.hanging;
      if (effect && this.#ledger.activity === activity && this.#ledger.delivery.idle)
        this.#scope.condemn(this.#replay.neverEnded(effect));
    };
    // What waits for promises that are kept already comes before.
    setImmediate(() => setImmediate(check));
  }
}

/** Makes a recorded callback again. What comes of it is part of the recorded outcome. */
function replayCallback(call: Call, { index, args }: RecordedCallback): "waits" | "done" {
  try {
    const value = call.callbacks[index]?.(...(args as ScriptValue[]));
    if (!(value instanceof Promise)) return "done";
    value.catch(() => {});
    return "waits";
  } catch {
    return "done";
  }
}
