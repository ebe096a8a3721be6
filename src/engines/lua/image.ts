import { LuaInstance } from "./instance.ts";
import * as layout from "./layout.ts";
import { operationOf, NATIVES } from "./prelude/natives.ts";
import { PRELUDE_CHUNK } from "./prelude/prelude.ts";
import { STATIC_PAGES } from "./wasm-module.ts";
import { PAGE_BYTES, type WasmModule } from "./wasm-api.ts";

/** An object of the prelude: its registry reference and its address. */
export interface PreludeObject {
  ref: number;
  pointer: number;
}

/** Where an image keeps what the host uses. Plain data. */
export interface ImageRefs {
  /** The main `lua_State`; it runs no script, only entries from the host. */
  main: number;
  /** 64 bytes for short strings on their way in. */
  scratch: number;
  /** `lua_Debug` record, format of `lua_getinfo`, modes of `lua_load`, result count of `lua_resume`. */
  debugRecord: number;
  infoFormat: number;
  textMode: number;
  binaryMode: number;
  resultCount: number;
  /** Light userdata that a waiting call yields. */
  waitToken: number;
  /** The table that prelude chunks share. */
  prelude: number;
  nullRef: number;
  nullPointer: number;
  errorMeta: PreludeObject;
  textMeta: PreludeObject;
  timeMeta: PreludeObject;
  arrayMeta: PreludeObject;
  futureMeta: PreludeObject;
  /** Weak table from handle id to userdata. */
  handleCache: number;
  /** Weak set of the threads that the host drives. */
  tasks: number;
  /** Prelude functions. */
  seed: number;
  lazy: number;
  unhandled: number;
  handleType: number;
  /** Metatables by handle type. */
  handleTypes: Record<string, PreludeObject>;
}

/** A VM's memory at rest, from which new instances start. */
export interface LuaImage {
  refs: ImageRefs;
  memory: MemoryImage;
}

/** Memory without its zeros. */
export interface MemoryImage {
  pages: number;
  segments: { offset: number; bytes: Uint8Array }[];
}

/** C stack of the binary, downward from `stackSave()` at rest. */
const STACK_BYTES = 1_048_576;
const BLOCK_BYTES = 4096;

/** Builds the image that every VM of an engine starts from: libraries and the chunks of `prelude` loaded, no bridge yet. */
export function buildImage(module: WasmModule, prelude: readonly string[]): LuaImage {
  const instance = new LuaInstance(module, STATIC_PAGES + 1, 1024);
  const { x } = instance;
  x.__wasm_call_ctors();
  const main = x.luaL_newstate();
  x.luaL_openlibs(main);
  const waitToken = x.malloc(8);
  const refs: ImageRefs = {
    main,
    scratch: x.malloc(64),
    debugRecord: x.malloc(layout.DEBUG_BYTES),
    infoFormat: cString(instance, "Sln"),
    textMode: cString(instance, "t"),
    binaryMode: cString(instance, "b"),
    resultCount: x.malloc(8),
    waitToken,
    prelude: 0,
    nullRef: 0,
    nullPointer: 0,
    errorMeta: { ref: 0, pointer: 0 },
    textMeta: { ref: 0, pointer: 0 },
    timeMeta: { ref: 0, pointer: 0 },
    arrayMeta: { ref: 0, pointer: 0 },
    futureMeta: { ref: 0, pointer: 0 },
    handleCache: 0,
    tasks: 0,
    seed: 0,
    lazy: 0,
    unhandled: 0,
    handleType: 0,
    handleTypes: {},
  };
  verifyLayout(instance, refs);
  runProtected(instance, main, (L) => {
    loadPrelude(instance, refs, L, prelude);
    return 0;
  });
  return { refs, memory: captureMemory(instance) };
}

/** A new instance with an image's memory. */
export function instantiate(module: WasmModule, image: LuaImage, maxPages: number): LuaInstance {
  const instance = new LuaInstance(module, Math.min(image.memory.pages, maxPages), maxPages);
  restoreMemory(instance, image.memory);
  return instance;
}

export function restoreMemory(instance: LuaInstance, image: MemoryImage): void {
  for (const { offset, bytes } of image.segments) instance.u8.set(bytes, offset);
}

