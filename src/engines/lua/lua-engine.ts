import { fingerprint } from "../../engine/fingerprint.ts";
import type { EngineConfig, ScriptEngine } from "../../engine/script-engine.ts";
import type { BridgeShape } from "../../engine/shape.ts";
import type { ScriptSource, ScriptVm, VmOptions, VmSnapshot } from "../../engine/vm.ts";
import { LlmspellError } from "../../errors.ts";
import { DEFAULT_VALUE_LIMITS, type ScriptValue } from "../../values/script-value.ts";
import { CompiledScripts } from "./compiler.ts";
import type { LuaDialect } from "./dialect.ts";
import { LUA } from "./identity.ts";
import { buildImage, type ImageRefs, instantiate, restoreMemory, type LuaImage } from "./image.ts";
import { installBridges } from "./install-bridges.ts";
import { LuaInstance } from "./instance.ts";
import { PRELUDE } from "./prelude/prelude.ts";
import { decodeSnapshot } from "./snapshot.ts";
import { TextCache } from "./text-codec.ts";
import { LuaVm, type VmParts } from "./vm.ts";
import { PAGE_BYTES, type WasmModule } from "./wasm-api.ts";
import { compileLuaModule, luaBinary } from "./wasm-module.ts";

/** What a build keeps of the engine: its binary, and the image for one catalogue of bridges. Plain data. */
interface PreparedLua {
  binary: Uint8Array;
  image: LuaImage;
}

const LUA_ITSELF: LuaDialect = { identity: LUA, prelude: PRELUDE };

/** The Lua 5.4 engine, or one of a language on top of it. `initialize` must have resolved before anything else is called. */
export function createLuaEngine(dialect = LUA_ITSELF): ScriptEngine {
  return new LuaEngine(dialect);
}

const MAX_PAGES = 65_536;
/** Sets of bridges whose image is kept: about 250 KB each. */
const MAX_IMAGES = 8;

class LuaEngine implements ScriptEngine {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly extensions: readonly string[];
  readonly naming = "snake";
  readonly description: string;
  readonly #dialect: LuaDialect;
  readonly #texts = new TextCache();
  readonly #compiled = new CompiledScripts();
  /** Images with bridges, the most recently used last. */
  readonly #images: { bridges: readonly BridgeShape[]; image: LuaImage }[] = [];
  readonly #pool = new InstancePool();
  #module: WasmModule | undefined;
  #base: LuaImage | undefined;
  #version: string | undefined;

  constructor(dialect: LuaDialect) {
    this.#dialect = dialect;
    this.name = dialect.identity.name;
    this.aliases = dialect.identity.aliases;
    this.extensions = dialect.identity.extensions;
    this.description = dialect.identity.description;
  }

  async initialize(config: EngineConfig): Promise<void> {
    const prepared = config.prepared?.data as PreparedLua | undefined;
    this.#module ??= compileLuaModule(prepared?.binary);
    if (config.prepared && prepared) this.#images.push({ bridges: config.prepared.bridges, image: prepared.image });
    this.#pool.size = config.poolSize ?? 0;
    this.#compiled.capacity = config.cacheSize ?? 100;
  }

