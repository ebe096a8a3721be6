import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

type Call = (...args: number[]) => number;

/** What the binary throws for `longjmp`. */
const LONGJMP = Infinity;

/** The same Lua binary without our binding: one VM, the libraries, no limits, no bridges. Answers what `program()` returns. */
export function openBareLua(): (source: string, times: number) => number {
  const binary = readFileSync(createRequire(import.meta.url).resolve("wasmoon/dist/glue.wasm"));
  const module = new WebAssembly.Module(binary);
  const known: Record<string, unknown> = {
    invoke_vii: (index: number, a: number, b: number) => {
      const stack = x.stackSave?.() ?? 0;
      try {
        (table.get(index) as Call)(a, b);
      } catch (thrown) {
        if (thrown !== LONGJMP) throw thrown;
        x.stackRestore?.(stack);
        x.setThrew?.(1, 0);
      }
    },
    _emscripten_throw_longjmp: () => {
      throw LONGJMP;
    },
    emscripten_resize_heap: (bytes: number) => {
      memory.grow(Math.ceil((bytes - memory.buffer.byteLength) / 65_536));
      return 1;
    },
  };
  const imports: WebAssembly.Imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module))
    (imports[from] ??= {})[name] = known[name] ?? (() => 0);
  const instance = new WebAssembly.Instance(module, imports);
  const x = instance.exports as Record<string, Call>;
  const memory = instance.exports.memory as WebAssembly.Memory;
  const table = instance.exports.__indirect_function_table as WebAssembly.Table;
  const call = (name: string, ...args: number[]): number => (x[name] as Call)(...args);
  call("__wasm_call_ctors");
  const state = call("luaL_newstate");
  call("luaL_openlibs", state);
  const put = (text: string): { address: number; length: number } => {
    const bytes = Buffer.from(`${text}\0`);
    const address = call("malloc", bytes.length);
    new Uint8Array(memory.buffer).set(bytes, address);
    return { address, length: bytes.length - 1 };
  };
  const name = put("=bare");
  return (source, times) => {
    const code = put(`${source}\nlocal result\nfor i = 1, ${times} do result = program() end\nreturn result`);
    const status =
      call("luaL_loadbufferx", state, code.address, code.length, name.address, 0) ||
      call("lua_pcallk", state, 0, 1, 0, 0, 0);
    call("free", code.address);
    if (status !== 0) throw new Error(`bare Lua failed with status ${status}`);
    const result = call("lua_tonumberx", state, -1, 0);
    call("lua_settop", state, 0);
    return result;
  };
}
