import { BridgeCatalogue } from "../bridge/catalogue.ts";
import type { LogEvent } from "../bridge/call-context.ts";
import type { BridgeDefinition } from "../bridge/define-bridge.ts";
import { Dispatcher } from "../bridge/dispatcher.ts";
import { toCamelCase } from "../engine/naming.ts";
import { outlineOf } from "../bridge/outline.ts";
import type { RunEvent, CallHook, HostLimits } from "../bridge/run-ports.ts";
import { DEFAULT_HOST_LIMITS } from "../bridge/run-ports.ts";
import { EVENTS, PROGRAM_TOOLS, TELEMETRY } from "../bridges/services.ts";
import type { Budget } from "../budget/budget.ts";
import { createBudget } from "../budget/budget.ts";
import type { Naming } from "../engine/shape.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import type { JournalEntry } from "../journal/journal.ts";
import { MemoryJournal } from "../journal/memory-journal.ts";
import { Replay } from "../journal/replay.ts";
import type { Policy } from "../policy/policy.ts";
import { isPlainObject, ScriptFunction, type ScriptObject, type ScriptValue, setKey } from "../values/script-value.ts";

export interface BridgeHarnessOptions {
  /** How results are spelled. Default `camel`. */
  naming?: Naming;
  /** Default: everything is allowed. */
  policy?: Policy;
  budget?: Budget;
  limits?: Partial<HostLimits>;
  hooks?: readonly CallHook[];
  /** Services by key name. */
  services?: Readonly<Record<string, () => unknown>>;
  /** Milliseconds since the epoch. Default: the real clock. */
  now?: () => number;
  signal?: AbortSignal;
  /** Answers effects from this journal for as far as it goes. */
  replay?: readonly JournalEntry[];
  /** Nothing runs that this journal does not hold. Default false: the run goes on where it ends. */
  strict?: boolean;
}

/** Bridges behind a real dispatcher, without an engine. */
export interface BridgeHarness {
  readonly dispatcher: Dispatcher;
  /** What the script would have logged, printed and been observed to do. */
  readonly logs: readonly LogEvent[];
  readonly output: string;
  readonly observed: readonly RunEvent[];
  /** The final error that the run would end with, once a call broke a limit. */
  readonly condemned: LlmspellError | undefined;
  /**
   * Calls `bridge.method` or `handleType.method`, in either spelling, like a script does: throws or rejects with the
   * LlmspellError that the script would see. A handle's method takes the handle as first argument; plain functions,
   * also inside of data, stand for functions of the script.
   */
  call(name: string, args?: readonly unknown[]): ScriptValue | Promise<ScriptValue>;
  /** The same for calls that must fail: resolves with the error, rejects when there was none. */
  fail(name: string, args?: readonly unknown[]): Promise<LlmspellError>;
  journal(): readonly JournalEntry[];
  /** A fresh run of the same bridges that is answered from this one's journal. */
  replay(options?: BridgeHarnessOptions): BridgeHarness;
  /** References to the script's functions that nobody released: 0 once all calls are over and nothing is kept. */
  liveFunctions(): number;
}