/** Copies the memory of an instance at rest; its C stack holds nothing of use then. */
export function captureMemory(instance: LuaInstance): MemoryImage {
  const { u8, i32 } = instance;
  const stackTop = instance.x.stackSave();
  u8.fill(0, stackTop - STACK_BYTES, stackTop);
  const segments: MemoryImage["segments"] = [];
  let start = -1;
  for (let offset = 0; offset <= u8.length; offset += BLOCK_BYTES) {
    const used = offset < u8.length && !isZero(i32, offset);
    if (used && start < 0) start = offset;
    if (!used && start >= 0) {
      segments.push({ offset: start, bytes: u8.slice(start, offset) });
      start = -1;
    }
  }
  return { pages: u8.length / PAGE_BYTES, segments };
}

/** Runs `body` under `LuaInstance.protect`; a Lua error becomes an Error. */
export function runProtected(instance: LuaInstance, L: number, body: (L: number) => number): void {
  if (instance.protect(L, body) === layout.STATUS.ok) return;
  const text = instance.x.luaL_tolstring(L, -1, 0);
  throw new Error(instance.cString(text));
}

function loadPrelude(instance: LuaInstance, refs: ImageRefs, L: number, prelude: readonly string[]): void {
  const { x } = instance;
  x.lua_createtable(L, 0, 64);
  refs.prelude = x.luaL_ref(L, layout.REGISTRY);
  x.lua_createtable(L, 0, NATIVES.length + 1);
  for (const name of NATIVES) {
    pushText(instance, L, name);
    instance.pushInteger(L, operationOf(name));
    instance.pushNil(L);
    x.lua_pushcclosure(L, instance.hostIndex, 2);
    x.lua_rawset(L, -3);
  }
  pushText(instance, L, "WAIT");
  x.lua_pushlightuserdata(L, refs.waitToken);
  x.lua_rawset(L, -3);
  const natives = x.luaL_ref(L, layout.REGISTRY);
  for (const source of prelude) {
    const bytes = Buffer.from(source, "utf8");
    const buffer = x.malloc(bytes.length);
    instance.u8.set(bytes, buffer);
    const name = cString(instance, PRELUDE_CHUNK);
    const status = x.luaL_loadbufferx(L, buffer, bytes.length, name, refs.textMode);
    x.free(buffer);
    x.free(name);
    if (status !== layout.STATUS.ok) x.lua_error(L);
    removeLines(
      instance,
      instance.i32[(instance.i32[(instance.top(L) - layout.VALUE_BYTES) >> 2]! + layout.CLOSURE_PROTO) >> 2]!,
    );
    instance.pushRef(L, refs.prelude);
    instance.pushRef(L, natives);
    x.lua_callk(L, 2, 0, 0, 0);
  }
  const object = (field: string): PreludeObject => {
    pushField(instance, refs, L, field);
    const pointer = x.lua_topointer(L, -1);
    return { ref: x.luaL_ref(L, layout.REGISTRY), pointer };
  };
  refs.errorMeta = object("Error");
  refs.textMeta = object("Text");
  refs.timeMeta = object("Time");
  refs.arrayMeta = object("Array");
  refs.futureMeta = object("Future");
  refs.tasks = object("tasks").ref;
  refs.handleCache = object("handles").ref;
  refs.seed = object("seed").ref;
  refs.lazy = object("lazy").ref;
  refs.unhandled = object("unhandled").ref;
  refs.handleType = object("handle_type").ref;
  const nullMeta = object("Null").ref;
  x.lua_newuserdatauv(L, 0, 0);
  instance.pushRef(L, nullMeta);
  x.lua_setmetatable(L, -2);
  refs.nullPointer = instance.i32[(instance.top(L) - layout.VALUE_BYTES) >> 2]!;
  setField(instance, refs, L, "null");
  refs.nullRef = x.luaL_ref(L, layout.REGISTRY);
  x.lua_getglobal(L, withText(instance, refs, "collectgarbage"));
  x.lua_callk(L, 0, 0, 0, 0);
}

/** Pushes a field of the table that prelude chunks share. */
export function pushField(instance: LuaInstance, refs: ImageRefs, L: number, field: string): void {
  instance.pushRef(L, refs.prelude);
  pushText(instance, L, field);
  instance.x.lua_rawget(L, -2);
  instance.dropBelowTop(L, 1);
}

