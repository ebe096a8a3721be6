import { LlmspellError } from "../../errors.ts";
import type { EngineConfig, ScriptEngine } from "../../engine/script-engine.ts";
import type { BridgeShape } from "../../engine/shape.ts";
import type { ScriptSource, ScriptVm, VmOptions, VmSnapshot } from "../../engine/vm.ts";
import { DEFAULT_VALUE_LIMITS, type ScriptValue } from "../../values/script-value.ts";
import { buildImage, preparedImage, startGuest, type Image, type PreparedGuest, type PreparedImage } from "./image.ts";
import { JAVASCRIPT } from "./identity.ts";
import { ScriptCache } from "./script-cache.ts";
import { unpackSnapshot } from "./snapshot.ts";
import { JavascriptVm } from "./vm.ts";
import { compileJavascriptModule, javascriptBinary, type JavascriptModule } from "./wasm-module.ts";

const DEFAULT_CACHE_SIZE = 100;
const SCRATCH_MEMORY = 64 * 1024 * 1024;

/**
 * JavaScript and TypeScript on QuickJS-ng in WebAssembly. `eval` and `Function` work inside a VM, where they can do
 * no more than the script itself; bytecode is made and loaded by the host only.
 */
export function createJavascriptEngine(): ScriptEngine {
  return new JavascriptEngine();
}

class JavascriptEngine implements ScriptEngine {
  readonly name = JAVASCRIPT.name;
  readonly aliases = JAVASCRIPT.aliases;
  readonly extensions = JAVASCRIPT.extensions;
  readonly naming = "camel";
  readonly description = JAVASCRIPT.description;
  #module: JavascriptModule | undefined;
  /** Images by the bridges they hold. The runtime passes the same catalogue every time. */
  readonly #images = new WeakMap<readonly BridgeShape[], Image>();
  #pool: { image: Image; memoryBytes: number; ready: PreparedGuest[] } | undefined;
  #poolSize = 0;
  #cache = new ScriptCache(DEFAULT_CACHE_SIZE);

  async initialize(config: EngineConfig): Promise<void> {
    this.#poolSize = config.poolSize ?? 0;
    this.#cache = new ScriptCache(config.cacheSize ?? DEFAULT_CACHE_SIZE);
    const prepared = config.prepared?.data as PreparedImage | undefined;
    this.#module ??= compileJavascriptModule(prepared?.binary);
    if (config.prepared && prepared) {
      const { bridges } = config.prepared;
      this.#images.set(bridges, preparedImage(prepared, this.#module, bridges));
    }
  }

  prepare(bridges: readonly BridgeShape[]): PreparedImage {
    const binary = javascriptBinary();
    const { memory, layout, hooks, digest } = buildImage(compileJavascriptModule(binary), bridges);
    return { binary, image: { memory, layout, hooks, digest } };
  }

  open(options: VmOptions): ScriptVm {
    const image = this.#image(options.bridges);
    return new JavascriptVm(this.#take(image, options.memoryBytes), image, this.#cache, options);
  }

  restore(snapshot: VmSnapshot, options: VmOptions): ScriptVm {
    const image = this.#image(options.bridges);
    const { memory, state } = unpackSnapshot(image, snapshot);
    return new JavascriptVm(startGuest(image, options.memoryBytes, memory), image, this.#cache, options, state);
  }

  validateSyntax(script: ScriptSource, resolve?: VmOptions["resolve"]): LlmspellError | null {
    const vm = new JavascriptVm(
      startGuest(this.#image(NO_BRIDGES), SCRATCH_MEMORY),
      this.#image(NO_BRIDGES),
      this.#cache,
      { ...scratchOptions(), ...(resolve ? { resolve } : {}) },
    );
    try {
      return vm.check(script);
    } catch (thrown) {
      // Nested too deeply to be parsed, or too large.
      if (LlmspellError.is(thrown)) return thrown;
      throw thrown;
    } finally {
      vm.dispose();
    }
  }

  roundTrip(value: ScriptValue): ScriptValue {
    const vm = new JavascriptVm(
      startGuest(this.#image(NO_BRIDGES), SCRATCH_MEMORY),
      this.#image(NO_BRIDGES),
      this.#cache,
      scratchOptions(),
    );
    try {
      return vm.roundTrip(value);
    } finally {
      vm.dispose();
    }
  }

  async shutdown(): Promise<void> {
    this.#poolSize = 0;
    this.#pool = undefined;
  }

  #image(bridges: readonly BridgeShape[]): Image {
    const known = this.#images.get(bridges);
    if (known) return known;
    this.#module ??= compileJavascriptModule();
    const image = buildImage(this.#module, bridges);
    this.#images.set(bridges, image);
    return image;
  }

  /** A guest from the pool when it fits; the pool holds guests for the last image and memory limit that were asked for. */
  #take(image: Image, memoryBytes: number): PreparedGuest {
    if (this.#poolSize === 0) return startGuest(image, memoryBytes);
    if (this.#pool?.image !== image || this.#pool.memoryBytes !== memoryBytes) {
      this.#pool = { image, memoryBytes, ready: [] };
    }
    const taken = this.#pool.ready.pop();
    setImmediate(() => this.#refill()).unref();
    return taken ?? startGuest(image, memoryBytes);
  }

  /** One guest a turn, so that a refill never holds the thread for long. */
  #refill(): void {
    const pool = this.#pool;
    if (!pool || pool.ready.length >= this.#poolSize) return;
    pool.ready.push(startGuest(pool.image, pool.memoryBytes));
    if (pool.ready.length < this.#poolSize) setImmediate(() => this.#refill()).unref();
  }
}

const NO_BRIDGES: readonly BridgeShape[] = Object.freeze([]);

function scratchOptions(): VmOptions {
  return {
    host: {
      call: () => {
        throw new LlmspellError("method.unknown", "no host here");
      },
      handle: () => undefined,
    },
    gate: {
      enter: () => {},
      leave: () => {},
      expired: () => false,
      violation: () => new LlmspellError("limit.cpu", "out of time"),
    },
    bridges: NO_BRIDGES,
    globals: {},
    memoryBytes: SCRATCH_MEMORY,
    values: DEFAULT_VALUE_LIMITS,
    seed: 0,
    now: () => 0,
    resolve: (specifier) => ({ id: specifier, source: "" }),
  };
}
