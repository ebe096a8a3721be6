import { calendarImports } from "./calendar-imports.ts";
import { REGISTRY, STATE_CALL, STATE_TOP, TAG, VALUE_BYTES, VALUE_TAG, VARIANT_MASK } from "./layout.ts";
import { PAGE_BYTES, wasm, type WasmMemory, type WasmModule, type WasmTable } from "./wasm-api.ts";

type C = (...args: number[]) => number;

/** The exports of the edited binary. Pointers and sizes are numbers; `L` is a `lua_State *`. */
export interface LuaExports {
  __wasm_call_ctors(): void;
  __indirect_function_table: WasmTable;
  malloc: C;
  free: C;
  setThrew: C;
  stackSave: C;
  stackRestore: C;
  luaL_newstate: C;
  luaL_openlibs: C;
  luaL_getmetafield: C;
  luaL_loadbufferx: C;
  luaL_ref: C;
  luaL_unref: C;
  luaL_tolstring: C;
  lua_callk: C;
  lua_checkstack: C;
  lua_createtable: C;
  lua_dump: C;
  lua_error: C;
  lua_getinfo: C;
  lua_getstack: C;
  lua_gettop: C;
  lua_isyieldable: C;
  lua_newthread: C;
  lua_newuserdatauv: C;
  lua_pcallk: C;
  lua_pushcclosure: C;
  lua_pushinteger(L: number, value: bigint): void;
  lua_pushlightuserdata: C;
  lua_pushlstring: C;
  lua_pushvalue: C;
  lua_rawget: C;
  lua_rawgeti(L: number, index: number, key: bigint): number;
  lua_rawset: C;
  lua_rawseti(L: number, index: number, key: bigint): void;
  lua_resetthread: C;
  lua_resume: C;
  lua_getglobal: C;
  lua_setglobal: C;
  lua_setiuservalue: C;
  lua_setmetatable: C;
  lua_settop: C;
  lua_topointer: C;
  lua_xmove: C;
  lua_yieldk: C;
  host: unknown;
  hostContinuation: unknown;
  hostWriter: unknown;
}

/** What the binary calls in the host. */
export interface InstanceHooks {
  /** A `lua_CFunction`: returns the number of results. */
  call(L: number): number;
  /** A `lua_KFunction`: continues a call that yielded. */
  resume(L: number, status: number, context: number): number;
  /** A `lua_Writer`. */
  write(pointer: number, length: number): void;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** What the binary throws for `longjmp`; anything else that crosses its frames is the host's. */
export const LONGJMP = Infinity;

/** Most that the memory grows ahead of need. */
const GROW_AHEAD_PAGES = 16;

/** One instance of the binary with a memory of its own. Host functions stand in its table from `hostIndex` on. */
export class LuaInstance {
  readonly x: LuaExports;
  readonly hostIndex: number;
  readonly continuationIndex: number;
  readonly writerIndex: number;
  hooks: InstanceHooks = NO_HOOKS;
  /** Views of the memory; renewed whenever it grows. */
  u8!: Uint8Array;
  i32!: Int32Array;
  f64!: Float64Array;
  bytes!: Buffer;
  #body: ((L: number) => number) | undefined;
  readonly #memory: WasmMemory;
  readonly #maxPages: number;

  constructor(module: WasmModule, initialPages: number, maxPages: number) {
    this.#maxPages = maxPages;
    this.#memory = new wasm.Memory({ initial: initialPages, maximum: maxPages });
    this.#renewViews();
    const instance = new wasm.Instance(module, this.#imports());
    this.x = instance.exports as unknown as LuaExports;
    const table = this.x.__indirect_function_table;
    this.hostIndex = table.grow(3);
    this.continuationIndex = this.hostIndex + 1;
    this.writerIndex = this.hostIndex + 2;
    table.set(this.hostIndex, this.x.host);
    table.set(this.continuationIndex, this.x.hostContinuation);
    table.set(this.writerIndex, this.x.hostWriter);
  }

  /**
   * Runs `body` as a C function in protected mode, so that Lua's errors end in a status instead of a panic. What it
   * pushes and returns stands on the stack afterwards, or the error value. A JavaScript error of `body` is thrown on.
   */
  protect(L: number, body: (L: number) => number): number {
    const { x } = this;
    const outer = this.#body;
    let thrown: { error: unknown } | undefined;
    this.#body = (inner) => {
      try {
        return body(inner);
      } catch (error) {
        if (error === LONGJMP) throw error;
        thrown = { error };
        this.pushNil(inner);
        return x.lua_error(inner);
      }
    };
    x.lua_pushcclosure(L, this.hostIndex, 0);
    try {
      const status = x.lua_pcallk(L, 0, -1, 0, 0, 0);
      if (thrown) {
        this.pop(L, 1);
        throw thrown.error;
      }
      return status;
    } finally {
      this.#body = outer;
    }
  }

  get memoryBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Address of the value at a positive stack index of the running C function. */
  slot(L: number, index: number): number {
    return this.i32[this.i32[(L + STATE_CALL) >> 2]! >> 2]! + index * VALUE_BYTES;
  }

  top(L: number): number {
    return this.i32[(L + STATE_TOP) >> 2]!;
  }

  tag(address: number): number {
    return this.u8[address + VALUE_TAG]! & VARIANT_MASK;
  }

