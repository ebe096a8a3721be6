import type { LlmspellError } from "../errors.ts";
import type { Handle, ScriptFunction, ScriptValue, ValueLimits } from "../values/script-value.ts";
import type { BridgeShape } from "./shape.ts";

/** The host as a VM sees it. Every call that leaves a VM goes through here. */
export interface VmHost {
  /**
   * Calls a method by its `MethodShape.ref`. For a handle's method the handle is `args[0]`. Throws or rejects with
   * an LlmspellError; a `final` one must end the VM past every pcall and try.
   */
  call(ref: number, args: ScriptValue[]): ScriptValue | Promise<ScriptValue>;
  /** The handle that this run made under `id`, or undefined. */
  handle(id: number): Handle | undefined;
  /**
   * What the code that runs now is done for: the host's own business. A task keeps it over its waits, and those that it starts
   * begin with it: an engine puts it back in place before a task goes on, and leaves what was there before.
   */
  work?: unknown;
}

/**
 * Tells the supervisor which VM runs. An engine calls `enter` before every outermost entry into the VM's code and
 * `leave` after it, exceptions included; nested entries (a callback within a host call) do not count again.
 */
export interface VmGate {
  enter(): void;
  leave(): void;
  /** True once CPU or wall time is used up: an engine that has an interrupt hook polls this and ends the VM with `violation()`. */
  expired(): boolean;
  violation(): LlmspellError;
}

export interface ModuleSource {
  /** Unique name of the module, shown in errors: a path relative to the spell's folder or absolute. */
  id: string;
  source: string;
}

/** Before the path of a script that is to be run, not loaded as a module. */
export const INCLUDE = "include:";

/** What a run passes to one VM. Immutable for the VM's life. */
export interface VmOptions {
  host: VmHost;
  gate: VmGate;
  bridges: readonly BridgeShape[];
  /** Further globals: `params`, `args`, `env`, `spell`, `stdin`. A function value is called at first read. */
  globals: Readonly<Record<string, ScriptValue | (() => ScriptValue)>>;
  /** Bytes of the VM's own WebAssembly memory, image included. */
  memoryBytes: number;
  values: ValueLimits;
  /** Seeds the language's own random functions: 32 bits. */
  seed: number;
  /** The run's clock for the language's own time functions: milliseconds since the epoch, journaled by the run. */
  now(): number;
  /**
   * Finds a module for `require` or `import`; throws `script.module_not_found`. `importer` is a module id or the
   * script's file. Behind `INCLUDE` stands a file of the spell's folder, read anew each time.
   */
  resolve(specifier: string, importer: string): ModuleSource;
}

/** A script as text. `file` is shown in errors; `language` variants (TypeScript) are chosen by its extension. */
export interface ScriptSource {
  code: string;
  file: string;
}

/** A VM at rest: everything needed to continue it elsewhere, but for the host's side. */
export interface VmSnapshot {
  engine: string;
  /** Changes with the engine's binary and prelude; another version cannot restore it. */
  version: string;
  data: Uint8Array;
  /** Calls that the VM waits for, by the id that `ScriptVm.settle` takes. */
  pending: readonly number[];
}

export type CallOutcome = { ok: true; value: ScriptValue } | { ok: false; error: LlmspellError };

/** One isolated VM for one run. Not reentrant from the host except where a method says so. */
export interface ScriptVm {
  /**
   * Runs a script to its end: also of every task it started. Resolves with what the script returns (JavaScript: its
   * default export, where nothing is returned). Rejects with `script.syntax`, `script.error` (with frames in the
   * user's source) or the error that the script did not catch. Once per VM.
   */
  run(script: ScriptSource): Promise<ScriptValue>;
  /** Calls a function of this VM, also while `run` waits. */
  call(fn: ScriptFunction, args: readonly ScriptValue[]): Promise<ScriptValue>;
  /** Takes a snapshot of a VM that waits. Throws `engine.failed` while code runs in it. */
  snapshot(): VmSnapshot;
  /** After `restore`: gives a pending call its outcome. The VM runs on at once. */
  settle(pending: number, outcome: CallOutcome): void;
  /** After `restore`: the end of the script that was running. */
  finished(): Promise<ScriptValue>;
  /** Present size of the VM's memory in bytes. */
  memoryUsed(): number;
  /** Ends the VM at once; whatever waits on it rejects with `reason` (default `value.released`). Idempotent. */
  dispose(reason?: LlmspellError): void;
}
