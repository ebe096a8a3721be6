import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { wasm, type WasmModule } from "./wasm-api.ts";

/** Pages that the binary needs before its heap starts: static data and a 1 MB C stack. */
export const STATIC_PAGES = 17;

/**
 * Imports of the binary that no safe library reaches, but whose C types are those of `lua_CFunction`,
 * `lua_KFunction` and `lua_Writer`: exported again under these names, they can stand in the function table.
 */
const REEXPORTS = { host: "system", hostContinuation: "__syscall_fcntl64", hostWriter: "__syscall_openat" } as const;

/** What of the C API is called; an instance pays for each export. */
const EXPORTS: ReadonlySet<string> = new Set([
  "__wasm_call_ctors",
  "__indirect_function_table",
  "malloc",
  "free",
  "setThrew",
  "stackSave",
  "stackRestore",
  "luaL_newstate",
  "luaL_openlibs",
  "luaL_getmetafield",
  "luaL_loadbufferx",
  "luaL_ref",
  "luaL_unref",
  "luaL_tolstring",
  "lua_callk",
  "lua_checkstack",
  "lua_createtable",
  "lua_dump",
  "lua_error",
  "lua_getinfo",
  "lua_getstack",
  "lua_gettop",
  "lua_isyieldable",
  "lua_newthread",
  "lua_newuserdatauv",
  "lua_pcallk",
  "lua_pushcclosure",
  "lua_pushinteger",
  "lua_pushlightuserdata",
  "lua_pushlstring",
  "lua_pushvalue",
  "lua_rawget",
  "lua_rawgeti",
  "lua_rawset",
  "lua_rawseti",
  "lua_resetthread",
  "lua_resume",
  "lua_getglobal",
  "lua_setglobal",
  "lua_setiuservalue",
  "lua_setmetatable",
  "lua_settop",
  "lua_topointer",
  "lua_xmove",
  "lua_yieldk",
]);

/**
 * Most slots of a Lua stack (`LUAI_MAXSTACK`). The binary's 1,000,000 take up to 48 MB at the moment of overflow, so
 * that the usual memory limit would come first; 250,000 still hold about 80,000 nested calls.
 */
const STACK_LIMIT = { built: 1_000_000, wanted: 250_000 } as const;
/** Offsets from the limit at which the binary holds it as a constant, and how often. */
const STACK_LIMIT_CONSTANTS = new Map([
  [-1, 2],
  [0, 6],
  [200, 1],
]);

/** Reads and edits the Lua binary: some milliseconds. */
export function luaBinary(): Uint8Array {
  return editBinary(readFileSync(createRequire(import.meta.url).resolve("wasmoon/dist/glue.wasm")));
}

export function compileLuaModule(binary: Uint8Array = luaBinary()): WasmModule {
  return new wasm.Module(binary);
}

/**
 * Edits the binary: its memory becomes the import `env.memory`, so that each VM's limit is the maximum of a memory
 * of its own; unused exports go; three imports are exported again (`REEXPORTS`); the stack limit is lowered.
 * Format: WebAssembly core specification, section 5 (binary format).
 */
export function editBinary(binary: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [binary.subarray(0, 8)];
  let importNames: string[] = [];
  for (const section of sectionsOf(binary)) {
    if (section.id === SECTION.memory) continue;
    if (section.id === SECTION.import) {
      importNames = readImportNames(section.body);
      parts.push(encodeSection(section.id, appendEntry(section.body, MEMORY_IMPORT)));
    } else if (section.id === SECTION.export) {
      parts.push(encodeSection(section.id, editExports(section.body, importNames)));
    } else if (section.id === SECTION.code) {
      parts.push(encodeSection(section.id, lowerStackLimit(section.body)));
    } else {
      parts.push(binary.subarray(section.start, section.end));
    }
  }
  return concat(parts);
}

const SECTION = { import: 2, memory: 5, export: 7, code: 10 } as const;
const KIND_MEMORY = 2;

