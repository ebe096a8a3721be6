import { toSnakeCase } from "../../engine/naming.ts";
import type { BridgeShape, HandleShape, MethodShape } from "../../engine/shape.ts";
import { DEFAULT_VALUE_LIMITS } from "../../values/script-value.ts";
import { captureMemory, instantiate, pushField, runProtected, type ImageRefs, type LuaImage } from "./image.ts";
import type { LuaInstance } from "./instance.ts";
import { REGISTRY, TAG, TYPE_MASK, VALUE_BYTES } from "./layout.ts";
import type { WasmModule } from "./wasm-api.ts";
import { LuaWriter } from "./writer.ts";

/** Pages that suffice for building an image, whatever the limit of its VMs. */
const BUILD_PAGES = 2048;

/** Operation of a host method: `ref` and whether arguments that cannot cross are shown as text. */
function methodOperation(method: MethodShape): number {
  return method.ref * 2 + (method.lenient ? 1 : 0);
}

/** An image with the globals of these bridges. */
export function installBridges(module: WasmModule, base: LuaImage, bridges: readonly BridgeShape[]): LuaImage {
  const instance = instantiate(module, base, BUILD_PAGES);
  const refs: ImageRefs = { ...base.refs, handleTypes: {} };
  const installer = new BridgeInstaller(instance, refs);
  runProtected(instance, refs.main, (L) => {
    for (const bridge of bridges) installer.install(L, bridge);
    installer.connectPrelude(L, bridges);
    return 0;
  });
  return { refs, memory: captureMemory(instance) };
}

class BridgeInstaller {
  readonly #instance: LuaInstance;
  readonly #refs: ImageRefs;
  readonly #writer: LuaWriter;

