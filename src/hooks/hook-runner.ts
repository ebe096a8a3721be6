import { Stop } from "../bridge/stop.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import type { Hook, HookContext } from "./hook.ts";
import { type HookOutcome, KEEP, readOutcome } from "./hook-outcome.ts";
import { AROUND, type HookedAction, type HookPoint, isBefore } from "./hook-points.ts";
import type { HookRegistry } from "./hook-registry.ts";

/** What running hooks needs of the run. */
export interface HookPorts {
  runId: string;
  /** Milliseconds, by the journaled clock. */
  now(): number;
  /** `over` resolves to true when the time is over. */
  timer(ms: number): { over: Promise<boolean>; cancel(): void };
  emit(name: string, fields: ScriptObject): void;
  warn(message: string, error: LlmspellError): void;
  /** What a hook calls is part of the work that it stands around. */
  within<T>(run: () => T, stop: Stop): T;
}

/** How often hooks can have a piece of work done again. */
const MAX_RETRIES = 10;

/** A piece of work with hooks around. */
export interface Work {
  action: HookedAction;
  subject: string;
}

/** How values of one action are checked when a hook changes them. Throw `hook.invalid`. */
export interface Shapes<Input, Output> {
  input(value: ScriptValue, current: Input): Input;
  output(value: ScriptValue, current: Output | undefined): Output;
}

/** One piece of work on its way through the hooks. */
export class HookRunner<Input, Output> {
  readonly #registry: HookRegistry;
  readonly #ports: HookPorts;
  readonly #work: Work;
  readonly #shapes: Shapes<Input, Output>;
  #metadata: ScriptObject = {};
  #attempt = 1;

  constructor(registry: HookRegistry, ports: HookPorts, work: Work, shapes: Shapes<Input, Output>) {
    this.#registry = registry;
    this.#ports = ports;
    this.#work = work;
    this.#shapes = shapes;
  }

  async run(first: Input, act: (input: Input) => Output | Promise<Output>): Promise<Output> {
    const { before, after } = AROUND[this.#work.action];
    let { input, replaced } = await this.#before(before, first);
    for (;;) {
      let output: Output;
      try {
        output = replaced ? replaced.value : await act(input);
      } catch (thrown) {
        const failed = toLlmspellError(thrown);
        const rescue = await this.#onError(input, failed);
        if (rescue === undefined) throw thrown;
        if (rescue.kind === "replace") return this.#shapes.output(rescue.value, undefined);
        input = await this.#again(input, failed, rescue.delayMs);
        continue;
      }
      const seen = await this.#after(after, input, output);
      if (!("retry" in seen)) return seen.output;
      replaced = undefined;
      input = await this.#again(input, undefined, seen.retry);
    }
  }

  async #before(point: HookPoint, first: Input): Promise<{ input: Input; replaced?: { value: Output } | undefined }> {
    let input = first;
    for (const hook of this.#registry.at(point)) {
      const outcome = await this.#ask(hook, this.#args(input));
      if (outcome.kind === "change") input = this.#shape(hook, () => this.#shapes.input(outcome.value, input), input);
      if (outcome.kind === "replace") {
        const nothing = Symbol("nothing");
        const value = this.#shape<Output | symbol>(hook, () => this.#shapes.output(outcome.value, undefined), nothing);
        if (value !== nothing) return { input, replaced: { value: value as Output } };
      }
    }
    return { input };
  }

  async #after(point: HookPoint, input: Input, first: Output): Promise<{ output: Output } | { retry: number }> {
    let output = first;
    for (const hook of this.#registry.at(point)) {
      const outcome = await this.#ask(hook, [...this.#args(input), output as ScriptValue]);
      if (outcome.kind === "retry" && this.#mayRetry) return { retry: outcome.delayMs };
      if (outcome.kind === "change" || outcome.kind === "replace")
        output = this.#shape(hook, () => this.#shapes.output(outcome.value, output), output);
    }
    return { output };
  }

  /** What a hook answers to a failure; undefined when none does. */
  async #onError(input: Input, error: LlmspellError) {
    if (error.final) return undefined;
    for (const hook of this.#registry.at("onError")) {
      const outcome = await this.#ask(hook, [input as ScriptValue, error]);
      if (outcome.kind === "replace") return outcome;
      if (outcome.kind === "retry" && this.#mayRetry) return outcome;
    }
    return undefined;
  }