/** Import of a memory of at least `STATIC_PAGES` and at most 65,536 pages. */
const MEMORY_IMPORT = concat([
  encodeName("env"),
  encodeName("memory"),
  Uint8Array.of(KIND_MEMORY, 1),
  encodeUnsigned(STATIC_PAGES),
  encodeUnsigned(65_536),
]);

interface Section {
  id: number;
  body: Uint8Array;
  start: number;
  end: number;
}

class Cursor {
  position = 0;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  byte(): number {
    const value = this.bytes[this.position++];
    if (value === undefined) throw new RangeError("the Lua binary ends too early");
    return value;
  }

  unsigned(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  take(length: number): Uint8Array {
    this.position += length;
    return this.bytes.subarray(this.position - length, this.position);
  }

  name(): string {
    return new TextDecoder().decode(this.take(this.unsigned()));
  }
}

function* sectionsOf(binary: Uint8Array): Generator<Section> {
  const cursor = new Cursor(binary);
  cursor.take(8);
  while (cursor.position < binary.length) {
    const start = cursor.position;
    const id = cursor.byte();
    const body = cursor.take(cursor.unsigned());
    yield { id, body, start, end: cursor.position };
  }
}

function readImportNames(body: Uint8Array): string[] {
  const cursor = new Cursor(body);
  return Array.from({ length: cursor.unsigned() }, () => {
    cursor.name();
    const name = cursor.name();
    if (cursor.byte() !== 0) throw new TypeError(`the Lua binary imports ${name}, which is no function`);
    cursor.unsigned();
    return name;
  });
}

function editExports(body: Uint8Array, importNames: readonly string[]): Uint8Array {
  const cursor = new Cursor(body);
  const kept: Uint8Array[] = [];
  for (let left = cursor.unsigned(); left > 0; left--) {
    const start = cursor.position;
    const name = cursor.name();
    cursor.byte();
    cursor.unsigned();
    if (EXPORTS.has(name)) kept.push(body.subarray(start, cursor.position));
  }
  if (kept.length !== EXPORTS.size) throw new TypeError("the Lua binary lacks a function of the C API");
  for (const [name, imported] of Object.entries(REEXPORTS)) {
    const index = importNames.indexOf(imported);
    if (index < 0) throw new TypeError(`the Lua binary does not import ${imported}`);
    kept.push(concat([encodeName(name), Uint8Array.of(0), encodeUnsigned(index)]));
  }
  return concat([encodeUnsigned(kept.length), ...kept]);
}

function lowerStackLimit(body: Uint8Array): Uint8Array {
  const code = Buffer.from(body);
  for (const [offset, count] of STACK_LIMIT_CONSTANTS) {
    const built = encodeConstant(STACK_LIMIT.built + offset);
    const wanted = encodeConstant(STACK_LIMIT.wanted + offset);
    let found = 0;
    for (let at = code.indexOf(built); at >= 0; at = code.indexOf(built, at + 1)) {
      code.set(wanted, at);
      found++;
    }
    if (found !== count || wanted.length !== built.length)
      throw new TypeError("the Lua binary has another stack limit than expected");
  }
  return code;
}

/** `i32.const` of a positive value whose LEB128 form needs no further byte for its sign. */
function encodeConstant(value: number): Uint8Array {
  return concat([Uint8Array.of(0x41), encodeUnsigned(value)]);
}

/** A vector with one more entry at its end. */
function appendEntry(body: Uint8Array, entry: Uint8Array): Uint8Array {
  const cursor = new Cursor(body);
  const count = cursor.unsigned();
  return concat([encodeUnsigned(count + 1), body.subarray(cursor.position), entry]);
}

function encodeSection(id: number, body: Uint8Array): Uint8Array {
  return concat([Uint8Array.of(id), encodeUnsigned(body.length), body]);
}

function encodeName(name: string): Uint8Array {
  const bytes = new TextEncoder().encode(name);
  return concat([encodeUnsigned(bytes.length), bytes]);
}

function encodeUnsigned(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest % 128) | 0x80);
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
