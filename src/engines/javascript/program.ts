import { LlmspellError } from "../../errors.ts";
import type { ScriptSource } from "../../engine/vm.ts";
import type { ScriptCache } from "./script-cache.ts";
import type { FirstLineShift } from "./errors.ts";
import { TAG, type Guest } from "./guest.ts";
import { explainSyntax, hoistImports } from "./hoist.ts";
import { withoutShebang, type ModuleLoader } from "./modules.ts";
import { isTypescript, stripTypes } from "./typescript.ts";

/** A compiled script: its bytecode or module in `slot`, which whoever evaluates it gives up. */
export interface Program {
  kind: "script" | "module";
  slot: number;
  shift: FirstLineShift | undefined;
}

export interface Compiler {
  modules: ModuleLoader;
  cache: ScriptCache;
  /** Takes the guest's pending exception. */
  takeError(): LlmspellError;
}

const FUNCTION = "(async()=>{";
const METHOD = "({async m(){";
const COMPILE_ONLY = 1 << 5;
const AS_MODULE = 1;
const BYTECODE = 1;

/**
 * Compiles a script without running it. A script without static imports and exports is the body of an async
 * function (sloppy, as scripts are); another one is an ES module, and one with imports and a top-level `return` is
 * a module whose imports stand before such a body. Throws `script.syntax`, or what the imports raise.
 */
export function loadProgram(guest: Guest, script: ScriptSource, compiler: Compiler): Program {
  const { file } = script;
  const slot = guest.push();
  const known = compiler.cache.get(script);
  if (known) {
    compiler.modules.keep(file, known.source);
    if (!readBytecode(guest, known.bytecode, slot)) throw compiler.takeError();
    return { kind: "script", slot, shift: shiftOf(script, FUNCTION.length) };
  }
  const plain = withoutShebang(script.code);
  const source = isTypescript(file) ? stripTypes(plain, file) : plain;
  compiler.modules.keep(file, source);

  const compile = (code: string, flags: number, columns: number): LlmspellError | undefined => {
    if (compileOnly(guest, code, file, flags, slot) !== TAG.exception) return undefined;
    return asSyntaxError(compiler.takeError(), file, columns);
  };
  const body = (open: string, close: string): LlmspellError | undefined =>
    compile(`${open}${source}\n${close}`, 0, open.length);

  // A body such as `}); ...; (async()=>{` closes one wrapper, but not both.
  let asFunction = body(METHOD, "}})");
  if (!asFunction) {
    guest.free(slot);
    asFunction = body(FUNCTION, "})");
  }
  if (!asFunction) {
    const bytecode = writeBytecode(guest, slot);
    if (bytecode) compiler.cache.set(script, { source, bytecode });
    return { kind: "script", slot, shift: shiftOf(script, FUNCTION.length) };
  }
  if (asFunction.code !== "script.syntax" || !/\b(?:import|export)\b/.test(source))
    throw located(asFunction, source, file);

  const asModule = compile(source, AS_MODULE, 0);
  if (!asModule) return { kind: "module", slot, shift: undefined };
  if (asModule.code !== "script.syntax" || asModule.frames?.[0]?.file !== file) throw asModule;
  if (!/\breturn\b/.test(source)) throw asModule;

  const hoisted = hoistImports(source, file);
  const asHoisted = compile(hoisted.code, AS_MODULE, hoisted.columns);
  if (asHoisted) throw asHoisted;
  return { kind: "module", slot, shift: shiftOf(script, hoisted.columns) };
}

/** An error at the wrapper's own end is one brace too many or too few somewhere: another parser says where. */
function located(error: LlmspellError, source: string, file: string): LlmspellError {
  const lines = source.split("\n");
  if ((error.frames?.[0]?.line ?? 0) <= lines.length) return error;
  const last = { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  return (
    explainSyntax(source, file) ?? new LlmspellError("script.syntax", "unexpected end of script", { frames: [last] })
  );
}

function shiftOf({ code, file }: ScriptSource, columns: number): FirstLineShift {
  return { file, columns, lines: code.split("\n").length };
}

function writeBytecode(guest: Guest, slot: number): Uint8Array | undefined {
  const size = guest.push();
  const address = guest.raw.writeObject(guest.ctx, size, slot, BYTECODE) >>> 0;
  if (address === 0) {
    guest.raw.getException(guest.ctx, size);
    guest.free(size);
    return undefined;
  }
  const bytecode = new Uint8Array(guest.bytes.subarray(address, address + (guest.u32[size >> 2] as number)));
  guest.raw.jsFree(guest.ctx, address);
  return bytecode;
}

/** False with the exception pending when the guest lacks memory. */
function readBytecode(guest: Guest, bytecode: Uint8Array, slot: number): boolean {
  const address = guest.malloc(bytecode.length);
  guest.bytes.set(bytecode, address);
  const tag = guest.raw.readObject(guest.ctx, address, bytecode.length, BYTECODE, slot);
  guest.raw.free(address);
  return tag !== TAG.exception;
}

function compileOnly(guest: Guest, code: string, file: string, flags: number, slot: number): number {
  const source = guest.newCString(code);
  const name = guest.newCString(file);
  const tag = guest.raw.eval(guest.ctx, source.address, source.length, name.address, flags | COMPILE_ONLY, slot);
  guest.raw.free(source.address);
  guest.raw.free(name.address);
  return tag;
}

/** Marks the engine's own syntax errors; what imports raise keeps its code. */
function asSyntaxError(error: LlmspellError, file: string, columns: number): LlmspellError {
  if (error.code !== "script.error" || !error.message.startsWith("SyntaxError")) return error;
  const [first, ...rest] = error.frames ?? [{ file }];
  const frame = { ...(first ?? { file }) };
  if (frame.file === file && frame.line === 1 && frame.column !== undefined)
    frame.column = Math.max(1, frame.column - columns);
  return new LlmspellError("script.syntax", error.message.replace(/^SyntaxError:? ?/, ""), {
    frames: [frame, ...rest],
  });
}
