import type { Spend } from "../budget/budget.ts";
import type { VmHost } from "../engine/vm.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import { addUsage, type OutputEntry, type Usage } from "../journal/journal.ts";
import type { RecordedCallback, RecordedEffect, RecordedOutcome, RecordedStep, Replay } from "../journal/replay.ts";
import type { Handle, ScriptValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";
import { nothing } from "./any-schema.ts";
import type { LogEvent } from "./call-context.ts";
import { Call, type CallOwner } from "./call.ts";
import type { BridgeCatalogue } from "./catalogue.ts";
import type { CompiledMethod, MethodInput } from "./compiled-method.ts";
import type { HookedCall, RunPorts } from "./run-ports.ts";
import { type OpenEffect, RunLedger } from "./run-ledger.ts";
import { RunScope } from "./run-scope.ts";

/** What the journal needs for one effect besides its values. */
const EFFECT_BYTES = 128;

/**
 * The one way in: every call that leaves a run's VM passes here, as does every call that a bridge makes for it.
 * Stages, in order: find, validate input, policy, journal (replay), budget, hooks, run, validate output, settle,
 * journal, observe, present. Pure methods go from validation to running and back.
 */
export class Dispatcher implements VmHost, CallOwner {
  readonly #catalogue: BridgeCatalogue;
  readonly #ports: RunPorts;
  readonly #scope: RunScope;
  readonly #ledger: RunLedger;
  /** The effect that runs the script, 0 for the run's own. */
  readonly #effect: number;
  /** Waiting calls that something outside can still wake; passive ones, which only the script itself can. */
  #active = 0;
  readonly #passive = new Set<(error: LlmspellError) => void>();

  /** `ledger` and `effect`: of a further script that the effect of a run runs. */
  constructor(catalogue: BridgeCatalogue, ports: RunPorts, ledger = new RunLedger(ports.replay), effect = 0) {
    this.#catalogue = catalogue;
    this.#ports = ports;
    this.#ledger = ledger;
    this.#effect = effect;
    this.#scope = new RunScope(ports, ledger);
  }

  /** The way in for a further script of the same run, which `effect` runs: what counts for the run counts together. */
  within(effect: number, ports: RunPorts): Dispatcher {
    return new Dispatcher(this.#catalogue, ports, this.#ledger, effect);
  }

  handle(id: number): Handle | undefined {
    return this.#scope.handle(id);
  }

  call(ref: number, args: ScriptValue[]): ScriptValue | Promise<ScriptValue> {
    this.#ledger.activity += 1;
    const method = this.#catalogue.method(ref);
    if (this.#ports.refusedBridges?.has(method.bridge.name)) throw refusedBridge(method);
    const call = new Call(method, this.#scope, this, this.#effect);
    const value = this.#dispatch(call, args);
    if (!(value instanceof Promise)) return method.present(value, this.#ports.naming, call);
    return value.then((settled) => {
      if (method.spec.renews && this.#effect === 0) this.#renew();
      return method.present(settled, this.#ports.naming, call);
    });
  }

  #renew(): void {
    this.#ledger.hostCalls = 0;
    this.#scope.renewOutput();
    this.#ports.renewed?.();
  }

  /** A call that a bridge makes on behalf of the run, as a child of the effect `parent`. Values are in host spelling. */
  callNested(
    owner: string,
    name: string,
    args: readonly ScriptValue[],
    parent: number,
  ): ScriptValue | Promise<ScriptValue> {
    return this.#dispatch(new Call(this.#catalogue.find(owner, name), this.#scope, this, parent), args);
  }

  #dispatch(call: Call, given: readonly ScriptValue[]): ScriptValue | Promise<ScriptValue> {
    try {
      return this.#pass(call, given);
    } catch (error) {
      call.releaseCallbacks();
      throw toLlmspellError(error, "bridge.failed");
    }
  }

  #pass(call: Call, given: readonly ScriptValue[]): ScriptValue | Promise<ScriptValue> {
    if (this.#scope.condemned) throw this.#scope.condemned;
    const { method } = call;
    const { spec } = method;
    const self = method.ofHandle ? this.#scope.self(method, given[0]) : undefined;
    const input = method.parse(self ? given.slice(1) : given, call);
    if (spec.effect === "pure") return this.#runPure(call, input, self);
    if (!spec.lenient && !spec.partOfCall) this.#countCall();
    if (spec.capability !== undefined) this.#askPolicy(method, input);
    const journaled = spec.effect !== "local";
    if (journaled && !spec.sync && call.parent === this.#effect) this.#limitWaiting();
    if (journaled) call.seq = this.#ledger.nextSeq();
    const { replay } = this.#ports;
    const recorded = journaled && replay ? this.#recorded(replay, call, given) : undefined;
    if (replay?.strict && recorded) return this.#answerStrictly(replay, call, recorded, input, self, given);
    if (recorded?.outcome) {
      this.#bookRecorded(given, recorded, recorded.outcome);
      return this.#answerFromJournal(call, recorded, self);
    }
    return this.#execute(call, input, self, given);
  }

  #recorded(replay: Replay, call: Call, given: readonly ScriptValue[]): RecordedEffect | undefined {
    try {
      return replay.effect(call.seq, call.method.name, given);
    } catch (error) {
      throw this.#scope.condemn(error as LlmspellError);
    }
  }

  #countCall(): void {
    this.#ledger.hostCalls += 1;
    const limit = this.#ports.limits.hostCalls;
    if (this.#ledger.hostCalls <= limit) return;
    throw this.#scope.condemn(
      new LlmspellError("limit.host_calls", `the run made more than ${limit} host calls`, {
        details: { limit, setting: "limits.hostCalls" },
        hint: "Raise it with --limit hostCalls=N or limits.hostCalls, or do more work per call.",
      }),
    );
  }

  /** A script can catch this, and wait for some of its calls first. */
  #waits(more: 1 | -1): void {
    this.#active += more;
    this.#ledger.waiting += more;
  }

  #limitWaiting(): void {
    const limit = this.#ports.limits.concurrentCalls;
    if (this.#ledger.waiting < limit) return;
    throw new LlmspellError("limit.concurrent_calls", `the run has ${limit} calls waiting already`, {
      details: { limit, setting: "limits.concurrentCalls" },
      hint: "Wait for some of them first, or raise it with --limit concurrentCalls=N or limits.concurrentCalls.",
    });
  }

  #askPolicy(method: CompiledMethod, input: MethodInput): void {
    const { capability, target, internal } = method.spec;
    if (capability === undefined) return;
    const on = target?.(input as never);
    // Scripts do not know the names of internal methods.
    this.#ports.policy.check({
      capability,
      method: internal ? method.owner : method.name,
      ...(on === undefined ? {} : { target: on }),
    });
  }

  /** What a recorded effect held and spent counts in a continued run as it did at first. */
  #bookRecorded(given: readonly ScriptValue[], { seq, output }: RecordedEffect, outcome: RecordedOutcome): void {
    if (output) {
      if (output.seq === seq) this.#scope.charge(EFFECT_BYTES + outputBytes(output));
      return;
    }
    this.#scope.charge(EFFECT_BYTES + sizeOf(given as ScriptValue[]));
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
          const ended = this.#ports.replay?.ended;
          if (ended) return reject(this.#scope.condemn(ended));
          if (outcome.ok) resolve(outcome.value);
          else reject(LlmspellError.fromData(outcome.error));
        },
      });
    });
  }

  /** A replay ends where its recording does, if that ended with an error that nothing can make again. */
  #endWithRecording(): void {
    const ended = this.#ports.replay?.ended;
    if (ended) throw this.#scope.condemn(ended);
  }

  /** Without any effect: output is made again, all else is answered, or waits for what never came. */
  #answerStrictly(
    replay: Replay,
    call: Call,
    recorded: RecordedEffect,
    input: MethodInput,
    self: Handle | undefined,
    given: readonly ScriptValue[],
  ): ScriptValue | Promise<ScriptValue> {
    if (recorded.outcome) this.#bookRecorded(given, recorded, recorded.outcome);
    const ended = replay.called(call.seq);
    if (recorded.output) return this.#printAgain(replay, call, recorded, input, self);
    if (recorded.outcome) return this.#answerFromJournal(call, recorded, self);
    if (ended) throw this.#scope.condemn(ended);
    const waiting = recorded.nested.map((step) => this.#replayStep(call, step)).includes("waits");
    if (call.method.spec.sync && !waiting) throw this.#scope.condemn(replay.neverEnded(recorded));
    this.#ledger.hanging.push(recorded);
    this.#ledger.delivery.started();
    return new Promise<ScriptValue>(() =>
      this.#ledger.delivery.replayed(call.seq, {
        step: (step) => {
          this.#ledger.activity += 1;
          this.#replayStep(call, step);
          const over = replay.ended;
          if (over) this.#scope.condemn(over);
        },
        end: () => undefined,
      }),
    );
  }

  #printAgain(
    replay: Replay,
    call: Call,
    recorded: RecordedEffect,
    input: MethodInput,
    self: Handle | undefined,
  ): ScriptValue {
    const printed = (call.printing = { text: "", logs: [] as LogEvent[] });
    const value = call.method.checkOutput(call.method.run(input, call, self as Handle) as ScriptValue);
    try {
      replay.compareOutput(recorded, printed);
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
    if (!this.#ports.replay?.strict) return "done";
    const { text, logs } = step.output;
    this.#scope.countOutput(text);
    if (text !== "") this.#ports.write(text);
    for (const event of logs) this.#ports.log(event as LogEvent);
    return "done";
  }

  #execute(
    call: Call,
    input: MethodInput,
    self: Handle | undefined,
    given: readonly ScriptValue[],
  ): ScriptValue | Promise<ScriptValue> {
    const { spec } = call.method;
    call.startedAt = this.#ports.clock.real();
    if (call.seq > 0) {
      if (this.#isOutput(call)) return this.#print(call, input, self, given);
      this.#scope.charge(EFFECT_BYTES + sizeOf(given as ScriptValue[]));
      this.#start(call, given);
    }
    let value: ScriptValue | Promise<ScriptValue>;
    try {
      call.lease = spec.estimate ? this.#ports.budget.reserve(spec.estimate(input as never, call)) : undefined;
      call.entered = true;
      value =
        this.#ports.hooks.length === 0
          ? call.method.run(input, call, self as Handle)
          : this.#runHooked(call, input, self);
      if (!(value instanceof Promise)) return this.#succeed(call, value);
    } catch (error) {
      throw this.#fail(call, error);
    } finally {
      call.entered = false;
    }
    this.#tellStarted(call, input);
    return this.#wait(call, value);
  }

  #tellStarted({ seq, parent, method, startedAt: at }: Call, input: MethodInput): void {
    if (!this.#ports.observe || seq === 0) return;
    const target = method.spec.target?.(input as never);
    this.#ports.observe({
      type: "call.started",
      runId: this.#ports.runId,
      seq,
      parent,
      method: method.name,
      ...(target === undefined ? {} : { target }),
      at,
    });
  }

  #start(call: Call, args: readonly ScriptValue[]): void {
    const { seq, parent, startedAt: at, method } = call;
    this.#ledger.open.set(seq, call);
    this.#ports.journal.append({ type: "started", seq, parent, method: method.name, args, at });
  }

  #isOutput({ method: { spec }, callbacks }: Call): boolean {
    const plain = spec.lenient && spec.sync && spec.output === nothing && spec.estimate === undefined;
    return plain === true && callbacks.length === 0 && this.#ports.hooks.length === 0;
  }

  /** Output and logs, of which there may be very many: shown and journaled once they are done. */
  #print(call: Call, input: MethodInput, self: Handle | undefined, given: readonly ScriptValue[]): ScriptValue {
    const { method, seq } = call;
    const printed = (call.printing = { text: "", logs: [] as LogEvent[] });
    try {
      const value = method.checkOutput(method.run(input, call, self as Handle) as ScriptValue);
      this.#show(call, { seq, method: method.name, calls: 1, ...printed });
      this.#finish(call, undefined);
      return value;
    } catch (thrown) {
      const error = toLlmspellError(thrown, "bridge.failed");
      if (!error.final) this.#start(call, given);
      throw this.#fail(call, error);
    }
  }

  /** What an effect prints by itself. */
  printed(call: Call, text: string, log: LogEvent | undefined): void {
    const output = { seq: call.seq, method: call.method.name, calls: 0, text, logs: log ? [log] : [] };
    this.#show(call, output, call.seq);
  }

  #show(
    call: Call,
    { logs, ...output }: Pick<OutputEntry, "seq" | "method" | "calls" | "text"> & { logs: LogEvent[] },
    parent = call.parent,
  ): void {
    const root = this.#rootOf(parent);
    const entry: OutputEntry = {
      type: "output",
      parent,
      ...output,
      at: call.startedAt,
      ...(logs.length > 0 ? { logs } : {}),
      ...(root?.entered ? { nested: true } : {}),
    };
    const { seq, method } = this.#ledger.outputEnd;
    const follows = seq === entry.seq && method === entry.method;
    this.#ledger.outputEnd = { seq: entry.seq + entry.calls, method: entry.method };
    this.#scope.charge(outputBytes(entry) + (follows ? 0 : EFFECT_BYTES));
    this.#ports.print(entry);
  }

  /** The script's own effect that led to what happens inside the effect `seq`. */
  #rootOf(seq: number): OpenEffect | undefined {
    let call = this.#ledger.open.get(seq);
    while (call && call.parent > 0) call = this.#ledger.open.get(call.parent);
    return call;
  }

  #runHooked(call: Call, input: MethodInput, self: Handle | undefined): ScriptValue | Promise<ScriptValue> {
    const hooked: HookedCall = { method: call.method.name, runId: this.#ports.runId, input };
    const run = (index: number): ScriptValue | Promise<ScriptValue> => {
      const hook = this.#ports.hooks[index];
      if (!hook) return call.method.run(input, call, self as Handle);
      const inner = (replaced: undefined | { value: ScriptValue }) =>
        then(replaced ? replaced.value : run(index + 1), (value) => (hook.after ? hook.after(hooked, value) : value));
      return then(hook.before?.(hooked), inner);
    };
    return run(0);
  }

  #wait(call: Call, value: Promise<ScriptValue>): Promise<ScriptValue> {
    const passive = call.method.spec.passive === true;
    if (call.seq === 0) return this.#waitLocally(call, value, passive);
    this.#waits(1);
    this.#ledger.delivery.started();
    return new Promise<ScriptValue>((resolve, reject) => {
      const deliver = (settle: () => ScriptValue) =>
        this.#ledger.delivery.completed(() => {
          this.#waits(-1);
          try {
            resolve(settle());
          } catch (error) {
            reject(error as LlmspellError);
          }
        });
      value.then(
        (result) => deliver(() => this.#settleSafely(call, result)),
        (error: unknown) =>
          deliver(() => {
            throw this.#fail(call, error);
          }),
      );
    });
  }

  #waitLocally(call: Call, value: Promise<ScriptValue>, passive: boolean): Promise<ScriptValue> {
    const settled = value.then(
      (result) => this.#settleSafely(call, result),
      (error: unknown) => {
        throw this.#fail(call, error);
      },
    );
    if (!passive) return settled;
    return new Promise<ScriptValue>((resolve, reject) => {
      const giveUp = (error: LlmspellError) => {
        call.cancel(error);
        reject(error);
      };
      this.#passive.add(giveUp);
      settled.finally(() => this.#passive.delete(giveUp)).then(resolve, reject);
    });
  }

  #settleSafely(call: Call, result: ScriptValue): ScriptValue {
    try {
      return this.#succeed(call, result);
    } catch (error) {
      throw this.#fail(call, error);
    }
  }

  #succeed(call: Call, result: ScriptValue): ScriptValue {
    const { method, seq } = call;
    const value = method.checkOutput(result);
    const usage = addUsage(method.spec.usage?.(value as never), call.spent);
    if (seq > 0) {
      this.#scope.charge(sizeOf(value));
      this.#ports.journal.append({
        type: "ended",
        seq,
        at: this.#ports.clock.real(),
        value,
        ...(usage ? { usage } : {}),
      });
    }
    this.#finish(call, usage);
    return value;
  }

  #fail(call: Call, thrown: unknown): LlmspellError {
    const error = toLlmspellError(thrown, "bridge.failed");
    if (call.finished) return error;
    if (call.seq > 0 && !error.final) {
      const usage = call.spent ? { usage: call.spent } : {};
      this.#ports.journal.append({
        type: "failed",
        seq: call.seq,
        at: this.#ports.clock.real(),
        error: error.toData(),
        ...usage,
      });
    }
    this.#finish(call, call.spent, error);
    return error;
  }

  #finish(call: Call, usage: Usage | undefined, error?: LlmspellError): void {
    call.finished = true;
    this.#ledger.open.delete(call.seq);
    this.#ledger.activity += 1;
    if (call.lease) call.lease.settle(spendOf(usage));
    else if (usage) this.#ports.budget.book(spendOf(usage));
    call.releaseCallbacks();
    if (!this.#ports.observe || call.seq === 0) return;
    const { seq, parent, startedAt: at, method } = call;
    this.#ports.observe({
      type: "call.finished",
      runId: this.#ports.runId,
      seq,
      parent,
      method: method.name,
      at,
      durationMs: this.#ports.clock.real() - at,
      ...(error ? { error: error.code } : {}),
      ...(usage ? { usage } : {}),
    });
  }

  #runPure(call: Call, input: MethodInput, self: Handle | undefined): ScriptValue | Promise<ScriptValue> {
    const value = call.method.run(input, call, self as Handle);
    if (value instanceof Promise) return waitForPure(call, value);
    call.releaseCallbacks();
    return call.method.checkOutput(value);
  }

  recordCallback(call: Call, index: number, args: readonly ScriptValue[]): void {
    if (call.seq === 0 || call.replayed) return;
    this.#scope.charge(sizeOf(args as ScriptValue[]));
    const at = this.#ports.clock.real();
    this.#ports.journal.append({
      type: "callback",
      seq: call.seq,
      index,
      args,
      at,
      ...(call.entered ? { nested: true } : {}),
    });
  }

  /**
   * To be called when the VM has come to rest. When nothing but the run itself could wake it, every waiting passive
   * call fails with `script.deadlock`.
   */
  rested(): void {
    this.#ledger.delivery.rested();
    if (this.#ledger.hanging.length > 0) return this.#giveUpHanging();
    if (this.#passive.size === 0 || this.#active > 0) return;
    setImmediate(() => {
      if (this.#active > 0) return;
      const waiting = [...this.#passive];
      this.#passive.clear();
      for (const giveUp of waiting) {
        giveUp(
          new LlmspellError("script.deadlock", "every task of the run waits for another one", {
            hint: "A channel is read that nobody writes to, or the other way round.",
          }),
        );
      }
    });
  }

  /** Ends a strict replay in which only what never ended could go on. */
  #giveUpHanging(): void {
    const activity = this.#ledger.activity;
    const check = () => {
      const [effect] = this.#ledger.hanging;
      if (effect && this.#ledger.activity === activity && this.#ledger.delivery.idle && this.#ports.replay)
        this.#scope.condemn(this.#ports.replay.neverEnded(effect));
    };
    // What waits for promises that are kept already comes before.
    setImmediate(() => setImmediate(check));
  }
}

/** What the journal needs for an output besides the entry itself. */
function outputBytes({ text, logs }: OutputEntry): number {
  return text.length + (logs ? sizeOf(logs as unknown as ScriptValue) : 0);
}

function refusedBridge({ name, bridge }: CompiledMethod): LlmspellError {
  return new LlmspellError("permission.denied", `${name} may not be called: the helper ${bridge.name} is not allowed`, {
    details: { capability: "helper", target: bridge.name, method: name },
    hint: "Helpers are allowed by permissions.helpers, in a configuration by bridges.stdlib.allowed_packages.",
  });
}

function spendOf(usage: Usage | undefined): Spend {
  return { cost: usage?.cost ?? 0, tokens: (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0) };
}

async function waitForPure(call: Call, value: Promise<ScriptValue>): Promise<ScriptValue> {
  try {
    return call.method.checkOutput(await value);
  } catch (error) {
    throw toLlmspellError(error, "bridge.failed");
  } finally {
    call.releaseCallbacks();
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

function then<T, R>(value: T | Promise<T>, go: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(go) : go(value);
}
