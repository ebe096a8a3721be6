import type { BridgeDefinition } from "../bridge/define-bridge.ts";
import type { EngineEntry } from "../engine/registry.ts";
import type { VmOptions, ScriptVm } from "../engine/vm.ts";
import { LlmspellError } from "../errors.ts";
import { fromNative, toNative } from "../values/native.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { type Runtime, createRuntime } from "./create-runtime.ts";
import { builtInEngines } from "./engines.ts";
import type { RunResult, RuntimeOptions } from "./runtime-options.ts";

/** One script engine as a program embeds it: scripts in, values out, bridges of its own. */
export class EmbeddedEngine implements AsyncDisposable {
  readonly #entry: EngineEntry;
  readonly #bridges = new Map<string, BridgeDefinition>();
  #options: RuntimeOptions = {};
  #runtime: Runtime | undefined;

  /** `name` is an engine's name or alias. Throws `engine.unknown`. */
  constructor(name: string) {
    this.#entry = builtInEngines().byName(name);
  }

  get name(): string {
    return this.#entry.name;
  }

  get extensions(): readonly string[] {
    return this.#entry.extensions;
  }

  /** Sets what runs may do; before the first `execute`. */
  initialize(options: RuntimeOptions): void {
    this.#options = { ...options };
    this.#restart();
  }

  /** Runs a script and resolves with its result. Rejects with the error that ended it. */
  async execute(script: string, params: Readonly<Record<string, unknown>> = {}): Promise<ScriptValue> {
    return valueOf(await this.#running().exec(script, { engine: this.name, params }));
  }

  async executeFile(path: string, params: Readonly<Record<string, unknown>> = {}): Promise<ScriptValue> {
    return valueOf(await this.#running().run(path, { engine: this.name, params }));
  }

  /** Adds a global to later runs; its methods run on the caller's thread. One of the same name is replaced. */
  registerBridge(name: string, bridge: BridgeDefinition): void {
    this.#bridges.set(name, { ...bridge, name });
    this.#restart();
  }

  /** Throws `method.unknown` when no bridge of this name was registered here. */
  unregisterBridge(name: string): void {
    if (!this.#bridges.delete(name)) throw new LlmspellError("method.unknown", `no bridge "${name}" is registered`);
    this.#restart();
  }

  /** Bytes of memory of later runs. */
  setMemoryLimit(bytes: number): void {
    this.#options = { ...this.#options, limits: { ...this.#options.limits, memoryBytes: bytes } };
    this.#restart();
  }

  /** Milliseconds from start to end of later runs; 0 is no limit. */
  setTimeout(milliseconds: number): void {
    this.#options = { ...this.#options, limits: { ...this.#options.limits, timeoutMs: milliseconds } };
    this.#restart();
  }

  /** Throws `script.syntax` when the script does not parse. */
  async validateSyntax(script: string): Promise<void> {
    const engine = await this.#entry.load();
    const problem = engine.validateSyntax({ code: script, file: "<text>" });
    if (problem) throw problem;
  }

  toNative(value: ScriptValue): unknown {
    return toNative(value);
  }

  fromNative(value: unknown): ScriptValue {
    return fromNative(value);
  }

  /**
   * A bare VM on this thread, for programs that bring their own host, limits and supervision. Nothing ends a script
   * that loops in it but the engine's own interrupt, which Lua has not.
   */
  async open(options: VmOptions): Promise<ScriptVm> {
    return (await this.#entry.load()).open(options);
  }

  /** Ends runs in progress and the workers. */
  async shutdown(): Promise<void> {
    await this.#runtime?.shutdown();
    this.#runtime = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  #running(): Runtime {
    return (this.#runtime ??= createRuntime({
      ...this.#options,
      bridges: [...(this.#options.bridges ?? []), ...this.#bridges.values()],
    }));
  }

  /** Later runs get workers that know the new settings; runs in progress are not touched until `shutdown`. */
  #restart(): void {
    const old = this.#runtime;
    this.#runtime = undefined;
    void old?.drain();
  }
}

function valueOf(result: RunResult): ScriptValue {
  if (result.ok) return result.value;
  throw result.error;
}
