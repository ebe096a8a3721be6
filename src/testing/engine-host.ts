import type { BridgeShape, HandleShape, MethodShape } from "../engine/shape.ts";
import type { VmHost, VmOptions } from "../engine/vm.ts";
import { LlmspellError } from "../errors.ts";
import { DEFAULT_VALUE_LIMITS, Handle, type ScriptFunction, type ScriptValue } from "../values/script-value.ts";

type DemoMethod = (args: ScriptValue[]) => ScriptValue | Promise<ScriptValue>;

interface MethodSpec {
  sync?: boolean;
  lenient?: boolean;
  run: DemoMethod;
}

interface Counter {
  at: number;
  until: number;
}

/**
 * A host for engine contracts: the bridges `demo`, `named` and `console`, everything that crosses recorded.
 *
 * `demo.echo(x)` answers x at once; `demo.later(x)` answers x on a later turn; `demo.fail()` throws `demo.failed`
 * (retryable, with details); `demo.final()` throws the final `limit.host_calls`; `demo.apply(fn, x)` answers what fn(x)
 * answers; `demo.hang()` never answers; `demo.twoWords()` answers "two words"; `demo.keep(fn)` keeps a function for the
 * test; `named.any_name(...)` answers a list of its name and arguments; `demo.counter(n)` answers a handle whose `next()` counts to n and then answers nil; `demo.limit` is 7.
 */
export class ContractHost implements VmHost {
  readonly bridges: readonly BridgeShape[];
  output = "";
  /** Pending `demo.hang` calls, to be settled by the test. */
  readonly hanging: { resolve(value: ScriptValue): void; reject(error: LlmspellError): void }[] = [];
  /** Functions that `demo.keep` got, retained. */
  readonly kept: ScriptFunction[] = [];
  /** How deep in the gate the VM is: 1 while its code runs. */
  inside = 0;
  /** Depths other than 1 that a call arrived at: an engine that opens the gate once leaves this empty. */
  readonly wrongDepths: number[] = [];
  readonly #methods: DemoMethod[] = [];
  readonly #handles = new Map<number, Handle>();

  constructor() {
    const demo = this.#bridge("demo", {
      echo: { sync: true, run: ([x]) => x ?? null },
      later: { run: ([x]) => new Promise((resolve) => setImmediate(() => resolve(x ?? null))) },
      fail: {
        sync: true,
        run: () => {
          throw demoFailure();
        },
      },
      failLater: { run: () => Promise.reject(demoFailure()) },
      final: {
        sync: true,
        run: () => {
          throw new LlmspellError("limit.host_calls", "too many host calls");
        },
      },
      apply: { sync: true, run: ([fn, x]) => (fn as ScriptFunction).invoke([x ?? null]) },
      hang: { run: () => new Promise((resolve, reject) => void this.hanging.push({ resolve, reject })) },
      twoWords: { sync: true, run: () => "two words" },
      keep: { sync: true, run: ([fn]) => this.#keep(fn as ScriptFunction) },
      counter: { sync: true, run: ([n]) => this.#counter(n as number) },
    });
    const next = this.#method("next", { sync: true, run: ([counter]) => countOn(counter as Handle<Counter>) });
    const counters: HandleShape = { type: "counter", methods: [next], iterator: "next" };
    const console = this.#bridge("console", {
      write: { sync: true, lenient: true, run: ([text]) => this.#print(String(text)) },
      log: { sync: true, lenient: true, run: (args) => this.#print(`${args.map(String).join(" ")}\n`) },
    });
    const fallback = this.#method("byName", { sync: true, run: (args) => args });
    const named = this.#bridge("named", { known: { sync: true, run: () => "known" } });
    this.bridges = [{ ...demo, constants: { limit: 7 }, handles: [counters] }, { ...named, fallback }, console];
  }

  #print(text: string): null {
    this.output += text;
    return null;
  }

  #keep(fn: ScriptFunction): null {
    fn.retain();
    this.kept.push(fn);
    return null;
  }

  #counter(until: number): Handle<Counter> {
    const handle = new Handle<Counter>("counter", this.#handles.size + 1, { at: 0, until });
    this.#handles.set(handle.id, handle);
    return handle;
  }

  #bridge(name: string, methods: Record<string, MethodSpec>): BridgeShape {
    return {
      name,
      aliases: [],
      constants: {},
      methods: Object.entries(methods).map(([key, spec]) => this.#method(key, spec)),
      handles: [],
    };
  }

  #method(name: string, { sync = false, lenient = false, run }: MethodSpec): MethodShape {
    return { name, ref: this.#methods.push(run) - 1, sync, lenient };
  }

  call(ref: number, args: ScriptValue[]): ScriptValue | Promise<ScriptValue> {
    if (this.inside !== 1) this.wrongDepths.push(this.inside);
    return (this.#methods[ref] as DemoMethod)(args);
  }

  handle(id: number): Handle | undefined {
    return this.#handles.get(id);
  }
}

function countOn({ state }: Handle<Counter>): ScriptValue {
  if (state.at === state.until) return null;
  state.at += 1;
  return state.at;
}

function demoFailure(): LlmspellError {
  return new LlmspellError("demo.failed", "the demo failed", { retryable: true, details: { reason: "asked to" } });
}

/** Options of a VM for contracts: generous limits, a fixed clock and seed, modules from `modules` by specifier. */
export function contractOptions(
  host: ContractHost,
  overrides: Partial<VmOptions> = {},
  modules: Record<string, string> = {},
): VmOptions {
  const started = performance.now();
  return {
    host,
    gate: {
      enter: () => void (host.inside += 1),
      leave: () => void (host.inside -= 1),
      expired: () => performance.now() - started > 10_000,
      violation: () => new LlmspellError("limit.cpu", "the contract's 10 s are over"),
    },
    bridges: host.bridges,
    globals: { params: {} },
    memoryBytes: 32 * 1024 * 1024,
    values: DEFAULT_VALUE_LIMITS,
    seed: 7,
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
    resolve(specifier, importer) {
      const source = modules[specifier];
      if (source === undefined)
        throw new LlmspellError("script.module_not_found", `module "${specifier}" not found`, {
          details: { importer },
        });
      return { id: specifier, source };
    },
    ...overrides,
  };
}
