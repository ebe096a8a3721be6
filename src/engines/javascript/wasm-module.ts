import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fingerprint } from "../../engine/fingerprint.ts";
import { patchWasm } from "./wasm-patch.ts";

/** The QuickJS functions that the binding calls, with JSValues passed by address (see wasm-patch.ts). */
const WRAPPED = [
  "JS_Call",
  "JS_DefinePropertyValue",
  "JS_DupValue",
  "JS_Eval",
  "JS_EvalFunction",
  "JS_FreeValue",
  "JS_GetArrayBuffer",
  "JS_GetClassID",
  "JS_GetException",
  "JS_GetGlobalObject",
  "JS_GetLength",
  "JS_GetModuleNamespace",
  "JS_GetAnyOpaque",
  "JS_GetOwnPropertyNames",
  "JS_GetProperty",
  "JS_GetTypedArrayBuffer",
  "JS_GetUint8Array",
  "JS_IsFunction",
  "JS_NewArrayFrom",
  "JS_NewBigInt64",
  "JS_NewCFunctionData2",
  "JS_NewDate",
  "JS_NewObjectFrom",
  "JS_NewObjectProtoClass",
  "JS_NewPromiseCapability",
  "JS_NewSettledPromise",
  "JS_NewStringLen",
  "JS_NewStringUTF16",
  "JS_NewUint8ArrayCopy",
  "JS_AtomToValue",
  "JS_ReadObject",
  "JS_SetOpaque",
  "JS_SetPrototype",
  "JS_Throw",
  "JS_ThrowOutOfMemory",
  "JS_ToCStringLen2",
  "JS_ToCStringLenUTF16",
  "JS_ValueToAtom",
  "JS_WriteObject",
] as const;

/** The exports that the binding calls as they are. */
const KEPT = [
  "__stack_pointer",
  "_initialize",
  "qjs_init2",
  "qjs_set_interrupt_handler",
  "qjs_set_promise_rejection_handler",
  "qjs_set_module_loader",
  "qjs_set_memory_limit",
  "qjs_set_max_stack_size",
  "qjs_get_runtime_ptr",
  "qjs_get_context_ptr",
  "qjs_run_gc",
  "wasm_malloc",
  "wasm_free",
  "JS_DupAtom",
  "JS_ExecutePendingJob",
  "JS_FreeAtom",
  "JS_FreeCString",
  "JS_FreeCStringUTF16",
  "JS_FreePropertyEnum",
  "JS_NewClass",
  "JS_NewClassID",
  "js_free",
] as const;

/** The binary as the binding wants it. Plain data: a build may keep it. */
export interface JavascriptBinary {
  bytes: Uint8Array;
  hostFunction: number;
  initialPages: number;
  /** Names the binary; snapshots of another one cannot be restored. */
  digest: string;
}

/** A compiled engine. Structured-cloneable: a supervisor compiles it once and posts it to its workers. */
export interface JavascriptModule extends Omit<JavascriptBinary, "bytes"> {
  module: WebAssembly.Module;
}

/** Reads and rewrites the QuickJS binary: some milliseconds. */
export function javascriptBinary(): JavascriptBinary {
  const binary = readFileSync(createRequire(import.meta.url).resolve("quickjs-wasi/quickjs.wasm"));
  const { bytes, hostFunction, initialPages } = patchWasm(binary, WRAPPED, KEPT);
  const digest = fingerprint(bytes);
  return { bytes, hostFunction, initialPages, digest };
}

export function compileJavascriptModule({ bytes, ...facts }: JavascriptBinary = javascriptBinary()): JavascriptModule {
  return { ...facts, module: new WebAssembly.Module(bytes) };
}
