/**
 * The part of the WebAssembly JavaScript API that this engine uses; the project's TypeScript libraries do not
 * declare it.
 */

/** A compiled module; it may be posted to workers. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export interface WasmTable {
  readonly length: number;
  get(index: number): unknown;
  set(index: number, value: unknown): void;
  grow(count: number): number;
}

interface WasmNamespace {
  Module: new (bytes: Uint8Array) => WasmModule;
  RuntimeError: new () => Error;
  Memory: new (limits: { initial: number; maximum: number }) => WasmMemory;
  Instance: new (
    module: WasmModule,
    imports: Record<string, Record<string, unknown>>,
  ) => { readonly exports: Record<string, unknown> };
}

export const wasm = (globalThis as unknown as { WebAssembly: WasmNamespace }).WebAssembly;

export const PAGE_BYTES = 65_536;