  async #again(first: Input, error: LlmspellError | undefined, delayMs: number): Promise<Input> {
    this.#attempt += 1;
    if (delayMs > 0) await this.#ports.timer(delayMs).over;
    let input = first;
    for (const hook of this.#registry.at("beforeRetry")) {
      const outcome = await this.#ask(hook, [input as ScriptValue, error ?? null]);
      if (outcome.kind === "change") input = this.#shape(hook, () => this.#shapes.input(outcome.value, input), input);
    }
    return input;
  }

  get #mayRetry(): boolean {
    return this.#attempt <= MAX_RETRIES;
  }

  #args(input: Input): ScriptValue[] {
    const { action, subject } = this.#work;
    return action === "generate" ? [input as ScriptValue] : [subject, input as ScriptValue];
  }

  /** A piece of text, as the hooks leave it. */
  async chunk(text: string): Promise<string> {
    let shown = text;
    for (const hook of this.#registry.at("onStreamChunk")) {
      const outcome = await this.#ask(hook, [shown]);
      if (outcome.kind !== "change" && outcome.kind !== "replace") continue;
      const { value } = outcome;
      shown = this.#shape(hook, () => (typeof value === "string" ? value : notText()), shown);
    }
    return shown;
  }

  /** What a hook put in the place of something; where it cannot be that, the hook has failed. */
  #shape<T>(hook: Hook, make: () => T, otherwise: T): T {
    try {
      const made = make();
      this.#worked(hook);
      return made;
    } catch (error) {
      this.#failed(hook, toLlmspellError(error, "hook.invalid"));
      return otherwise;
    }
  }

  async #ask(hook: Hook, args: ScriptValue[]): Promise<HookOutcome> {
    const { settings, breaker } = hook;
    if (!breaker.allows(this.#ports.now())) {
      if (settings.onFailure === "continue") return KEEP;
      throw this.#blocked(hook, "it failed too often in a row and is switched off for a while");
    }
    hook.calls += 1;
    let answer: ScriptValue;
    try {
      const stop = new Stop();
      const value = this.#ports.within(() => settings.run(this.#context(settings.point), ...args), stop);
      answer = value instanceof Promise ? await this.#inTime(hook, value, stop) : value;
    } catch (thrown) {
      return this.#threw(hook, toLlmspellError(thrown));
    }
    const { outcome, metadata } = readOutcome(answer);
    if (outcome.kind !== "change" && outcome.kind !== "replace") this.#worked(hook);
    if (metadata) this.#metadata = { ...this.#metadata, ...metadata };
    if (outcome.kind === "block") throw this.#blocked(hook, outcome.reason);
    return outcome;
  }

  #context(point: HookPoint): HookContext {
    const { action, subject } = this.#work;
    return { runId: this.#ports.runId, point, subject, action, attempt: this.#attempt, metadata: this.#metadata };
  }

  async #inTime({ settings }: Hook, value: Promise<ScriptValue>, stop: Stop): Promise<ScriptValue> {
    const timer = this.#ports.timer(settings.deadlineMs);
    const late = timer.over.then((over) => {
      if (!over) return new Promise<never>(() => undefined);
      const error = new LlmspellError(
        "hook.timeout",
        `the hook "${settings.name}" took longer than ${settings.deadlineMs} ms`,
        {
          details: { hook: settings.name, point: settings.point, limit: settings.deadlineMs },
          hint: "Raise its deadlineMs, or let it do less.",
        },
      );
      stop.abort(error);
      throw error;
    });
    try {
      return await Promise.race([value, late]);
    } finally {
      timer.cancel();
    }
  }

  /** A before hook says no by throwing; all else that is thrown is a failure of the hook. */
  #threw(hook: Hook, error: LlmspellError): HookOutcome {
    const { point, onFailure } = hook.settings;
    if (error.final) throw error;
    if (isBefore(point) && onFailure === "block" && error.code !== "hook.timeout") {
      if (error.code === "hook.rate_limited") throw error;
      throw this.#blocked(hook, error.message, error);
    }
    this.#failed(hook, error);
    return KEEP;
  }

  #worked({ settings, breaker }: Hook): void {
    if (breaker.succeeded()) this.#ports.emit("hook.enabled", { hook: settings.name, point: settings.point });
  }

  /** Counts a failure; throws where the work may not go on without the hook. */
  #failed(hook: Hook, error: LlmspellError): void {
    const { name, point, onFailure } = hook.settings;
    const about = { hook: name, point, error: { code: error.code, message: error.message } };
    hook.failures += 1;
    this.#ports.emit("hook.failed", { ...about, subject: this.#work.subject });
    if (hook.breaker.failed(this.#ports.now())) {
      this.#ports.warn(
        `the hook "${name}" (${point}) failed three times in a row and is switched off for a while: ${error.message}`,
        error,
      );
      this.#ports.emit("hook.disabled", about);
    } else if (!hook.complained && onFailure === "continue") {
      hook.complained = true;
      this.#ports.warn(`the hook "${name}" (${point}) failed, and was passed over: ${error.message}`, error);
    }
    if (onFailure === "block") throw error;
  }

  #blocked({ settings }: Hook, reason: string, cause?: LlmspellError): LlmspellError {
    const { name, point } = settings;
    const { subject, action } = this.#work;
    this.#ports.emit("hook.blocked", { hook: name, point, subject, reason });
    return new LlmspellError(
      "hook.blocked",
      `the hook "${name}" (${point}) stopped ${subject === "" ? action : subject}: ${reason}`,
      {
        details: { hook: name, point, subject, reason, ...(cause ? { code: cause.code } : {}) },
        ...(cause ? { cause } : {}),
      },
    );
  }
}

function notText(): never {
  throw new LlmspellError("hook.invalid", "onStreamChunk answers with a text, or with nothing");
}