  prepare(bridges: readonly BridgeShape[]): PreparedLua {
    const binary = luaBinary();
    const module = compileLuaModule(binary);
    return { binary, image: installBridges(module, buildImage(module, this.#dialect.prelude), bridges) };
  }

  open(options: VmOptions): ScriptVm {
    const image = this.#imageFor(options.bridges);
    const pages = maxPages(options.memoryBytes, image);
    const instance = this.#pool.take(this.#loaded(), image, pages);
    const vm = new LuaVm(this.#parts(instance, image.refs), options);
    vm.start();
    return vm;
  }

  restore(snapshot: VmSnapshot, options: VmOptions): ScriptVm {
    if (snapshot.engine !== this.name || snapshot.version !== this.#versionText()) {
      throw new LlmspellError("engine.failed", "the snapshot was made by another engine or version", {
        details: { engine: snapshot.engine, version: snapshot.version },
      });
    }
    const { state, memory } = decodeSnapshot(snapshot.data);
    const pages = Math.floor(options.memoryBytes / PAGE_BYTES);
    if (memory.pages > pages) throw new LlmspellError("limit.memory", "the snapshot is larger than the VM may be");
    const instance = new LuaInstance(this.#loaded(), memory.pages, pages);
    restoreMemory(instance, memory);
    const vm = new LuaVm(this.#parts(instance, state.refs), options);
    vm.adopt(state);
    return vm;
  }

  validateSyntax(
    script: ScriptSource,
    resolve?: VmOptions["resolve"],
    globals?: readonly string[],
  ): LlmspellError | null {
    const vm = this.#scratchVm();
    try {
      return vm.check(script, resolve, globals);
    } finally {
      vm.dispose();
    }
  }

  roundTrip(value: ScriptValue): ScriptValue {
    const vm = this.#scratchVm();
    try {
      return vm.roundTrip(value);
    } finally {
      vm.dispose();
    }
  }

  async shutdown(): Promise<void> {
    this.#pool.clear();
  }

  #parts(instance: LuaInstance, refs: ImageRefs): VmParts {
    return {
      instance,
      refs,
      texts: this.#texts,
      compiled: this.#compiled,
      dialect: this.#dialect,
      version: () => this.#versionText(),
    };
  }

  #loaded(): WasmModule {
    if (this.#module) return this.#module;
    throw new LlmspellError("engine.failed", `the ${this.name} engine is not initialized`);
  }

  #imageFor(bridges: readonly BridgeShape[]): LuaImage {
    if (bridges.length === 0) return this.#baseImage();
    const index = this.#images.findIndex((entry) => sameBridges(entry.bridges, bridges));
    const entry = this.#images.splice(index, index < 0 ? 0 : 1)[0] ?? {
      bridges,
      image: installBridges(this.#loaded(), this.#baseImage(), bridges),
    };
    this.#images.push(entry);
    if (this.#images.length > MAX_IMAGES) this.#images.shift();
    return entry.image;
  }

  #baseImage(): LuaImage {
    return (this.#base ??= buildImage(this.#loaded(), this.#dialect.prelude));
  }

  #scratchVm(): LuaVm {
    const options: VmOptions = {
      host: { call: () => null, handle: () => undefined },
      gate: { enter: () => undefined, leave: () => undefined, expired: () => false, violation: notRunning },
      bridges: [],
      globals: {},
      memoryBytes: 256 * 1024 * 1024,
      values: DEFAULT_VALUE_LIMITS,
      seed: 0,
      now: () => 0,
      resolve: () => {
        throw notRunning();
      },
    };
    return this.open(options) as LuaVm;
  }

  #versionText(): string {
    this.#version ??= `5.4-${fingerprint(...this.#dialect.prelude)}`;
    return this.#version;
  }
}

function sameBridges(a: readonly BridgeShape[], b: readonly BridgeShape[]): boolean {
  return a === b || (a.length === b.length && a.every((bridge, i) => bridge === b[i]));
}

function notRunning(): LlmspellError {
  return new LlmspellError("internal.bug", "nothing runs in this VM");
}

function maxPages(memoryBytes: number, image: LuaImage): number {
  const pages = Math.min(MAX_PAGES, Math.floor(memoryBytes / PAGE_BYTES));
  if (pages >= image.memory.pages) return pages;
  const least = image.memory.pages * PAGE_BYTES;
  throw new LlmspellError("config.invalid", `a Lua VM needs at least ${least} bytes of memory`, {
    details: { memoryBytes, least },
  });
}

/** Instances made ahead for the image and limit that were wanted last. */
class InstancePool {
  size = 0;
  #ready: LuaInstance[] = [];
  #image: LuaImage | undefined;
  #pages = 0;
  #refill: NodeJS.Immediate | undefined;

  take(module: WasmModule, image: LuaImage, pages: number): LuaInstance {
    if (this.#image !== image || this.#pages !== pages) {
      this.#ready = [];
      this.#image = image;
      this.#pages = pages;
    }
    const instance = this.#ready.pop() ?? instantiate(module, image, pages);
    if (this.size > 0) this.#schedule(module, image, pages);
    return instance;
  }

  clear(): void {
    this.size = 0;
    this.#ready = [];
    clearImmediate(this.#refill);
    this.#refill = undefined;
  }

  #schedule(module: WasmModule, image: LuaImage, pages: number): void {
    if (this.#refill) return;
    this.#refill = setImmediate(() => {
      this.#refill = undefined;
      while (this.#ready.length < this.size) this.#ready.push(instantiate(module, image, pages));
    }).unref();
  }
}
