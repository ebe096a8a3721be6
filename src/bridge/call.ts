import type { Lease } from "../budget/budget.ts";
import { LlmspellError } from "../errors.ts";
import { addUsage, type Usage } from "../journal/journal.ts";
import type { Repeat } from "../journal/repeats.ts";
import type { Handle, ScriptFunction, ScriptObject, ScriptValue } from "../values/script-value.ts";
import type { CallContext, LogEvent, NestedCallOptions, ServiceKey } from "./call-context.ts";
import type { CompiledMethod } from "./compiled-method.ts";
import type { Running, RunScope } from "./run-scope.ts";
import type { SchemaTag } from "./schema-tags.ts";
import type { Callback } from "./schemas.ts";
import type { Stop } from "./stop.ts";
import type { ReshapeScope } from "./shaper.ts";

/** The dispatcher, as far as a call in progress needs it. */
export interface CallOwner {
  callNested(
    owner: string,
    name: string,
    args: readonly ScriptValue[],
    parent: number,
    stop?: AbortSignal,
  ): ScriptValue | Promise<ScriptValue>;
  /** Shows, and journals, what an effect prints that is no output method. */
  printed(call: Call, text: string, log: LogEvent | undefined): void;
  /** Journals a callback that an effect made into the script. */
  recordCallback(call: Call, index: number, args: readonly ScriptValue[]): void;
}

/** One call on its way through the dispatcher; to the method it is the `ctx`. */
export class Call implements CallContext, ReshapeScope {
  readonly method: CompiledMethod;
  /** Number of the effect in the journal; 0 for calls that are not journaled. */
  seq = 0;
  depth = 0;
  /** The effect that made this call, 0 for the script. */
  readonly parent: number;
  startedAt = 0;
  lease: Lease | undefined;
  /** What the method booked while it ran. */
  spent: Usage | undefined;
  finished = false;
  /** While the method runs, before it has answered with a value or a promise. */
  entered = false;
  /** Answered from the journal. */
  replayed = false;
  /** A composite call of which the journal holds that it began, or its end too. */
  recorded: "begun" | "ended" | undefined;
  /** Where an output method's text and logs are gathered: both at once, so that they are shown and journaled together. */
  printing: { text: string; logs: LogEvent[] } | undefined;
  /** What its arguments share with those of an earlier effect. */
  repeats: readonly Repeat[] | undefined;
  /** Functions among the arguments, in order. */
  readonly callbacks: Callback[] = [];
  readonly #scope: RunScope;
  readonly #owner: CallOwner;
  /** Cancels this call, and what it calls, before the run ends. */
  readonly #stop: AbortSignal | undefined;
  /** For whom the script made it. */
  readonly #caller: Running | undefined;
  #cancellation: AbortController | undefined;

  constructor(method: CompiledMethod, scope: RunScope, owner: CallOwner, parent: number, stop?: AbortSignal) {
    this.method = method;
    this.parent = parent;
    this.#stop = stop;
    this.#scope = scope;
    this.#owner = owner;
    this.#caller = scope.running;
  }

  get runId(): string {
    return this.#scope.ports.runId;
  }

  get budget(): CallContext["budget"] {
    return this.#scope.ports.budget.limit;
  }

  get tell(): CallContext["tell"] {
    return this.#scope.ports.tell;
  }