/** Puts the value on the top, which stays there, into a field of the table that prelude chunks share. */
function setField(instance: LuaInstance, refs: ImageRefs, L: number, field: string): void {
  instance.pushRef(L, refs.prelude);
  pushText(instance, L, field);
  instance.pushCopy(L, instance.top(L) - 3 * layout.VALUE_BYTES);
  instance.x.lua_rawset(L, -3);
  instance.pop(L, 1);
}

/** An ASCII text of less than 64 bytes in the scratch area, as a C string. */
export function withText(instance: LuaInstance, refs: ImageRefs, text: string): number {
  instance.bytes.latin1Write(`${text}\0`, refs.scratch, 64);
  return refs.scratch;
}

/**
 * Without line numbers Lua puts no position of the prelude before its messages, yet finds the names of the called
 * functions.
 */
function removeLines(instance: LuaInstance, proto: number): void {
  const { i32 } = instance;
  i32[(proto + layout.PROTO_LINES) >> 2] = 0;
  i32[(proto + layout.PROTO_LINE_COUNT) >> 2] = 0;
  i32[(proto + layout.PROTO_ABSOLUTE_LINES) >> 2] = 0;
  i32[(proto + layout.PROTO_ABSOLUTE_LINE_COUNT) >> 2] = 0;
  const children = i32[(proto + layout.PROTO_CHILDREN) >> 2]!;
  const count = i32[(proto + layout.PROTO_CHILD_COUNT) >> 2]!;
  for (let i = 0; i < count; i++) removeLines(instance, i32[(children >> 2) + i]!);
}

/** Throws when the binary does not keep values where `layout.ts` says. */
function verifyLayout(instance: LuaInstance, refs: ImageRefs): void {
  const { x } = instance;
  const L = refs.main;
  const before = instance.top(L);
  const expect = (holds: boolean, what: string): void => {
    if (!holds) throw new Error(`the Lua binary has another layout than expected: ${what}`);
  };
  x.lua_pushinteger(L, -5_000_000_000n);
  expect(instance.top(L) === before + layout.VALUE_BYTES, "stack");
  expect(instance.tag(before) === layout.TAG.integer && instance.i32[(before + 4) >> 2] === -2, "integer");
  pushText(instance, L, "abc");
  const string = instance.i32[(before + layout.VALUE_BYTES) >> 2]!;
  expect(
    instance.u8[string + layout.STRING_SHORT_LENGTH] === 3 && instance.u8[string + layout.STRING_CONTENT] === 97,
    "string",
  );
  x.lua_createtable(L, 4, 4);
  const table = instance.i32[(before + 2 * layout.VALUE_BYTES) >> 2]!;
  expect(instance.i32[(table + layout.TABLE_ARRAY_LIMIT) >> 2] === 4, "table array");
  expect(instance.u8[table + layout.TABLE_LOG_NODES] === 2, "table nodes");
  x.lua_createtable(L, 0, 0);
  const metatable = x.lua_topointer(L, -1);
  x.lua_setmetatable(L, -2);
  expect(instance.i32[(table + layout.TABLE_METATABLE) >> 2] === metatable, "metatable");
  const payload = x.lua_newuserdatauv(L, 8, 0);
  expect(payload === instance.i32[(before + 3 * layout.VALUE_BYTES) >> 2]! + layout.USERDATA_PAYLOAD, "userdata");
  const valued = x.lua_newuserdatauv(L, 8, 1);
  expect(
    valued === instance.i32[(before + 4 * layout.VALUE_BYTES) >> 2]! + layout.USERDATA_VALUES + layout.VALUE_BYTES,
    "user values",
  );
  instance.pop(L, 5);
}

function pushText(instance: LuaInstance, L: number, text: string): void {
  const buffer = cString(instance, text);
  instance.x.lua_pushlstring(L, buffer, text.length);
  instance.x.free(buffer);
}

function cString(instance: LuaInstance, text: string): number {
  const pointer = instance.x.malloc(text.length + 1);
  instance.bytes.latin1Write(`${text}\0`, pointer);
  return pointer;
}

function isZero(i32: Int32Array, offset: number): boolean {
  for (let i = offset >> 2; i < (offset + BLOCK_BYTES) >> 2; i++) {
    if (i32[i] !== 0) return false;
  }
  return true;
}
