import type { JavascriptModule } from "./wasm-module.ts";

type Fn = (...args: number[]) => number;

/** What the WebAssembly of a VM asks of its host. An exception thrown here ends the VM. */
export interface GuestImports {
  /** A native function was called: reads `argc` values at `argv` and `this` at `slot`, and writes the result to `slot`. */
  hostCall(magic: number, slot: number, argc: number, argv: number): void;
  /** True stops the running code. */
  interrupt(): boolean;
  rejection(promise: number, reason: number, handled: boolean): void;
  /** Answers the address of a NUL-terminated name, or 0 with an exception thrown into the guest. */
  normalizeModule(base: string, name: string): number;
  /** Answers the address of the source and writes its length, or 0 with an exception thrown into the guest. */
  loadModule(name: string, lengthAddress: number): number;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Tags of JSValues (QuickJS's public header); every other tag is a double. */
export const TAG = {
  bigInt: -9,
  symbol: -8,
  string: -7,
  rope: -6,
  module: -3,
  object: -1,
  int: 0,
  bool: 1,
  null: 2,
  undefined: 3,
  exception: 6,
  shortBigInt: 7,
  float: 8,
} as const;

/** Doubles are boxed with this added to their high word, so that a quiet NaN leaves room for the tags. */
const FLOAT_ADDEND = 0x7ff80000 + 9 + 1;

const PAGE = 65536;
const SLOT_BYTES = 65536;
const TEXT_BYTES = 16384;
const SHORT_TEXT = 48;
const MAX_ATOMS = 2000;

/** Where the host's own areas lie in a VM's memory; part of an image. */
export interface GuestLayout {
  runtime: number;
  context: number;
  /** A stack of JSValue slots for the host. */
  slots: number;
  /** A buffer for short texts. */
  text: number;
  stackPointer: number;
  /** Address of the context's 64-bit random state. */
  randomState: number;
}

export class OutOfGuestMemory extends Error {}

/**
 * One WebAssembly instance of QuickJS: raw calls, JSValue slots, strings and atoms. Values are passed by the address
 * of an 8-byte slot; who gets a value in a slot owns one reference.
 */
export class Guest {
  readonly raw: Raw;
  readonly memory: WebAssembly.Memory;
  readonly layout: GuestLayout;
  readonly ctx: number;
  readonly rt: number;
  readonly #stackPointer: WebAssembly.Global;
  #i32: Int32Array;
  #u32: Uint32Array;
  #bytes: Buffer;
  /** Top of the slot stack: an address. */
  #top: number;
  readonly #slotsEnd: number;
  readonly #atomOfKey = new Map<string, number>();
  readonly #keyOfAtom = new Map<number, string>();
  readonly #float = new Float64Array(1);
  readonly #words = new Uint32Array(this.#float.buffer);

  /** Instantiates from an image's memory when `layout` is given, else boots a fresh runtime. */
  constructor(engine: JavascriptModule, memory: WebAssembly.Memory, imports: GuestImports, layout?: GuestLayout) {
    this.memory = memory;
    this.#i32 = new Int32Array(memory.buffer);
    this.#u32 = new Uint32Array(memory.buffer);
    this.#bytes = Buffer.from(memory.buffer);
    const instance = new WebAssembly.Instance(engine.module, this.#imports(imports));
    const exports = instance.exports as Record<string, Fn> & { __stack_pointer: WebAssembly.Global };
    this.raw = bindRaw(exports);
    this.#stackPointer = exports.__stack_pointer;
    this.layout = layout ?? this.#boot(exports);
    this.ctx = this.layout.context;
    this.rt = this.layout.runtime;
    this.#top = this.layout.slots;
    this.#slotsEnd = this.layout.slots + SLOT_BYTES;
  }

  get i32(): Int32Array {
    if (this.#i32.length === 0) this.#refresh();
    return this.#i32;
  }

  get u32(): Uint32Array {
    if (this.#u32.length === 0) this.#refresh();
    return this.#u32;
  }

  get bytes(): Buffer {
    if (this.#bytes.length === 0) this.#refresh();
    return this.#bytes;
  }

  set stackPointer(address: number) {
    this.#stackPointer.value = address;
  }

  get stackPointer(): number {
    return this.#stackPointer.value as number;
  }

  #refresh(): void {
    this.#i32 = new Int32Array(this.memory.buffer);
    this.#u32 = new Uint32Array(this.memory.buffer);
    this.#bytes = Buffer.from(this.memory.buffer);
  }

  #boot(exports: Record<string, Fn>): GuestLayout {
    const call = (name: string, ...args: number[]): number => {
      const fn = exports[name];
      if (!fn) throw new Error(`QuickJS lacks ${name}`);
      return fn(...args);
    };
    call("_initialize");
    if (call("qjs_init2", ALL_BUT_PERFORMANCE) !== 0) throw new Error("QuickJS failed to start");
    call("qjs_set_interrupt_handler", 1);
    call("qjs_set_promise_rejection_handler", 1);
    call("qjs_set_module_loader", 1);
    return {
      runtime: call("qjs_get_runtime_ptr"),
      context: call("qjs_get_context_ptr"),
      slots: call("wasm_malloc", SLOT_BYTES),
      text: call("wasm_malloc", TEXT_BYTES),
      stackPointer: (exports as unknown as { __stack_pointer: WebAssembly.Global }).__stack_pointer.value as number,
      randomState: 0,
    };
  }

  #imports(host: GuestImports): WebAssembly.Imports {
    const rejection = (promise: number, reason: number, handled: number): void => {
      host.rejection(promise, reason, handled !== 0);
      for (const value of [promise, reason]) {
        this.raw.freeValue(this.ctx, value);
        this.raw.free(value);
      }
    };
    return {
      env: {
        memory: this.memory,
        host_call: (magic: number, slot: number, argc: number, argv: number) => {
          host.hostCall(magic, slot, argc, argv);
          return 0;
        },
        host_interrupt: () => (host.interrupt() ? 1 : 0),
        host_promise_rejection: rejection,
        host_module_normalize: (base: number, name: number) =>
          host.normalizeModule(this.cString(base), this.cString(name)),
        host_module_load: (name: number, length: number) => host.loadModule(this.cString(name), length),
        host_get_timezone_offset: () => 0,
      },
      wasi_snapshot_preview1: {
        clock_time_get: (_id: number, _precision: bigint, out: number) => {
          const nanoseconds = BigInt(Math.floor(host.now() * 1000)) * 1000n;
          this.u32[out >> 2] = Number(nanoseconds & 0xffffffffn);
          this.u32[(out >> 2) + 1] = Number(nanoseconds >> 32n);
          return 0;
        },
        random_get: (address: number, length: number) => {
          this.bytes.fill(0, address, address + length);
          return 0;
        },
        fd_write: (_fd: number, _iovs: number, _count: number, written: number) => {
          this.u32[written >> 2] = 0;
          return 8;
        },
        fd_close: () => 8,
        fd_fdstat_get: () => 8,
        fd_seek: () => 8,
      },
    };
  }

  // --- slots ---

  get top(): number {
    return this.#top;
  }

  /** Frees nothing: slots above `top` are simply forgotten. */
  set top(top: number) {
    this.#top = top;
  }

  /** A slot of `bytes` bytes, 8-aligned; valid until `top` is set back. Throws when the stack is full. */
  push(bytes = 8): number {
    const slot = this.#top;
    const next = slot + ((bytes + 7) & ~7);
    if (next > this.#slotsEnd) throw new OutOfGuestMemory();
    this.#top = next;
    return slot;
  }

  /** Whether `bytes` more fit on the slot stack, with room to go on. */
  fits(bytes: number): boolean {
    return this.#top + bytes < this.#slotsEnd - 8192;
  }

  tag(slot: number): number {
    return this.i32[(slot >> 2) + 1] as number;
  }

  /** Copies the bits of a value; the reference count stays as it is. */
  copy(from: number, to: number): void {
    const i32 = this.i32;
    i32[to >> 2] = i32[from >> 2] as number;
    i32[(to >> 2) + 1] = i32[(from >> 2) + 1] as number;
  }

  set(slot: number, tag: number, payload = 0): void {
    const i32 = this.i32;
    i32[slot >> 2] = payload;
    i32[(slot >> 2) + 1] = tag;
  }

  free(slot: number): void {
    if ((this.i32[(slot >> 2) + 1] as number) < 0) this.raw.freeValue(this.ctx, slot);
  }

  /** Gives back a reference to the object at an address. */
  freeObject(pointer: number): void {
    const slot = this.push();
    this.set(slot, TAG.object, pointer);
    this.free(slot);
    this.#top = slot;
  }

  setNumber(slot: number, value: number): void {
    const i32 = this.i32;
    const int = value | 0;
    if (int === value && (int !== 0 || !Object.is(value, -0))) {
      i32[slot >> 2] = int;
      i32[(slot >> 2) + 1] = TAG.int;
      return;
    }
    this.#float[0] = Number.isNaN(value) ? NaN : value;
    i32[slot >> 2] = this.#words[0] as number;
    i32[(slot >> 2) + 1] = (this.#words[1] as number) - FLOAT_ADDEND;
  }

  float(slot: number): number {
    this.#words[0] = this.u32[slot >> 2] as number;
    this.#words[1] = (this.u32[(slot >> 2) + 1] as number) + FLOAT_ADDEND;
    return this.#float[0] as number;
  }

  /** The object's address, its identity while it lives. */
  pointer(slot: number): number {
    return this.i32[slot >> 2] as number;
  }

  // --- memory ---

  /** Throws `OutOfGuestMemory`. */
  malloc(bytes: number): number {
    const address = this.raw.malloc(bytes || 1) >>> 0;
    if (address === 0) throw new OutOfGuestMemory();
    return address;
  }

  // --- texts ---

  /** A NUL-terminated UTF-8 text. */
  cString(address: number): string {
    const bytes = this.bytes;
    return bytes.utf8Slice(address, bytes.indexOf(0, address));
  }

  /** A NUL-terminated copy for which the caller (or QuickJS) calls `free`. */
  newCString(text: string): { address: number; length: number } {
    const length = Buffer.byteLength(text);
    const address = this.malloc(length + 1);
    this.bytes.utf8Write(text, address, length);
    this.bytes[address + length] = 0;
    return { address, length };
  }

  /** Reads a value as text; undefined with the exception pending when QuickJS cannot convert it. */
  text(slot: number): string | undefined {
    const lengthSlot = this.#top;
    const address = this.raw.toCString(this.ctx, lengthSlot, slot, 0);
    // A wide text may be too large to convert, and yet can be read in place.
    if (address === 0) return this.tag(slot) === TAG.string ? this.#retryWide(slot) : undefined;
    const length = this.u32[lengthSlot >> 2] as number;
    let text: string;
    if (length <= SHORT_TEXT) {
      text = this.#shortText(address, length);
    } else {
      text = this.bytes.utf8Slice(address, address + length);
    }
    this.raw.freeCString(this.ctx, address);
    return text.includes("\ufffd") ? this.#wideText(slot) : text;
  }

  #shortText(address: number, length: number): string {
    const bytes = this.bytes;
    let text = "";
    for (let i = address; i < address + length; i++) {
      const byte = bytes[i] as number;
      if (byte > 0x7f) return bytes.utf8Slice(address, address + length);
      text += String.fromCharCode(byte);
    }
    return text;
  }

  #retryWide(slot: number): string | undefined {
    this.raw.getException(this.ctx, this.#top);
    this.free(this.#top);
    return this.#wideText(slot);
  }

  /** Exact also for lone surrogates. */
  #wideText(slot: number): string | undefined {
    const lengthSlot = this.#top;
    const address = this.raw.toCStringUTF16(this.ctx, lengthSlot, slot);
    if (address === 0) return undefined;
    const text = this.bytes.ucs2Slice(address, address + 2 * (this.u32[lengthSlot >> 2] as number));
    this.raw.freeCStringUTF16(this.ctx, address);
    return text;
  }

  /** Makes a string in `slot`. False when the guest is out of memory, with the exception pending. */
  setText(slot: number, text: string): boolean {
    const length = text.length;
    if (length <= SHORT_TEXT) {
      const at = this.layout.text;
      const bytes = this.bytes;
      let i = 0;
      for (; i < length; i++) {
        const code = text.charCodeAt(i);
        if (code > 0x7f) break;
        bytes[at + i] = code;
      }
      if (i === length) return this.raw.newString(this.ctx, at, length, slot) !== TAG.exception;
    }
    return this.#setLongText(slot, text);
  }

  #setLongText(slot: number, text: string): boolean {
    const wide = !text.isWellFormed();
    const size = wide ? text.length * 2 : Buffer.byteLength(text);
    const buffered = size <= TEXT_BYTES;
    const address = buffered ? this.layout.text : this.malloc(size);
    let tag: number;
    if (wide) {
      this.bytes.ucs2Write(text, address, size);
      tag = this.raw.newStringUTF16(this.ctx, address, text.length, slot);
    } else {
      this.bytes.utf8Write(text, address, size);
      tag = this.raw.newString(this.ctx, address, size, slot);
    }
    if (!buffered) this.raw.free(address);
    return tag !== TAG.exception;
  }

  // --- atoms ---

  /** The atom of a property name, kept for the next time. Throws `OutOfGuestMemory`. */
  atom(key: string): number {
    const known = this.#atomOfKey.get(key);
    if (known !== undefined) return known;
    const slot = this.push();
    if (!this.setText(slot, key)) throw new OutOfGuestMemory();
    const atom = this.raw.valueToAtom(this.ctx, slot);
    this.free(slot);
    this.#top = slot;
    if (atom === 0) throw new OutOfGuestMemory();
    this.#remember(atom, key);
    return atom;
  }

  /** The name behind an atom. The atom stays the caller's. */
  key(atom: number): string {
    if (atom < 0) return String(atom & 0x7fffffff);
    const known = this.#keyOfAtom.get(atom);
    if (known !== undefined) return known;
    const slot = this.push();
    this.raw.atomToValue(this.ctx, atom, slot);
    const key = this.text(slot);
    this.free(slot);
    this.#top = slot;
    if (key === undefined) throw new OutOfGuestMemory();
    this.#remember(this.raw.dupAtom(this.ctx, atom), key);
    return key;
  }

  /** Takes over a reference to the atom. */
  #remember(atom: number, key: string): void {
    if (this.#atomOfKey.has(key)) {
      this.raw.freeAtom(this.ctx, atom);
      return;
    }
    this.#atomOfKey.set(key, atom);
    this.#keyOfAtom.set(atom, key);
  }

  /** Forgets kept atoms when they are many; only between calls, for an atom in use must stay. */
  trimAtoms(): void {
    if (this.#atomOfKey.size > MAX_ATOMS) this.forgetAtoms();
  }

  /** Gives back every kept atom; an image and a snapshot must hold none. */
  forgetAtoms(): void {
    for (const atom of this.#atomOfKey.values()) this.raw.freeAtom(this.ctx, atom);
    this.#atomOfKey.clear();
    this.#keyOfAtom.clear();
  }
}

/** `qjs_init2` flags: everything but `performance`, which the prelude brings with the run's clock. */
const ALL_BUT_PERFORMANCE = 0x1fff & ~(1 << 10);

export function pagesFor(bytes: number): number {
  return Math.ceil(bytes / PAGE);
}

export type Raw = ReturnType<typeof bindRaw>;

/** One literal, so that every VM's calls share a hidden class. */
function bindRaw(e: Record<string, Fn>) {
  const fn = (name: string): Fn => {
    const found = e[name];
    if (!found) throw new Error(`the QuickJS binary lacks ${name}`);
    return found;
  };
  return {
    malloc: fn("wasm_malloc"),
    free: fn("wasm_free"),
    setMemoryLimit: fn("qjs_set_memory_limit"),
    setMaxStackSize: fn("qjs_set_max_stack_size"),
    runGc: fn("qjs_run_gc"),
    executePendingJob: fn("JS_ExecutePendingJob"),
    dupAtom: fn("JS_DupAtom"),
    freeAtom: fn("JS_FreeAtom"),
    freeCString: fn("JS_FreeCString"),
    freeCStringUTF16: fn("JS_FreeCStringUTF16"),
    freePropertyEnum: fn("JS_FreePropertyEnum"),
    newClassId: fn("JS_NewClassID"),
    newClass: fn("JS_NewClass"),
    jsFree: fn("js_free"),
    call: fn("v_JS_Call"),
    definePropertyValue: fn("v_JS_DefinePropertyValue"),
    dupValue: fn("v_JS_DupValue"),
    eval: fn("v_JS_Eval"),
    evalFunction: fn("v_JS_EvalFunction"),
    freeValue: fn("v_JS_FreeValue"),
    getArrayBuffer: fn("v_JS_GetArrayBuffer"),
    getClassId: fn("v_JS_GetClassID"),
    getException: fn("v_JS_GetException"),
    getGlobalObject: fn("v_JS_GetGlobalObject"),
    getLength: fn("v_JS_GetLength"),
    getModuleNamespace: fn("v_JS_GetModuleNamespace"),
    getAnyOpaque: fn("v_JS_GetAnyOpaque"),
    getOwnPropertyNames: fn("v_JS_GetOwnPropertyNames"),
    getProperty: fn("v_JS_GetProperty"),
    getTypedArrayBuffer: fn("v_JS_GetTypedArrayBuffer"),
    getUint8Array: fn("v_JS_GetUint8Array"),
    isFunction: fn("v_JS_IsFunction"),
    newArrayFrom: fn("v_JS_NewArrayFrom"),
    newBigInt64: fn("v_JS_NewBigInt64"),
    newFunction: fn("v_JS_NewCFunctionData2"),
    newDate: fn("v_JS_NewDate"),
    newObjectFrom: fn("v_JS_NewObjectFrom"),
    newObjectProtoClass: fn("v_JS_NewObjectProtoClass"),
    newPromiseCapability: fn("v_JS_NewPromiseCapability"),
    newSettledPromise: fn("v_JS_NewSettledPromise"),
    newString: fn("v_JS_NewStringLen"),
    newStringUTF16: fn("v_JS_NewStringUTF16"),
    newUint8ArrayCopy: fn("v_JS_NewUint8ArrayCopy"),
    atomToValue: fn("v_JS_AtomToValue"),
    readObject: fn("v_JS_ReadObject"),
    setOpaque: fn("v_JS_SetOpaque"),
    setPrototype: fn("v_JS_SetPrototype"),
    throw: fn("v_JS_Throw"),
    throwOutOfMemory: fn("v_JS_ThrowOutOfMemory"),
    toCString: fn("v_JS_ToCStringLen2"),
    toCStringUTF16: fn("v_JS_ToCStringLenUTF16"),
    valueToAtom: fn("v_JS_ValueToAtom"),
    writeObject: fn("v_JS_WriteObject"),
  };
}