  constructor(instance: LuaInstance, refs: ImageRefs) {
    this.#instance = instance;
    this.#refs = refs;
    this.#writer = new LuaWriter(instance, refs, DEFAULT_VALUE_LIMITS, () => {
      throw new TypeError("a bridge's constants hold no functions");
    });
  }

  install(L: number, bridge: BridgeShape): void {
    const instance = this.#instance;
    const { x } = instance;
    x.lua_checkstack(L, 20);
    for (const handle of bridge.handles) this.#installHandle(L, handle);
    // A bridge named like a library joins it.
    this.#pushGlobal(L, bridge.name);
    const merged = (instance.tag(instance.top(L) - VALUE_BYTES) & TYPE_MASK) === TAG.table;
    if (!merged) {
      instance.pop(L, 1);
      x.lua_createtable(L, 0, bridge.methods.length);
    }
    const table = instance.top(L) - VALUE_BYTES;
    x.lua_createtable(L, 0, 0);
    const aliases = merged ? table : instance.top(L) - VALUE_BYTES;
    for (const method of bridge.methods) {
      const snake = toSnakeCase(method.name);
      this.#setMethod(L, table, snake, method, table);
      if (snake !== method.name) this.#setMethod(L, aliases, method.name, method, table);
    }
    for (const [name, value] of Object.entries(bridge.constants)) {
      for (const spelling of new Set([toSnakeCase(name), name])) {
        instance.pushCopy(L, spelling === toSnakeCase(name) ? table : aliases);
        this.#writer.pushString(L, spelling);
        this.#writer.push(L, value);
        x.lua_rawset(L, -3);
        instance.pop(L, 1);
      }
    }
    if (merged) instance.pop(L, 1);
    else if (bridge.fallback) this.#fallBack(L, bridge.fallback);
    else this.#setAliases(L);
    for (const name of [bridge.name, ...bridge.aliases]) {
      x.lua_pushvalue(L, -1);
      this.#setGlobal(L, name);
    }
    instance.pop(L, 1);
  }

  /** What the prelude itself needs of bridges: output, sleep, the null sentinel under `json`. */
  connectPrelude(L: number, bridges: readonly BridgeShape[]): void {
    const instance = this.#instance;
    const connect = (bridgeName: string, methodName: string, field: string): void => {
      const method = bridges.find((b) => b.name === bridgeName)?.methods.find((m) => m.name === methodName);
      if (!method) return;
      instance.pushRef(L, this.#refs.prelude);
      this.#setMethod(L, instance.top(L) - VALUE_BYTES, field, method, undefined);
      instance.pop(L, 1);
    };
    connect("console", "write", "write");
    connect("util", "sleep", "sleep");
    if (!bridges.some((bridge) => bridge.name === "json")) return;
    this.#pushGlobal(L, "json");
    this.#writer.pushString(L, "null");
    instance.pushRef(L, this.#refs.nullRef);
    instance.x.lua_rawset(L, -3);
    instance.pop(L, 1);
  }

  /** Makes the table on the top the `__index` of the metatable of the one below, and drops it. */
  #setAliases(L: number): void {
    const { x } = this.#instance;
    x.lua_createtable(L, 0, 1);
    this.#writer.pushString(L, "__index");
    this.#instance.pushCopy(L, this.#instance.top(L) - 3 * VALUE_BYTES);
    x.lua_rawset(L, -3);
    x.lua_setmetatable(L, -3);
    this.#instance.pop(L, 1);
  }

  /** The same, where members that are neither call a method. */
  #fallBack(L: number, method: MethodShape): void {
    const instance = this.#instance;
    const { x } = instance;
    const aliases = instance.top(L) - VALUE_BYTES;
    const table = aliases - VALUE_BYTES;
    pushField(instance, this.#refs, L, "fall_back");
    instance.pushCopy(L, table);
    instance.pushCopy(L, aliases);
    this.#pushMethod(L, method, undefined);
    x.lua_callk(L, 3, 0, 0, 0);
    instance.pop(L, 1);
  }

  /** Sets a closure under a name in the table at an address; `self` is the object that a call by colon passes first. */
  #setMethod(L: number, target: number, name: string, method: MethodShape, self: number | undefined): void {
    const instance = this.#instance;
    instance.pushCopy(L, target);
    this.#writer.pushString(L, name);
    this.#pushMethod(L, method, self);
    instance.x.lua_rawset(L, -3);
    instance.pop(L, 1);
  }

  #pushMethod(L: number, method: MethodShape, self: number | undefined): void {
    const instance = this.#instance;
    if (method.native) pushField(instance, this.#refs, L, method.native);
    if (method.native && method.native !== "with_include") return;
    instance.pushInteger(L, methodOperation(method));
    this.#pushSelf(L, method.native ? undefined : self);
    instance.x.lua_pushcclosure(L, instance.hostIndex, 2);
    if (!method.native) return;
    this.#pushSelf(L, self);
    instance.x.lua_callk(L, 2, 1, 0, 0);
  }

  #pushSelf(L: number, self: number | undefined): void {
    if (self === undefined) this.#instance.pushNil(L);
    else this.#instance.pushCopy(L, self);
  }

  #installHandle(L: number, shape: HandleShape): void {
    const instance = this.#instance;
    const { x } = instance;
    pushField(instance, this.#refs, L, "handle_type");
    this.#writer.pushString(L, shape.type);
    x.lua_createtable(L, 0, shape.methods.length);
    const table = instance.top(L) - VALUE_BYTES;
    for (const method of shape.methods) {
      const snake = toSnakeCase(method.name);
      this.#setMethod(L, table, snake, method, undefined);
      if (snake !== method.name) this.#setMethod(L, table, method.name, method, undefined);
    }
    if (shape.iterator === undefined) instance.pushNil(L);
    else this.#writer.pushString(L, shape.iterator);
    x.lua_callk(L, 3, 1, 0, 0);
    const pointer = x.lua_topointer(L, -1);
    this.#refs.handleTypes[shape.type] = { ref: x.luaL_ref(L, REGISTRY), pointer };
  }

  #pushGlobal(L: number, name: string): void {
    this.#pushGlobals(L);
    this.#writer.pushString(L, name);
    this.#instance.x.lua_rawget(L, -2);
    this.#instance.dropBelowTop(L, 1);
  }

  /** Pops a value into a global. */
  #setGlobal(L: number, name: string): void {
    this.#pushGlobals(L);
    this.#writer.pushString(L, name);
    this.#instance.pushCopy(L, this.#instance.top(L) - 3 * VALUE_BYTES);
    this.#instance.x.lua_rawset(L, -3);
    this.#instance.pop(L, 2);
  }

  #pushGlobals(L: number): void {
    this.#instance.pushRef(L, REF_GLOBALS);
  }
}

/** `LUA_RIDX_GLOBALS` */
export const REF_GLOBALS = 2;