/** Puts bridges behind a real dispatcher with permissive ports, for tests of bridges without an engine. */
export function createBridgeHarness(
  bridges: readonly BridgeDefinition[],
  options: BridgeHarnessOptions = {},
): BridgeHarness {
  const catalogue = new BridgeCatalogue(bridges.map((bridge) => ({ outline: outlineOf(bridge), load: () => bridge })));
  const refs = refsOf(catalogue);
  const journal = new MemoryJournal();
  const replay = options.replay && new Replay(options.replay, { strict: options.strict ?? false });
  const now = options.now ?? Date.now;
  const policy = options.policy ?? { check: () => {} };
  const seen = {
    logs: [] as LogEvent[],
    output: "",
    observed: [] as RunEvent[],
    condemned: undefined as LlmspellError | undefined,
  };
  const functions = new FunctionTable();
  const dispatcher = new Dispatcher(catalogue, {
    runId: "harness",
    naming: options.naming ?? "camel",
    limits: { ...DEFAULT_HOST_LIMITS, ...options.limits },
    journal,
    replay,
    policy,
    budget: options.budget ?? createBudget(),
    hooks: options.hooks ?? [],
    signal: options.signal ?? new AbortController().signal,
    services: new Map(
      Object.entries({
        policy: () => policy,
        [EVENTS.name]: () => ({ idPrefix: "harness" }),
        [TELEMETRY.name]: () => ({}),
        [PROGRAM_TOOLS.name]: () => [],
        ...options.services,
      }),
    ),
    clock: { real: now, journaled: () => replay?.readClock() ?? now() },
    observe: (event) => void seen.observed.push(event),
    tell: (event) => void seen.observed.push(event),
    print: (output) => {
      journal.append(output);
      seen.output += output.text;
      seen.logs.push(...((output.logs ?? []) as LogEvent[]));
    },
    write: (text) => void (seen.output += text),
    log: (event) => void seen.logs.push(event),
    condemn: (error) => void (seen.condemned ??= error),
  });
  const call = (name: string, args: readonly unknown[] = []) => {
    const ref = refs.get(toCamelCase(name));
    if (ref === undefined) throw new LlmspellError("method.unknown", `the harness has no ${name}`);
    return dispatcher.call(
      ref,
      args.map((arg) => functions.import(arg)),
    );
  };
  return {
    dispatcher,
    get logs() {
      return seen.logs;
    },
    get output() {
      return seen.output;
    },
    get observed() {
      return seen.observed;
    },
    get condemned() {
      return seen.condemned;
    },
    call,
    async fail(name, args) {
      let value: ScriptValue;
      try {
        value = await call(name, args);
      } catch (error) {
        if (LlmspellError.is(error)) return error;
        throw error;
      }
      throw new Error(`${name} did not fail, it answered ${JSON.stringify(value)}`);
    },
    journal: () => journal.entries(),
    replay: (changes = {}) => createBridgeHarness(bridges, { ...options, replay: journal.entries(), ...changes }),
    liveFunctions: () => functions.live,
  };
}

function refsOf(catalogue: BridgeCatalogue): Map<string, number> {
  const refs = new Map<string, number>();
  for (const { name, aliases, methods, handles } of catalogue.shapes) {
    for (const method of methods)
      for (const owner of [name, ...aliases]) refs.set(`${owner}.${method.name}`, method.ref);
    for (const { type, methods: ofHandle } of handles)
      for (const method of ofHandle) refs.set(`${type}.${method.name}`, method.ref);
  }
  return refs;
}

function rethrow(error: unknown): never {
  throw toLlmspellError(error, "script.error");
}

/** Stands for the functions of a VM: the same function, the same id, and a count of references. */
class FunctionTable {
  readonly #ids = new Map<object, number>();
  live = 0;

  import(value: unknown): ScriptValue {
    if (typeof value === "function") return this.#reference(value as (...args: never[]) => unknown);
    if (Array.isArray(value)) return value.map((item) => this.import(item));
    if (!isPlainObject(value)) return value as ScriptValue;
    const copy: ScriptObject = {};
    for (const key of Object.keys(value)) setKey(copy, key, this.import(value[key]));
    return copy;
  }

  #reference(fn: (...args: never[]) => unknown): ScriptFunction {
    const id = this.#ids.get(fn) ?? this.#ids.size + 1;
    this.#ids.set(fn, id);
    this.live += 1;
    return new HarnessFunction(id, fn, (change) => void (this.live += change));
  }
}

class HarnessFunction extends ScriptFunction {
  readonly id: number;
  readonly name: string;
  readonly #fn: (...args: never[]) => unknown;
  readonly #count: (change: number) => void;
  #references = 1;

  constructor(id: number, fn: (...args: never[]) => unknown, count: (change: number) => void) {
    super();
    this.id = id;
    this.name = fn.name || "anonymous";
    this.#fn = fn;
    this.#count = count;
  }

  invoke(args: readonly ScriptValue[]): ScriptValue | Promise<ScriptValue> {
    if (this.#references <= 0) throw new LlmspellError("value.released", `the function "${this.name}" was released`);
    try {
      const value = this.#fn(...(args as never[])) as ScriptValue | Promise<ScriptValue>;
      return value instanceof Promise ? value.catch(rethrow) : value;
    } catch (error) {
      return rethrow(error);
    }
  }

  retain(): void {
    this.#references += 1;
    this.#count(1);
  }

  release(): void {
    this.#references -= 1;
    this.#count(-1);
  }
}
