import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { LogEvent } from "../bridge/call-context.ts";
import { MODELS, NETWORK, STANDARD_INPUT, WORKSPACE, type StandardInput, type Workspace } from "../bridges/services.ts";
import type { Models } from "../models/models.ts";
import type * as modelsModule from "../models/models.ts";
import type * as configModule from "../models/provider-config.ts";
import type * as resolveModule from "../models/resolve-model.ts";
import type * as networkModule from "../network/network.ts";
import type { RunSpec } from "./protocol.ts";
import { REMOTE, type RemoteCall } from "./remote-bridge.ts";

const MAX_FILE_BYTES = 10 * 1024 * 1024;

const load = createRequire(import.meta.url);
const EXTENSION = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

/** What the runs of one worker share, made when first asked for. */
export class SharedServices {
  readonly #models = new Map<string, Models>();

  /** Models by provider settings, so that connections and packages are shared. */
  models(env: Readonly<Record<string, string>> = {}): Models {
    const key = JSON.stringify(env);
    const known = this.#models.get(key);
    if (known) return known;
    const { Models } = load(`../models/models${EXTENSION}`) as typeof modelsModule;
    const { readModelsConfig } = load(`../models/provider-config${EXTENSION}`) as typeof configModule;
    const made = new Models({ config: readModelsConfig({ ...process.env, ...env }) });
    this.#models.set(key, made);
    return made;
  }
}

/** The services that bridges of one run may use, each made when first asked for. */
export function runServices(
  spec: RunSpec,
  shared: SharedServices,
  log: (event: LogEvent) => void,
  remote: RemoteCall,
): ReadonlyMap<string, () => unknown> {
  return new Map<string, () => unknown>([
    [WORKSPACE.name, (): Workspace => ({ root: spec.workspace, maxFileBytes: MAX_FILE_BYTES })],
    [STANDARD_INPUT.name, (): StandardInput => ({ read: () => (spec.stdin ? readFileSync(0, "utf8") : null) })],
    [NETWORK.name, () => networkOf(spec)],
    [MODELS.name, () => modelsOf(spec, shared, log)],
    [REMOTE.name, () => remote],
  ]);
}

function networkOf(spec: RunSpec) {
  const { createNetwork } = load(`../network/network${EXTENSION}`) as typeof networkModule;
  return createNetwork({ allowPrivate: spec.privateHosts, maxBodyBytes: spec.limits.valueBytes });
}

function modelsOf(spec: RunSpec, shared: SharedServices, log: (event: LogEvent) => void): Models {
  const { model, requireModel, env } = spec.models;
  const { describeFallback } = load(`../models/resolve-model${EXTENSION}`) as typeof resolveModule;
  return shared.models(env).forRun({
    onFallback: (fallback) => log({ level: "warn", message: describeFallback(fallback) }),
    ...(requireModel === undefined ? {} : { requireModel }),
    ...(model === undefined ? {} : { defaultModel: model }),
  });
}