  get signal(): AbortSignal {
    const { signal } = this.#scope.ports;
    const signals = this.#stop ? [signal, this.#stop] : [signal];
    if (this.method.spec.passive) signals.push((this.#cancellation ??= new AbortController()).signal);
    return signals.length === 1 ? signal : AbortSignal.any(signals);
  }

  get composite(): boolean {
    return this.method.spec.effect === "composite";
  }

  /** Throws what the call was cancelled with. */
  throwIfStopped(): void {
    this.#stop?.throwIfAborted();
  }

  /** Ends the wait of a passive call. */
  cancel(reason: LlmspellError): void {
    this.#cancellation?.abort(reason);
  }

  use<T>(key: ServiceKey<T>): T {
    return this.#scope.use(key);
  }

  own<T extends object>(bridge: object, create: () => T): T {
    return this.#scope.own(bridge, create);
  }

  handle<S>(type: string, state: S, fields?: ScriptObject): Handle<S> {
    return this.#scope.makeHandle(type, state, fields);
  }

  call(
    bridge: string,
    method: string,
    args: readonly ScriptValue[],
    { signal }: NestedCallOptions = {},
  ): ScriptValue | Promise<ScriptValue> {
    const stop = signal && this.#stop ? AbortSignal.any([signal, this.#stop]) : (signal ?? this.#stop);
    return this.#owner.callNested(bridge, method, args, this.seq || this.parent, stop);
  }

  charge(bytes: number): void {
    this.#scope.charge(bytes);
  }

  spend(usage: Usage): void {
    this.spent = addUsage(this.spent, usage);
  }

  log(event: LogEvent): void {
    if (this.printing) this.printing.logs.push(event);
    else if (this.#isAnswered) this.#owner.printed(this, "", event);
    else this.#scope.ports.log(event);
  }

  write(text: string): void {
    this.#scope.countOutput(text);
    if (this.printing) this.printing.text += text;
    else if (this.#isAnswered) this.#owner.printed(this, text, undefined);
    else this.#scope.ports.write(text);
  }

  now(): number {
    const { clock } = this.#scope.ports;
    return this.#isAnswered ? clock.real() : clock.journaled();
  }

  /** What the script calls in a function that a composite call runs is done for that call, and cancelled with it. */
  runKept<T>(run: () => T, stop?: Stop): T {
    const own = this.#stop;
    const seq = this.seq || this.parent;
    const running = stop
      ? {
          seq,
          get stop() {
            return own ? AbortSignal.any([own, stop.signal]) : stop.signal;
          },
        }
      : { seq, stop: own };
    return this.#runAs(running, run);
  }

  #runAs<T>(running: Running | undefined, run: () => T): T {
    const outer = this.#scope.running;
    this.#scope.running = running;
    try {
      return run();
    } finally {
      this.#scope.running = outer;
    }
  }

  /** A function of the script as a call that runs again on replay calls it: one that is kept, for whoever calls it now. */
  #callScript<T>(run: () => T): T {
    return this.finished ? run() : this.runKept(run);
  }

  /** A replay answers it from the journal instead of running it. */
  get #isAnswered(): boolean {
    return this.seq > 0 && !this.composite;
  }

  /**
   * A script's function as the method gets it: arguments presented, result validated, calls journaled. A function
   * that another method got and passes on is journaled with this call too.
   */
  wrap(fn: ScriptFunction | Callback, spec: NonNullable<SchemaTag["callback"]>): Callback {
    if (typeof fn === "function") return this.#passOn(fn);
    const index = this.callbacks.length;
    const presenters = this.method.presentersOf(spec, this.#scope.ports.naming);
    const reshape = this.method.reshapeOf(spec);
    const present = (arg: ScriptValue, position: number) => {
      const presenter = presenters[position];
      return presenter ? (presenter(arg, this) as ScriptValue) : arg;
    };
    const check = (value: ScriptValue): ScriptValue => {
      if (!spec.returns) return value;
      const given = value === null ? undefined : value;
      const result = spec.returns.safeParse(reshape && given !== undefined ? reshape(given, this) : given);
      if (result.success) return result.data as ScriptValue;
      throw new LlmspellError(
        "input.invalid",
        `${this.method.name}: the function "${fn.name}" returned a wrong value: ${result.error.issues[0]?.message}`,
      );
    };
    const invoke = (...args: ScriptValue[]): ScriptValue | Promise<ScriptValue> => {
      this.#owner.recordCallback(this, index, args);
      const run = () => fn.invoke(args.map(present));
      const value = this.#isAnswered ? this.#runAs(this.#caller, run) : this.#callScript(run);
      return value instanceof Promise ? value.then(check) : check(value);
    };
    const wrapped: Callback = Object.assign(invoke, {
      functionId: fn.id,
      retain: () => fn.retain(),
      release: () => fn.release(),
    });
    this.callbacks.push(wrapped);
    return wrapped;
  }

  #passOn(fn: Callback): Callback {
    const index = this.callbacks.length;
    const invoke = (...args: ScriptValue[]): ScriptValue | Promise<ScriptValue> => {
      this.#owner.recordCallback(this, index, args);
      return fn(...args);
    };
    // Its references are its first receiver's business.
    const passed: Callback = Object.assign(invoke, {
      functionId: fn.functionId,
      retain: () => fn.retain(),
      release: () => {},
    });
    this.callbacks.push(passed);
    return passed;
  }

  /** Gives the call's function arguments back; those that the method retained live on. */
  releaseCallbacks(): void {
    for (const callback of this.callbacks.splice(0)) callback.release();
  }
}
