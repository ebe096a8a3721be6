import type { BridgeShape, HandleShape, MethodShape } from "../../engine/shape.ts";
import type { ScriptEngine } from "../../engine/script-engine.ts";
import type { ScriptVm, VmOptions } from "../../engine/vm.ts";
import { LlmspellError } from "../../errors.ts";
import {
  DEFAULT_VALUE_LIMITS,
  Handle,
  isPlainObject,
  ScriptFunction,
  type ScriptObject,
  type ScriptValue,
} from "../../values/script-value.ts";
import { createLuaEngine } from "./lua-engine.ts";
import { type LuaVm } from "./vm.ts";

export type HostMethod = (...args: ScriptValue[]) => ScriptValue | Promise<ScriptValue>;

/** Bridges of a test: methods by bridge and name; a name that ends in `?` is lenient. */
export type Bridges = Record<string, Record<string, HostMethod>>;

export interface FakeRunOptions extends Partial<Omit<VmOptions, "host" | "bridges">> {
  bridges?: Bridges;
  handles?: readonly { type: string; methods: Record<string, HostMethod>; iterator?: string }[];
  constants?: Record<string, Record<string, ScriptValue>>;
  aliases?: Record<string, readonly string[]>;
  modules?: Record<string, string>;
}

/** A host for tests: plain functions as bridges, a console that keeps its text, a sleep on the real clock. */
export class FakeHost {
  output = "";
  entered = 0;
  depth = 0;
  readonly handles = new Map<number, Handle>();
  readonly methods: HostMethod[] = [];
  readonly shapes: BridgeShape[];

  constructor(options: FakeRunOptions) {
    const bridges: Bridges = {
      console: {
        "write?": (text) => {
          this.output += String(text);
          return null;
        },
      },
      util: { sleep: (ms) => new Promise((resolve) => setTimeout(() => resolve(null), Number(ms))) },
      ...options.bridges,
    };
    this.shapes = Object.entries(bridges).map(([name, methods]) => ({
      name,
      aliases: options.aliases?.[name] ?? [],
      methods: this.#declare(methods),
      constants: options.constants?.[name] ?? {},
      handles: [],
    }));
    const handles: HandleShape[] = (options.handles ?? []).map(({ type, methods, iterator }) => ({
      type,
      methods: this.#declare(methods),
      ...(iterator === undefined ? {} : { iterator }),
    }));
    this.shapes.push({ name: "handle_types", aliases: [], methods: [], constants: {}, handles });
  }

  handle(type: string, id: number, fields?: ScriptObject): Handle {
    const handle = this.handles.get(id) ?? new Handle(type, id, null, fields);
    this.handles.set(id, handle);
    return handle;
  }

  #declare(methods: Record<string, HostMethod>): MethodShape[] {
    return Object.entries(methods).map(([key, method]) => {
      const ref = this.methods.push(method) - 1;
      return { name: key.replace("?", ""), ref, sync: true, lenient: key.endsWith("?") };
    });
  }

  /** Like the dispatcher: the functions among the arguments are released when the call has ended. */
  #call(ref: number, args: ScriptValue[]): ScriptValue | Promise<ScriptValue> {
    const release = (): void => args.forEach(releaseFunctions);
    let result: ScriptValue | Promise<ScriptValue>;
    try {
      result = this.methods[ref]!(...args);
    } catch (error) {
      release();
      throw error;
    }
    if (result instanceof Promise) return result.finally(release);
    release();
    return result;
  }

  options(options: FakeRunOptions): VmOptions {
    return {
      memoryBytes: 64 * 1024 * 1024,
      values: DEFAULT_VALUE_LIMITS,
      seed: 1,
      globals: {},
      now: () => 1_700_000_000_000,
      resolve: (specifier) => {
        const source = options.modules?.[specifier];
        if (source === undefined) throw new LlmspellError("script.module_not_found", `no module "${specifier}"`);
        return { id: `${specifier}.lua`, source };
      },
      gate: {
        enter: () => {
          this.entered++;
          this.depth++;
        },
        leave: () => {
          this.depth--;
        },
        expired: () => false,
        violation: () => new LlmspellError("limit.cpu", "out of time"),
      },
      ...options,
      bridges: this.shapes,
      host: { call: (ref, args) => this.#call(ref, args), handle: (id) => this.handles.get(id) },
    };
  }
}

function releaseFunctions(value: ScriptValue): void {
  if (value instanceof ScriptFunction) value.release();
  else if (Array.isArray(value)) value.forEach(releaseFunctions);
  else if (isPlainObject(value)) Object.values(value).forEach(releaseFunctions);
}

/** An engine that is ready for use. */
export async function readyEngine(poolSize = 0): Promise<ScriptEngine> {
  const engine = createLuaEngine();
  await engine.initialize({ poolSize });
  return engine;
}

export interface OpenRun {
  vm: LuaVm;
  host: FakeHost;
  run(code: string, file?: string): Promise<ScriptValue>;
}

export function openRun(engine: ScriptEngine, options: FakeRunOptions = {}): OpenRun {
  const host = new FakeHost(options);
  const vm: ScriptVm = engine.open(host.options(options));
  return { vm: vm as LuaVm, host, run: (code, file = "spell.lua") => vm.run({ code, file }) };
}

/** The error that a run ends with; fails when it does not. */
export async function errorOf(run: Promise<unknown>): Promise<LlmspellError> {
  const outcome = await run.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ("error" in outcome && LlmspellError.is(outcome.error)) return outcome.error;
  throw new Error(`expected an LlmspellError, got ${JSON.stringify(outcome)}`);
}
