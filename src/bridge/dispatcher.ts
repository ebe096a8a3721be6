import type { Spend } from "../budget/budget.ts";
import type { VmHost } from "../engine/vm.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import { addUsage, type Usage } from "../journal/journal.ts";
import type { RecordedCallback, RecordedEffect, RecordedOutcome } from "../journal/replay.ts";
import type { Handle, ScriptValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";
import { nothing } from "./any-schema.ts";
import { Call, type CallOwner } from "./call.ts";
import type { BridgeCatalogue } from "./catalogue.ts";
import type { CompiledMethod, MethodInput } from "./compiled-method.ts";
import { Delivery } from "./delivery.ts";
import type { HookedCall, RunPorts } from "./run-ports.ts";
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
  readonly #delivery: Delivery;
  #seq = 0;
  #hostCalls = 0;
  /** Waiting calls that something outside can still wake; passive ones, which only the run itself can. */
  #active = 0;
  readonly #passive = new Set<(error: LlmspellError) => void>();

  constructor(catalogue: BridgeCatalogue, ports: RunPorts) {
    this.#catalogue = catalogue;
    this.#ports = ports;
    this.#scope = new RunScope(ports);
    this.#delivery = new Delivery(ports.replay);
  }

  handle(id: number): Handle | undefined {
    return this.#scope.handle(id);
  }

  call(ref: number, args: ScriptValue[]): ScriptValue | Promise<ScriptValue> {
    const method = this.#catalogue.method(ref);
    const call = new Call(method, this.#scope, this, 0);
    const value = this.#dispatch(call, args);
    if (!(value instanceof Promise)) return method.present(value, this.#ports.naming, call);
    return value.then((settled) => method.present(settled, this.#ports.naming, call));
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
    if (!spec.lenient) this.#countCall();
    if (spec.capability !== undefined) this.#askPolicy(method, input);
    const journaled = spec.effect !== "local";
    if (journaled) call.seq = this.#nextSeq();
    if (journaled && this.#ports.replay) {
      const recorded = this.#ports.replay.effect(call.seq, method.name);
      if (recorded?.outcome) {
        this.#bookRecorded(given, recorded.outcome);
        return this.#answerFromJournal(call, recorded, self);
      }
    }
    return this.#execute(call, input, self, given);
  }

  #nextSeq(): number {
    do this.#seq += 1;
    while (this.#ports.replay?.isInner(this.#seq));
    return this.#seq;
  }

  #countCall(): void {
    this.#hostCalls += 1;
    const limit = this.#ports.limits.hostCalls;
    if (this.#hostCalls <= limit) return;
    throw this.#scope.condemn(
      new LlmspellError("limit.host_calls", `the run made more than ${limit} host calls`, {
        details: { limit, setting: "limits.hostCalls" },
        hint: "Raise it with --limit hostCalls=N or limits.hostCalls, or do more work per call.",
      }),
    );
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
  #bookRecorded(given: readonly ScriptValue[], outcome: RecordedOutcome): void {
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
    const waiting = recorded.nested.map((callback) => replayCallback(call, callback)).includes("waits");
    // A sync method waits only for a callback that does.
    if (call.method.spec.sync && !waiting) {
      this.#delivery.replayedSync(call.seq);
      if (!outcome.ok) throw LlmspellError.fromData(outcome.error);
      call.releaseCallbacks();
      return outcome.value;
    }
    this.#delivery.started();
    this.#active += 1;
    return new Promise<ScriptValue>((resolve, reject) => {
      this.#delivery.replayed(call.seq, {
        callback: (callback) => void replayCallback(call, callback),
        end: () => {
          this.#active -= 1;
          call.releaseCallbacks();
          if (outcome.ok) resolve(outcome.value);
          else reject(LlmspellError.fromData(outcome.error));
        },
      });
    });
  }

  #execute(
    call: Call,
    input: MethodInput,
    self: Handle | undefined,
    given: readonly ScriptValue[],
  ): ScriptValue | Promise<ScriptValue> {
    const { spec } = call.method;
    const lease = spec.estimate ? this.#ports.budget.reserve(spec.estimate(input as never, call)) : undefined;
    call.lease = lease;
    call.startedAt = this.#ports.clock.real();
    if (call.seq > 0) {
      this.#scope.charge(EFFECT_BYTES + sizeOf(given as ScriptValue[]));
      if (this.#isOutput(call)) return this.#print(call, input, self, given);
      const { seq, parent, startedAt } = call;
      this.#ports.journal.append({
        type: "started",
        seq,
        parent,
        method: call.method.name,
        args: given,
        at: startedAt,
      });
    }
    let value: ScriptValue | Promise<ScriptValue>;
    try {
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

  #isOutput({ method: { spec }, parent, callbacks, lease }: Call): boolean {
    const plain = spec.lenient && spec.sync && spec.output === nothing;
    return (
      plain === true && parent === 0 && callbacks.length === 0 && lease === undefined && this.#ports.hooks.length === 0
    );
  }

  /** Output and logs, of which there may be very many: one entry, written once it is done. What failed is done again on replay. */
  #print(call: Call, input: MethodInput, self: Handle | undefined, given: readonly ScriptValue[]): ScriptValue {
    const { method, seq } = call;
    try {
      const value = method.checkOutput(method.run(input, call, self as Handle) as ScriptValue);
      this.#ports.journal.append({ type: "output", seq, method: method.name, args: given });
      this.#finish(call, undefined);
      return value;
    } catch (thrown) {
      const error = toLlmspellError(thrown, "bridge.failed");
      this.#finish(call, undefined, error);
      throw error;
    }
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
    this.#active += 1;
    this.#delivery.started();
    return new Promise<ScriptValue>((resolve, reject) => {
      const deliver = (settle: () => ScriptValue) =>
        this.#delivery.completed(() => {
          this.#active -= 1;
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
    this.#delivery.rested();
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
