import type { VmHost } from "../engine/vm.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import { abridge } from "../journal/abridge.ts";
import { addUsage, type OutputEntry, type Usage } from "../journal/journal.ts";
import { withoutRepeats } from "../journal/repeats.ts";
import type { Handle, ScriptValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";
import { nothing } from "./any-schema.ts";
import type { LogEvent } from "./call-context.ts";
import { Call, type CallOwner } from "./call.ts";
import type { BridgeCatalogue } from "./catalogue.ts";
import type { CompiledMethod, MethodInput } from "./compiled-method.ts";
import { EFFECT_BYTES, outputBytes, spendOf } from "./effect-costs.ts";
import { RecordedAnswers } from "./recorded-answers.ts";
import type { HookedCall, RunPorts } from "./run-ports.ts";
import { type OpenEffect, RunLedger } from "./run-ledger.ts";
import { type Running, RunScope } from "./run-scope.ts";

/** Composite calls that are made within one another. */
const MAX_DEPTH = 256;

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
  /** Of a run that continues, or is made again. */
  readonly #recorded: RecordedAnswers | undefined;
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
    const waits = (more: 1 | -1) => this.#waits(more);
    this.#recorded =
      ports.replay && new RecordedAnswers({ replay: ports.replay, ports, scope: this.#scope, ledger, waits });
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
    const { running } = this.#scope;
    const call = new Call(method, this.#scope, this, running?.seq || this.#effect, running?.stop);
    const value = this.#dispatch(call, args);
    if (!(value instanceof Promise)) return method.present(value, this.#ports.naming, call);
    return value.then((settled) => {
      if (method.spec.renews && this.#effect === 0) this.#renew();
      return method.present(settled, this.#ports.naming, call);
    });
  }

  get work(): Running | undefined {
    return this.#scope.running;
  }

  set work(running: Running | undefined) {
    this.#scope.running = running;
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
    stop?: AbortSignal,
  ): ScriptValue | Promise<ScriptValue> {
    return this.#dispatch(new Call(this.#catalogue.find(owner, name), this.#scope, this, parent, stop), args);
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
    call.throwIfStopped();
    const { method } = call;
    const { spec } = method;
    const self = method.ofHandle ? this.#scope.self(method, given[0]) : undefined;
    const input = method.parse(self ? given.slice(1) : given, call);
    if (spec.effect === "pure") return this.#runPure(call, input, self);
    if (!spec.lenient && !spec.partOfCall) this.#countCall();
    if (spec.capability !== undefined) this.#askPolicy(call, input);
    const journaled = spec.effect !== "local";
    if (journaled) this.#limitDepth(call);
    if (journaled && !spec.sync && this.#isOwn(call)) this.#limitWaiting();
    if (journaled) call.seq = this.#ledger.nextSeq();
    if (journaled && !spec.lenient) call.repeats = this.#ledger.repeatsOf(call.seq, call.parent, method.name, given);
    if (call.composite) this.#recorded?.resume({ call, input, self, given });
    else {
      const answered = journaled ? this.#recorded?.answer({ call, input, self, given }) : undefined;
      if (answered) return answered.value;
    }
    return this.#execute(call, input, self, given);
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

  /** Agents, tools, workflows, hooks and spells that lead to themselves would have no end but that of the run. */
  #limitDepth(call: Call): void {
    call.depth = (this.#ledger.open.get(call.parent)?.depth ?? 0) + (call.composite ? 1 : 0);
    if (call.depth <= MAX_DEPTH) return;
    throw new LlmspellError(
      "limit.recursion",
      `${call.method.name} is called within more than ${MAX_DEPTH} other calls`,
      {
        details: { limit: MAX_DEPTH },
        hint: "An agent, a tool, a workflow or a hook leads to itself.",
      },
    );
  }

  /** A script can catch this, and wait for some of its calls first. */
  #waits(more: 1 | -1): void {
    this.#active += more;
    this.#ledger.waiting += more;
    // The script may have given up what has ended (a timer): its VM is not entered for it.
    if (this.#active === 0) this.#findDeadlock();
  }

  /** Made by the script, or by what runs again for it. */
  #isOwn({ parent }: Call): boolean {
    return parent === this.#effect || this.#ledger.open.get(parent)?.composite === true;
  }

  #limitWaiting(): void {
    const limit = this.#ports.limits.concurrentCalls;
    if (this.#ledger.waiting < limit) return;
    throw new LlmspellError("limit.concurrent_calls", `the run has ${limit} calls waiting already`, {
      details: { limit, setting: "limits.concurrentCalls" },
      hint: "Wait for some of them first, or raise it with --limit concurrentCalls=N or limits.concurrentCalls.",
    });
  }

  #askPolicy(call: Call, input: MethodInput): void {
    const { method } = call;
    const { capability, target, internal } = method.spec;
    if (capability === undefined) return;
    const on = target?.(input as never);
    // Scripts do not know the names of internal methods.
    const asked = {
      capability,
      method: internal ? method.owner : method.name,
      ...(on === undefined ? {} : { target: on }),
    };
    try {
      this.#ports.policy.check(asked);
    } catch (error) {
      this.#tellDenied(call, asked);
      throw error;
    }
  }

  /** As an event of the run. What is denied within an effect is the effect's own business: a replay does not come to it. */
  #tellDenied(call: Call, asked: Record<string, string>): void {
    if (!this.#isOwn(call) || !this.#catalogue.has("events", "tell")) return;
    this.callNested("events", "tell", ["permission.denied", asked], call.parent);
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
      this.#scope.charge(EFFECT_BYTES + sizeOf(withoutRepeats(given, call.repeats) as ScriptValue[]));
      this.#start(call, given, call.method.spec.about?.(input as never, call, self as never));
    }
    let value: ScriptValue | Promise<ScriptValue>;
    try {
      const { estimate } = spec;
      call.lease = estimate && this.#ports.budget.reserve(() => estimate(input as never, call));
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

  #tellStarted({ seq, parent, method, recorded, startedAt: at }: Call, input: MethodInput): void {
    if (!this.#ports.observe || seq === 0 || recorded) return;
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

  #start(call: Call, args: readonly ScriptValue[], about?: string): void {
    const { seq, parent, startedAt: at, method, composite, repeats } = call;
    this.#ledger.open.set(seq, call);
    if (call.recorded) return;
    const entry = { type: "started", seq, parent, method: method.name, args, at } as const;
    const named = about === undefined ? entry : { ...entry, about };
    const more = { ...(composite ? { composite } : {}), ...(repeats ? { repeats } : {}) };
    this.#ports.journal.append(composite || repeats ? { ...named, ...more } : named);
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

  /** The effect that a replay answers for what happens inside the effect `seq`. */
  #rootOf(seq: number): OpenEffect | undefined {
    let root: OpenEffect | undefined;
    for (let call = this.#ledger.open.get(seq); call; call = this.#ledger.open.get(call.parent))
      if (!call.composite) root = call;
    return root;
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
    if (call.seq === 0 || call.composite) return this.#waitLocally(call, value, passive);
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
      // A composite call's parts hold what it is made of, and it runs again on replay.
      const kept = call.composite ? abridge(value) : value;
      this.#scope.charge(sizeOf(kept));
      if (call.recorded !== "ended") {
        const at = this.#ports.clock.real();
        const more = { ...(usage ? { usage } : {}), ...(call.composite ? { composite: true as const } : {}) };
        this.#ports.journal.append({ type: "ended", seq, at, value: kept, ...more });
      }
    }
    this.#finish(call, usage);
    return value;
  }

  #fail(call: Call, thrown: unknown): LlmspellError {
    const error = toLlmspellError(thrown, "bridge.failed");
    if (call.finished) return error;
    if (call.seq > 0 && !error.final && call.recorded !== "ended") {
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
    this.#ledger.forget(call.seq);
    this.#ledger.activity += 1;
    if (call.lease) call.lease.settle(spendOf(usage));
    else if (usage) this.#ports.budget.book(spendOf(usage));
    call.releaseCallbacks();
    if (!this.#ports.observe || call.seq === 0 || call.recorded === "ended") return;
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
    if (call.seq === 0 || call.replayed || call.composite) return;
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
    if (this.#recorded?.isHanging) return this.#recorded.giveUpHanging();
    this.#findDeadlock();
  }

  #findDeadlock(): void {
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

function refusedBridge({ name, bridge }: CompiledMethod): LlmspellError {
  return new LlmspellError("permission.denied", `${name} may not be called: the helper ${bridge.name} is not allowed`, {
    details: { capability: "helper", target: bridge.name, method: name },
    hint: "Helpers are allowed by permissions.helpers, in a configuration by bridges.stdlib.allowed_packages.",
  });
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

function then<T, R>(value: T | Promise<T>, go: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(go) : go(value);
}
