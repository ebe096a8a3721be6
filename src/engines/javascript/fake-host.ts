import { LlmspellError } from "../../errors.ts";
import type { BridgeShape, HandleShape, MethodShape } from "../../engine/shape.ts";
import type { VmOptions } from "../../engine/vm.ts";
import { DEFAULT_VALUE_LIMITS, Handle, type ScriptValue } from "../../values/script-value.ts";

type Run = (...args: ScriptValue[]) => ScriptValue | Promise<ScriptValue>;

interface FakeMethod {
  run: Run;
  sync?: boolean;
  lenient?: boolean;
}

export type FakeBridges = Record<string, Record<string, FakeMethod | Run>>;

/** A host for tests: bridges as plain functions. A bare function is sync; `{sync: false}` waits. */
export class FakeHost {
  readonly bridges: BridgeShape[] = [];
  readonly #runs: Run[] = [];
  readonly handles = new Map<number, Handle>();
  readonly entered: string[] = [];
  calls = 0;
  expired = false;
  violation = new LlmspellError("limit.cpu", "out of CPU time");
  modules: Record<string, string> = {};

  constructor(
    bridges: FakeBridges = {},
    handles: Record<string, { methods: FakeBridges[string]; iterator?: string }> = {},
  ) {
    const shapes: HandleShape[] = Object.entries(handles).map(([type, handle]) => {
      const shape = { type, methods: this.#methods(handle.methods) };
      return handle.iterator === undefined ? shape : { ...shape, iterator: handle.iterator };
    });
    for (const [name, methods] of Object.entries(bridges)) {
      this.bridges.push({
        name,
        aliases: name === "log" ? ["logger"] : [],
        methods: this.#methods(methods),
        constants: {},
        handles: [],
      });
    }
    if (shapes.length > 0)
      this.bridges.push({ name: "fakeHandles", aliases: [], methods: [], constants: {}, handles: shapes });
  }

  #methods(methods: FakeBridges[string]): MethodShape[] {
    return Object.entries(methods).map(([name, method]) => {
      const { run, sync = true, lenient = false } = typeof method === "function" ? { run: method } : method;
      return { name, ref: this.#runs.push(run) - 1, sync, lenient };
    });
  }

  newHandle(type: string, fields?: Record<string, ScriptValue>): Handle {
    const handle = new Handle(type, this.handles.size, undefined, fields);
    this.handles.set(handle.id, handle);
    return handle;
  }

  options(overrides: Partial<VmOptions> = {}): VmOptions {
    return {
      host: {
        call: (ref, args) => {
          this.calls++;
          const run = this.#runs[ref];
          if (!run) throw new LlmspellError("method.unknown", `no method ${ref}`);
          return run(...args);
        },
        handle: (id) => this.handles.get(id),
      },
      gate: {
        enter: () => this.entered.push("enter"),
        leave: () => this.entered.push("leave"),
        expired: () => this.expired,
        violation: () => this.violation,
      },
      bridges: this.bridges,
      globals: {},
      memoryBytes: 64 * 1024 * 1024,
      values: DEFAULT_VALUE_LIMITS,
      seed: 1,
      now: () => 1_700_000_000_000,
      resolve: (specifier, importer) => {
        const base = importer.includes("/") ? importer.slice(0, importer.lastIndexOf("/") + 1) : "";
        const id = base + specifier.replace(/^\.\//, "");
        const source = this.modules[id];
        if (source === undefined) throw new LlmspellError("script.module_not_found", `no module "${specifier}"`);
        return { id, source };
      },
      ...overrides,
    };
  }
}
