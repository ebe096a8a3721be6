import type { BridgeShape, MethodShape } from "../engine/shape.ts";
import type { VmHost, VmOptions } from "../engine/vm.ts";
import { LlmspellError } from "../errors.ts";
import type { Handle } from "../values/handle.ts";
import type { ScriptFunction } from "../values/script-function.ts";
import { DEFAULT_VALUE_LIMITS, type ScriptValue } from "../values/script-value.ts";

type DemoMethod = (args: ScriptValue[]) => ScriptValue | Promise<ScriptValue>;

/**
 * A host for engine contracts: the bridges `demo` and `console`, everything that crosses recorded.
 *
 * `demo.echo(x)` answers x at once; `demo.later(x)` answers x on a later turn; `demo.fail()` throws `demo.failed`
 * (retryable, with details); `demo.final()` throws the final `limit.host_calls`; `demo.apply(fn, x)` answers what fn(x)
 * answers; `demo.hang()` never answers; `demo.twoWords()` answers "two words".
 */
export class ContractHost implements VmHost {
  readonly bridges: readonly BridgeShape[];
  output = "";
  /** Pending `demo.hang` calls, to be settled by the test. */
  readonly hanging: { resolve(value: ScriptValue): void; reject(error: LlmspellError): void }[] = [];
  readonly #methods: DemoMethod[] = [];

  constructor() {
    this.bridges = [
      this.#bridge("demo", {
        echo: { sync: true, run: ([x]) => x ?? null },
        later: { run: ([x]) => new Promise((resolve) => setImmediate(() => resolve(x ?? null))) },
        fail: { sync: true, run: () => { throw demoFailure(); } },
        failLater: { run: () => Promise.reject(demoFailure()) },
        final: { sync: true, run: () => { throw new LlmspellError("limit.host_calls", "too many host calls"); } },
        apply: { sync: true, run: ([fn, x]) => (fn as ScriptFunction).invoke([x ?? null]) },
        hang: { run: () => new Promise((resolve, reject) => void this.hanging.push({ resolve, reject })) },
        twoWords: { sync: true, run: () => "two words" },
      }),
      this.#bridge("console", {
        write: { sync: true, lenient: true, run: ([text]) => void (this.output += String(text)) as unknown as null },
        log: { sync: true, lenient: true, run: (args) => void (this.output += `${args.map(String).join(" ")}\n`) as unknown as null },
      }),
    ];
  }

  #bridge(name: string, methods: Record<string, { sync?: boolean; lenient?: boolean; run: DemoMethod }>): BridgeShape {
    const shapes = Object.entries(methods).map(([method, { sync, lenient, run }]): MethodShape => {
      const ref = this.#methods.push(run) - 1;
      return { name: method, ref, sync: sync ?? false, lenient: lenient ?? false };
    });
    return { name, aliases: [], constants: {}, methods: shapes, handles: [] };
  }

  call(ref: number, args: ScriptValue[]): ScriptValue | Promise<ScriptValue> {
    return (this.#methods[ref] as DemoMethod)(args);
  }

  handle(): Handle | undefined {
    return undefined;
  }
}

function demoFailure(): LlmspellError {
  return new LlmspellError("demo.failed", "the demo failed", { retryable: true, details: { reason: "asked to" } });
}

/** Options of a VM for contracts: generous limits, a fixed clock and seed, modules from `modules` by specifier. */
export function contractOptions(host: ContractHost, overrides: Partial<VmOptions> = {}, modules: Record<string, string> = {}): VmOptions {
  const started = performance.now();
  return {
    host,
    gate: {
      enter: () => undefined,
      leave: () => undefined,
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
      if (source === undefined) throw new LlmspellError("script.module_not_found", `module "${specifier}" not found`, { details: { importer } });
      return { id: specifier, source };
    },
    ...overrides,
  };
}
