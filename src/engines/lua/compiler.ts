import type { ScriptSource } from "../../engine/vm.ts";
import type { ImageRefs } from "./image.ts";
import type { LuaInstance } from "./instance.ts";
import { STATUS, STRING_CONTENT, VALUE_BYTES } from "./layout.ts";
import type { LuaReader } from "./reader.ts";
import { scriptError, syntaxError } from "./script-errors.ts";
import { encodedLength } from "./text-codec.ts";
import type { LuaWriter } from "./writer.ts";

/** Below this many characters a script compiles as fast as its bytecode loads. */
const WORTH_CACHING = 500;

/**
 * Bytecode of scripts, by file and text; the least recently used go first. Only what a VM compiled before any script
 * ran in it may enter: no script can then leave bytecode of its own making to another VM.
 */
export class CompiledScripts {
  capacity = 0;
  readonly #entries = new Map<string, Uint8Array>();

  get(script: ScriptSource): Uint8Array | undefined {
    const key = keyOf(script);
    const bytecode = this.#entries.get(key);
    if (bytecode) {
      this.#entries.delete(key);
      this.#entries.set(key, bytecode);
    }
    return bytecode;
  }

  set(script: ScriptSource, bytecode: Uint8Array): void {
    this.#entries.set(keyOf(script), bytecode);
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= this.capacity) break;
      this.#entries.delete(key);
    }
  }
}

function keyOf({ file, code }: ScriptSource): string {
  return `${file}\0${code}`;
}

/** Turns sources into functions on a stack of one VM. */
export class LuaCompiler {
  readonly #instance: LuaInstance;
  readonly #refs: ImageRefs;
  readonly #writer: LuaWriter;
  readonly #reader: LuaReader;
  readonly #cache: CompiledScripts;

  constructor(instance: LuaInstance, refs: ImageRefs, writer: LuaWriter, reader: LuaReader, cache: CompiledScripts) {
    this.#instance = instance;
    this.#refs = refs;
    this.#writer = writer;
    this.#reader = reader;
    this.#cache = cache;
  }

  /** Pushes the function of a VM's first script, from the cache where it can; throws `script.syntax`. Returns 1. */
  pushFirst(L: number, script: ScriptSource): number {
    if (this.#cache.capacity === 0 || script.code.length < WORTH_CACHING) return this.push(L, script);
    const cached = this.#cache.get(script);
    if (cached) {
      this.#writer.pushBytes(L, cached);
      return this.#load(L, script.file, cached.length, this.#refs.binaryMode);
    }
    this.push(L, script);
    this.#cache.set(script, this.#dump(L));
    return 1;
  }

  /** Pushes the function of a source; throws `script.syntax`. Returns 1. */
  push(L: number, { file, code }: ScriptSource): number {
    const source = withoutShebang(code);
    this.#writer.pushString(L, source);
    return this.#load(L, file, encodedLength(source), this.#refs.textMode);
  }

  /** Loads the string on the top and puts the function in its place. */
  #load(L: number, file: string, length: number, mode: number): number {
    const instance = this.#instance;
    this.#writer.pushString(L, `@${file}`);
    const content = (index: number): number =>
      instance.i32[(instance.top(L) - index * VALUE_BYTES) >> 2]! + STRING_CONTENT;
    const status = instance.x.luaL_loadbufferx(L, content(2), length, content(1), mode);
    if (status !== STATUS.ok) {
      const message = this.#reader.read(L, instance.top(L) - VALUE_BYTES, true);
      if (status === STATUS.memory) throw scriptError(message, status, [{ file }]);
      throw syntaxError(String(message), file);
    }
    instance.dropBelowTop(L, 2);
    return 1;
  }

  #dump(L: number): Uint8Array {
    const instance = this.#instance;
    const parts: Uint8Array[] = [];
    instance.hooks.write = (pointer, length) => void parts.push(instance.u8.slice(pointer, pointer + length));
    instance.x.lua_dump(L, instance.writerIndex, 0, 0);
    instance.hooks.write = () => undefined;
    return Buffer.concat(parts);
  }
}

/** The source as Lua's parser wants it: without byte order mark, a shebang line left empty. */
function withoutShebang(code: string): string {
  const text = code.startsWith("\uFEFF") ? code.slice(1) : code;
  if (!text.startsWith("#")) return text;
  const end = text.indexOf("\n");
  return end < 0 ? "" : text.slice(end);
}