  /** Drops values from the top; only for plain stack slots. */
  pop(L: number, count: number): void {
    this.i32[(L + STATE_TOP) >> 2] = this.top(L) - count * VALUE_BYTES;
  }

  pushNil(L: number): void {
    this.u8[this.#push(L) + VALUE_TAG] = TAG.nil;
  }

  pushBoolean(L: number, value: boolean): void {
    this.u8[this.#push(L) + VALUE_TAG] = value ? TAG.true : TAG.false;
  }

  /** An integer of at most 53 bits. */
  pushInteger(L: number, value: number): void {
    const address = this.#push(L);
    this.i32[address >> 2] = value;
    this.i32[(address + 4) >> 2] = Math.floor(value / 4294967296);
    this.u8[address + VALUE_TAG] = TAG.integer;
  }

  pushFloat(L: number, value: number): void {
    const address = this.#push(L);
    this.f64[address >> 3] = value;
    this.u8[address + VALUE_TAG] = TAG.float;
  }

  /** Copies a value from anywhere in memory to the stack. */
  pushCopy(L: number, source: number): void {
    const address = this.#push(L);
    this.i32[address >> 2] = this.i32[source >> 2]!;
    this.i32[(address + 4) >> 2] = this.i32[(source + 4) >> 2]!;
    this.u8[address + VALUE_TAG] = this.u8[source + VALUE_TAG]!;
  }

  /** Keeps the top value and drops `count` values below it. */
  dropBelowTop(L: number, count: number): void {
    const source = this.top(L) - VALUE_BYTES;
    const target = source - count * VALUE_BYTES;
    this.i32[target >> 2] = this.i32[source >> 2]!;
    this.i32[(target + 4) >> 2] = this.i32[(source + 4) >> 2]!;
    this.u8[target + VALUE_TAG] = this.u8[source + VALUE_TAG]!;
    this.pop(L, count);
  }

  /** Pushes what a registry reference holds. */
  pushRef(L: number, ref: number): void {
    this.x.lua_rawgeti(L, REGISTRY, BigInt(ref));
  }

  /** A zero-terminated Latin-1 string. */
  cString(pointer: number): string {
    return pointer === 0 ? "" : this.bytes.toString("utf8", pointer, this.u8.indexOf(0, pointer));
  }

  #push(L: number): number {
    const address = this.i32[(L + STATE_TOP) >> 2]!;
    this.i32[(L + STATE_TOP) >> 2] = address + VALUE_BYTES;
    return address;
  }

  #renewViews(): void {
    const { buffer } = this.#memory;
    this.u8 = new Uint8Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.bytes = Buffer.from(buffer);
  }

  #grow(wantedBytes: number): number {
    const pages = this.memoryBytes / PAGE_BYTES;
    const wanted = Math.ceil((wantedBytes >>> 0) / PAGE_BYTES);
    if (wanted > this.#maxPages) return 0;
    const target = Math.min(this.#maxPages, Math.max(wanted, pages + Math.min(pages >> 3, GROW_AHEAD_PAGES)));
    try {
      this.#memory.grow(target - pages);
    } catch {
      return 0;
    }
    this.#renewViews();
    return 1;
  }

  #imports(): Record<string, Record<string, unknown>> {
    const functions: ((a: number, b: number) => void)[] = [];
    const fail = (): number => -1;
    return {
      env: {
        memory: this.#memory,
        invoke_vii: (index: number, a: number, b: number) => {
          const { x } = this;
          const stack = x.stackSave();
          try {
            (functions[index] ??= x.__indirect_function_table.get(index) as (a: number, b: number) => void)(a, b);
          } catch (thrown) {
            if (thrown !== LONGJMP) throw thrown;
            x.stackRestore(stack);
            x.setThrew(1, 0);
          }
        },
        _emscripten_throw_longjmp: () => {
          throw LONGJMP;
        },
        emscripten_resize_heap: (bytes: number) => this.#grow(bytes),
        // A light C function is an entry of `protect`; host functions are closures.
        system: (L: number) => (this.tag(this.slot(L, 0)) === TAG.lightFunction ? this.#body!(L) : this.hooks.call(L)),
        __syscall_fcntl64: (L: number, status: number, context: number) => this.hooks.resume(L, status, context),
        __syscall_openat: (_L: number, pointer: number, length: number) => {
          this.hooks.write(pointer, length);
          return 0;
        },
        emscripten_date_now: () => this.hooks.now(),
        _emscripten_get_now_is_monotonic: () => 0,
        ...calendarImports(this),
        abort: () => {
          throw new Error("the Lua binary aborted");
        },
        exit: () => {
          throw new Error("the Lua binary exited");
        },
        __syscall_ioctl: fail,
        __syscall_dup3: fail,
        __syscall_unlinkat: fail,
        __syscall_rmdir: fail,
        __syscall_renameat: fail,
        __syscall_readlinkat: fail,
      },
      wasi_snapshot_preview1: {
        fd_write: fail,
        fd_read: fail,
        fd_close: fail,
        fd_seek: fail,
        environ_sizes_get: fail,
        environ_get: fail,
      },
    };
  }
}

const NO_HOOKS: InstanceHooks = {
  call: () => 0,
  resume: () => 0,
  write: () => undefined,
  now: () => 0,
};
