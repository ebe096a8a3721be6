import { LlmspellError } from "../errors.ts";
import { Handle, markAliases, type ScriptObject, type ScriptValue } from "../values/script-value.ts";
import type { Naming } from "../engine/shape.ts";
import type { ServiceKey } from "./call-context.ts";
import type { CompiledMethod } from "./compiled-method.ts";
import { toSnakeCase } from "../engine/naming.ts";
import type { RunLedger } from "./run-ledger.ts";
import type { RunPorts } from "./run-ports.ts";

/** A composite call for which the script runs: the parent of what it calls, which `stop` cancels. */
export interface Running {
  seq: number;
  stop: AbortSignal | undefined;
}

/** What the calls of one script of a run share: handles, what bridges keep, and what the host holds for it. */
export class RunScope {
  readonly ports: RunPorts;
  readonly #handles = new Map<number, Handle>();
  readonly #owned = new Map<object, object>();
  readonly #services = new Map<string, unknown>();
  readonly #ledger: RunLedger;
  /** For whom the script runs right now. Undefined: for itself. */
  running: Running | undefined;

  constructor(ports: RunPorts, ledger: RunLedger) {
    this.ports = ports;
    this.#ledger = ledger;
  }

  /** The final error that the run ends with, once it broke a limit. */
  get condemned(): LlmspellError | undefined {
    return this.#ledger.condemned;
  }

  condemn(error: LlmspellError): LlmspellError {
    this.#ledger.condemned ??= error;
    this.ports.condemn(this.#ledger.condemned);
    return this.#ledger.condemned;
  }

  handle(id: number): Handle | undefined {
    return this.#handles.get(id);
  }

  makeHandle<S>(type: string, state: S, fields?: ScriptObject): Handle<S> {
    const made = new Handle(type, this.#handles.size + 1, state, fields && spellFields(fields, this.ports.naming));
    this.#handles.set(made.id, made);
    return made;
  }

  /** The handle that a handle's method was called on. */
  self(method: CompiledMethod, given: ScriptValue): Handle {
    if (given instanceof Handle && method.owner === given.type) return given;
    throw new LlmspellError("input.invalid", `${method.name} was called on something else than its object`);
  }

  own<T extends object>(key: object, create: () => T): T {
    const known = this.#owned.get(key);
    if (known) return known as T;
    const made = create();
    this.#owned.set(key, made);
    return made;
  }

  use<T>(key: ServiceKey<T>): T {
    if (this.#services.has(key.name)) return this.#services.get(key.name) as T;
    const provide = this.ports.services.get(key.name);
    if (!provide) throw new LlmspellError("method.unavailable", `this runtime offers no ${key.name}`);
    const service = provide();
    this.#services.set(key.name, service);
    return service as T;
  }

  charge(bytes: number): void {
    this.#ledger.hostBytes += bytes;
    const limit = this.ports.limits.hostBytes;
    if (this.#ledger.hostBytes <= limit) return;
    throw this.condemn(
      new LlmspellError("limit.host_memory", `the host holds more than ${limit} bytes for the run`, {
        details: { limit, setting: "limits.hostBytes" },
        hint: "The run's journal, state, caches and channels count. Raise it with --limit hostBytes=SIZE or limits.hostBytes, or keep less.",
      }),
    );
  }

  /** Output counts anew from here. */
  renewOutput(): void {
    this.#ledger.outputBytes = 0;
  }

  /** Throws `limit.output`. */
  countOutput(text: string): void {
    this.#ledger.outputBytes += text.length;
    const limit = this.ports.limits.outputBytes;
    if (this.#ledger.outputBytes <= limit) return;
    throw this.condemn(
      new LlmspellError("limit.output", `the run printed more than ${limit} bytes`, {
        details: { limit, setting: "limits.outputBytes" },
        hint: "Raise it with --limit outputBytes=SIZE or limits.outputBytes, or write to a file.",
      }),
    );
  }
}

function spellFields(fields: ScriptObject, naming: Naming): ScriptObject {
  const aliases = Object.keys(fields).flatMap((name) =>
    toSnakeCase(name) === name ? [] : [[toSnakeCase(name), name] as const],
  );
  if (aliases.length === 0) return fields;
  if (naming === "camel") return markAliases({ ...fields }, aliases);
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [toSnakeCase(name), value]));
}
