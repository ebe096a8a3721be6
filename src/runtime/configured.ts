import type { Config } from "../config/config.ts";
import { describeOrigin } from "../config/origin.ts";
import type { Problem } from "../config/problem.ts";
import { findProvider } from "../models/provider-config.ts";
import { namesAddress } from "../policy/names-address.ts";
import { showDuration, showSize } from "../values/units.ts";
import { configuredProviders } from "./configured-providers.ts";
import type { Ceilings, RunLimits } from "./limits.ts";
import type { ModelSettings } from "./protocol.ts";
import type { Permissions } from "./permissions.ts";
import type { EngineSettings, RuntimeOptions } from "./runtime-options.ts";
import type { OtlpOptions } from "../telemetry/otlp-exporter.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What a configuration means for runs and for the command line. What it does not say is absent. */
export interface Configured {
  runtime: RuntimeOptions;
  logging: { level?: string; output?: string; format?: string };
}

/** Turns a configuration into options, and says which parts contradict each other or cannot be allowed. */
export function configure(config: Config, env: Environment): { settings: Configured; problems: Problem[] } {
  const problems: Problem[] = [];
  const report = (problem: Problem) => void problems.push(problem);
  const runtime = definedOf({
    workspace: config.get(config.stronger("workspace", "bridges.stdlib.filesystem.jail") ?? "workspace"),
    limits: limitsOf(config),
    ceilings: ceilingsOf(config, report),
    engines: enginesOf(config),
    permissions: permissionsOf(config),
    models: modelsOf(config, env, report),
    budget: definedOf({ cost: config.get("budget.cost"), tokens: config.get("budget.tokens") }),
    maxFileBytes: config.get("bridges.stdlib.filesystem.max_file_size"),
    httpTimeoutMs: config.get("bridges.stdlib.http.timeout"),
    spellFolders: config.get("spells.auto_discover") === false ? [] : config.get("spells.directories"),
    modulePaths: config.get("modules.paths"),
    journal: config.get("journal.enabled") === false ? (false as const) : config.get("journal.file"),
    journalKeep: definedOf({
      days: unlessZero(config.get("journal.keep_days")),
      runs: unlessZero(config.get("journal.keep_runs")),
    }),
    telemetry: telemetryOf(config, env),
    stateFolder: config.get("state.folder"),
    cacheFolder: config.get("cache.enabled") === false ? (false as const) : config.get("cache.folder"),
  });
  const settings = definedOf({
    runtime,
    logging: definedOf({
      level: config.get("logging.level"),
      output: config.get("logging.output"),
      format: config.get("logging.format"),
    }),
  });
  return { settings, problems };
}

/** The variables are those that every OpenTelemetry exporter reads. */
function telemetryOf(config: Config, env: Environment): OtlpOptions | undefined {
  const endpoint = config.get("telemetry.endpoint") ?? env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint || env.OTEL_SDK_DISABLED === "true") return undefined;
  return {
    endpoint,
    headers: config.get("telemetry.headers"),
    serviceName: config.get("telemetry.service_name") ?? env.OTEL_SERVICE_NAME,
    contents: config.get("telemetry.contents"),
  };
}

function limitsOf(config: Config): Partial<RunLimits> {
  return definedOf({
    memoryBytes: config.get("limits.memory"),
    cpuMs: config.get("limits.cpu"),
    timeoutMs: config.get("limits.timeout"),
    hostCalls: config.get("limits.host_calls"),
    concurrentCalls: config.get("limits.concurrent_calls"),
    outputBytes: config.get("limits.output_bytes"),
    hostBytes: config.get("limits.host_bytes"),
    valueBytes: config.get("limits.value_bytes"),
    stateBytes: config.get("limits.state_bytes"),
  });
}

/** Ceilings by limit: the setting, and those that may not exceed it. */
const CEILINGS = {
  memoryBytes: {
    setting: "security.resource_limits.max_memory",
    held: [
      "limits.memory",
      "engines.lua.memory_limit",
      "engines.javascript.memory_limit",
      "engines.tengo.memory_limit",
    ],
    show: showSize,
  },
  cpuMs: {
    setting: "security.resource_limits.max_cpu_time",
    held: ["limits.cpu", "engines.lua.timeout", "engines.javascript.timeout", "engines.tengo.timeout"],
    show: showDuration,
  },
  concurrentCalls: {
    setting: "security.resource_limits.max_goroutines",
    held: ["limits.concurrent_calls"],
    show: String,
  },
} as const;

function ceilingsOf(config: Config, report: (problem: Problem) => void): Ceilings {
  const ceilings: Ceilings = {};
  for (const [limit, { setting, held, show }] of Object.entries(CEILINGS)) {
    const value = config.get(setting);
    const origin = config.origin(setting);
    if (value === undefined || !origin) continue;
    const setBy = `${setting} in ${describeOrigin(origin)}`;
    ceilings[limit as keyof typeof CEILINGS] = { value, setBy };
    for (const name of held) {
      const given = config.get(name);
      if (given !== undefined && given > value)
        report(config.problem(name, `${name} of ${show(given)} is above the ceiling of ${show(value)} (${setBy})`));
    }
  }
  return ceilings;
}

function enginesOf(config: Config): Record<string, EngineSettings> {
  const engines: Record<string, EngineSettings> = {};
  for (const name of ["lua", "javascript", "tengo"] as const) {
    const origin = config.origin(`engines.${name}.enabled`);
    const settings: EngineSettings = definedOf({
      disabled: origin && config.get(`engines.${name}.enabled`) === false ? describeOrigin(origin) : undefined,
      limits: definedOf({
        memoryBytes: config.get(`engines.${name}.memory_limit`),
        cpuMs: config.get(`engines.${name}.timeout`),
      }),
    });
    engines[name] = settings;
  }
  return engines;
}

function permissionsOf(config: Config): Permissions {
  const domains = config.get("bridges.stdlib.http.allowed_domains");
  const given = config.get("permissions.net");
  const net = domains || given ? [...new Set([...(given ?? []), ...(domains ?? [])])] : undefined;
  const packages = config.get("bridges.stdlib.allowed_packages");
  return definedOf({
    net,
    privateNet: net?.filter(namesAddress),
    env: config.get("permissions.env"),
    commands: config.get("permissions.commands"),
    fs: config.get("permissions.fs") as Permissions["fs"],
    state: config.get("permissions.state") as Permissions["state"],
    helpers: packages?.map((name) => (name === "io" ? "fs" : name)),
  });
}

function modelsOf(config: Config, env: Environment, report: (problem: Problem) => void): ModelSettings {
  const named = config.get("bridges.llm.default_provider");
  const provider = named === undefined || named === "offline" ? named : findProvider(named)?.name;
  if (named !== undefined && provider === undefined)
    report(config.problem("bridges.llm.default_provider", `there is no provider "${named}"`));
  const choice = config.stronger("models.default", "bridges.llm.default_model");
  const model = choice && config.get(choice);
  const ofProvider = choice === "bridges.llm.default_model" && provider !== undefined;
  return definedOf({
    model: ofProvider && !model?.startsWith(`${provider}/`) ? `${provider}/${model}` : model,
    provider,
    requireModel: config.get("models.require"),
    timeoutMs: config.get("bridges.llm.timeout"),
    providers: configuredProviders(config, env, report),
  });
}

/** 0 is no limit. */
function unlessZero(most: number | undefined): number | undefined {
  return most === 0 ? Infinity : most;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> } & {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
};

/** The object without members that are undefined. */
function definedOf<T extends object>(given: T): Defined<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Defined<T>;
}
