import type { LlmspellError } from "../errors.ts";
import type { ScriptValue } from "../values/script-value.ts";
import type { BridgeShape, Naming } from "./shape.ts";
import type { ScriptSource, ScriptVm, VmOptions, VmSnapshot } from "./vm.ts";

/** What an engine worked out ahead for one catalogue of bridges, so that a start need not. */
export interface PreparedEngine {
  /** From `prepare` of the same engine, in the same version: plain data that structured clone carries. */
  data: unknown;
  /** The very array that VMs will be opened with; the caller vouches that `data` was made for its equal. */
  bridges: readonly BridgeShape[];
}

/** What an engine can be told once, before its first VM. */
export interface EngineConfig {
  prepared?: PreparedEngine;
  /** How many VMs to keep ready for the next `open`. 0 turns the pool off. Default 0. */
  poolSize?: number;
  /** Entries of the compiled-script cache. Default 100. */
  cacheSize?: number;
}

/**
 * A script language. Engines marshal values and run code; they know no bridge, no policy and no run. The exported
 * contract suite (`llmspell/testing`) says what every engine must do.
 */
export interface ScriptEngine {
  /** Canonical name, e.g. `lua`. */
  readonly name: string;
  /** Other names for flags and shebangs, e.g. `js`, `node`. */
  readonly aliases: readonly string[];
  /** File extensions with the dot, e.g. `.lua`. */
  readonly extensions: readonly string[];
  readonly naming: Naming;
  /** One line for `llmspell engines`: the language and its implementation. */
  readonly description: string;

  initialize(config: EngineConfig): Promise<void>;
  /** Works out what `EngineConfig.prepared` takes, for a build to keep. Engines that start fast anyway leave it out. */
  prepare?(bridges: readonly BridgeShape[]): unknown;
  /** A fresh isolated VM; synchronous once `initialize` has resolved. */
  open(options: VmOptions): ScriptVm;
  /** Continues a snapshot of the same engine and version. The caller then settles each pending call. */
  restore(snapshot: VmSnapshot, options: VmOptions): ScriptVm;
  /**
   * Checks syntax without running. Returns `script.syntax` with a frame, or null. With `resolve` also that the modules
   * which the script loads for sure are there and parse. With `globals`, all names of globals, a language that knows its names
   * before it runs refuses others.
   */
  validateSyntax(
    script: ScriptSource,
    resolve?: VmOptions["resolve"],
    globals?: readonly string[],
  ): LlmspellError | null;
  /**
   * Sends a value into a throw-away VM and back: what a script would see of it. For tests and for library users who
   * want the seeds' `toNative(fromNative(x))`.
   */
  roundTrip(value: ScriptValue): ScriptValue;
  /** Disposes of pooled VMs. VMs in use stay their owners' business. */
  shutdown(): Promise<void>;
}
