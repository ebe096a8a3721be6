import path from "node:path";
import type { LogEvent } from "../bridge/call-context.ts";
import {
  CACHE_STORAGE,
  type CacheStorage,
  MODELS,
  NETWORK,
  PEOPLE,
  PROGRAM_TOOLS,
  type People,
  STANDARD_INPUT,
  STATE_STORAGE,
  WORKSPACE,
  type StandardInput,
  type Workspace,
} from "../bridges/services.ts";
import type { StateStorage } from "../state/state-stores.ts";
import type { ToolDescription } from "../tools/registry.ts";
import { CACHE_FILE } from "../cache/cache-file.ts";
import type { Models } from "../models/models.ts";
import { loadPart } from "./lazy.ts";
import type { ModelSettings, RunSpec } from "./protocol.ts";
import { readStandardInput } from "./standard-input.ts";
import { REMOTE, type RemoteCall } from "./remote-bridge.ts";

const MAX_FILE_BYTES = 10 * 1024 * 1024;

/** What the runs of one worker share, made when first asked for. */
export class SharedServices {
  readonly #models = new Map<string, Models>();

  /** Models by provider settings, so that connections and packages are shared. */
  models({ env = {}, providers }: ModelSettings): Models {
    const key = JSON.stringify([env, providers]);
    const known = this.#models.get(key);
    if (known) return known;
    const made = loadPart("lazy-services").createModels({ ...process.env, ...env }, providers);
    this.#models.set(key, made);
    return made;
  }
}

/** The services that bridges of one run may use, each made when first asked for. */
export function runServices(
  spec: RunSpec,
  shared: SharedServices,
  ports: {
    log(event: LogEvent): void;
    remote: RemoteCall;
    people: People;
    programTools: readonly ToolDescription[];
    ended: AbortSignal;
  },
): ReadonlyMap<string, () => unknown> {
  return new Map<string, () => unknown>([
    [WORKSPACE.name, (): Workspace => ({ root: spec.workspace, maxFileBytes: spec.maxFileBytes ?? MAX_FILE_BYTES })],
    [STANDARD_INPUT.name, (): StandardInput => ({ read: () => (spec.stdin ? readStandardInput() : null) })],
    [NETWORK.name, () => networkOf(spec, ports.ended)],
    [MODELS.name, () => modelsOf(spec, shared, (event) => ports.log(event))],
    ...(spec.cacheFolder === undefined
      ? []
      : [[CACHE_STORAGE.name, () => cacheStorageOf(spec.cacheFolder as string, spec)] as const]),
    [STATE_STORAGE.name, (): StateStorage => stateStorageOf(spec)],
    [REMOTE.name, () => ports.remote],
    [PEOPLE.name, () => ports.people],
    [PROGRAM_TOOLS.name, () => ports.programTools],
  ]);
}

function networkOf(spec: RunSpec, ended: AbortSignal) {
  const { privateHosts, limits, httpTimeoutMs } = spec;
  const network = loadPart("lazy-services").createNetwork({
    allowPrivate: privateHosts,
    maxBodyBytes: limits.valueBytes,
    ...(httpTimeoutMs === undefined ? {} : { timeoutMs: httpTimeoutMs }),
  });
  ended.addEventListener("abort", () => network.close(), { once: true });
  return network;
}

function modelsOf(spec: RunSpec, shared: SharedServices, log: (event: LogEvent) => void): Models {
  const { model, requireModel, provider, timeoutMs } = spec.models;
  return shared.models(spec.models).forRun({
    onFallback: (fallback) => log({ level: "warn", message: loadPart("lazy-services").describeFallback(fallback) }),
    ...(requireModel === undefined ? {} : { requireModel }),
    ...(model === undefined ? {} : { defaultModel: model }),
    ...(provider === undefined ? {} : { defaultProvider: provider }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

function stateStorageOf(spec: RunSpec): StateStorage {
  const { spellIdentity, userName } = loadPart("spell-identity");
  return { folder: spec.stateFolder, spell: spellIdentity(spec), user: userName(), maxBytes: spec.limits.stateBytes };
}

function cacheStorageOf(folder: string, spec: RunSpec): CacheStorage {
  return { file: path.join(folder, CACHE_FILE), spell: loadPart("spell-identity").spellIdentity(spec) };
}
