import { type Config, isUsers } from "../config/config.ts";
import type { Problem } from "../config/problem.ts";
import { LlmspellError } from "../errors.ts";
import {
  type ModelsConfig,
  type ProviderKind,
  PROVIDERS,
  type ProviderSettings,
  findProvider,
  normalizeBaseUrl,
  readModelsConfig,
} from "../models/provider-config.ts";
import { nearestName } from "../values/nearest-name.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Report = (problem: Problem) => void;

/** One provider as the configuration has it. */
interface Given {
  kind: ProviderKind;
  /** Dotted name of its settings. */
  at: `models.providers.${string}`;
  settings: ProviderSettings;
}

/** The providers of a configuration by their own names; undefined where it has none. */
export function configuredProviders(
  config: Config,
  env: Environment,
  report: Report,
): Record<string, ProviderSettings> | undefined {
  const names = config.keysOf("models.providers");
  if (names.length === 0) return undefined;
  const ofVariables = readModelsConfig(env);
  const providers: Record<string, ProviderSettings> = {};
  for (const name of names) {
    const at = `models.providers.${name}` as const;
    const kind = findProvider(name);
    if (!kind) report(unknownProvider(config, at, name));
    else if (Object.hasOwn(providers, kind.name))
      report(problemOf(config, at, `"${name}" is another name of ${kind.name}, which is there too`));
    else {
      const settings = settingsOf(config, at, kind, report);
      providers[kind.name] = settings;
      protectSecrets(config, { kind, at, settings }, ofVariables, report);
    }
  }
  return providers;
}

function settingsOf(config: Config, at: Given["at"], kind: ProviderKind, report: Report): ProviderSettings {
  const settings: ProviderSettings = {};
  const apiKey = config.get(`${at}.api_key`);
  const baseUrl = config.get(`${at}.base_url`);
  const defaultModel = config.get(`${at}.default_model`);
  const api = config.get(`${at}.api`);
  const headers = config.keysOf(`${at}.headers`);
  if (apiKey !== undefined) settings.apiKey = apiKey;
  if (baseUrl !== undefined) settings.baseUrl = addressOf(config, at, kind, baseUrl, report);
  if (defaultModel !== undefined) settings.defaultModel = defaultModel;
  if (api !== undefined) settings.api = api as "chat" | "responses";
  if (headers.length > 0)
    settings.headers = Object.fromEntries(headers.map((name) => [name, config.get(`${at}.headers.${name}`) as string]));
  return settings;
}

function addressOf(config: Config, at: Given["at"], { name }: ProviderKind, url: string, report: Report): string {
  try {
    return normalizeBaseUrl(name, `${at}.base_url`, url);
  } catch (error) {
    if (!LlmspellError.is(error)) throw error;
    report(config.problem(`${at}.base_url`, error.message));
    return url;
  }
}

/**
 * What belongs to the user (a key in a variable or in the user's file, any variable) is not sent to an address that only
 * a project's file names: a repository could take it that way.
 */
function protectSecrets(
  config: Config,
  { kind, at, settings }: Given,
  ofVariables: ModelsConfig,
  report: Report,
): void {
  const { baseUrl, headers = {} } = settings;
  const origin = config.origin(`${at}.base_url`);
  if (baseUrl === undefined || !origin || isUsers(origin)) return;
  const own = config.byUser(`${at}.base_url`);
  const known = [kind.baseUrl, ofVariables.providers[kind.name]?.baseUrl, own && normalizeBaseUrl(kind.name, at, own)];
  if (known.includes(baseUrl)) return;
  const secrets = ["api_key", ...Object.keys(headers).map((name) => `headers.${name}`)];
  const lent = secrets.find((secret) => isLent(config, `${at}.${secret}`));
  const hasKey = config.origin(`${at}.api_key`) !== undefined;
  const variable = !hasKey && ofVariables.providers[kind.name]?.apiKey !== undefined;
  if (lent === undefined && !variable) return;
  const what = lent === undefined ? `your key for ${kind.title}` : `what ${at}.${lent} holds`;
  report(
    config.problem(
      `${at}.base_url`,
      `${what} would be sent to ${baseUrl}, an address that only a project's file names`,
      `If that is right, set ${kind.baseUrls[0]}, or name the address in your own configuration (see llmspell config path). A project's file may bring a key of its own, written out.`,
    ),
  );
}

/** Whether a secret is the user's: said by the user, or made with a variable. */
function isLent(config: Config, name: string): boolean {
  const origin = config.origin(name);
  return origin !== undefined && (isUsers(origin) || (origin.kind === "file" && origin.variables.length > 0));
}

function unknownProvider(config: Config, at: Given["at"], name: string): Problem {
  const known = PROVIDERS.map((provider) => provider.name);
  const near = nearestName(name, known);
  const message = `there is no provider "${name}"${near ? ` (did you mean "${near}"?)` : ""}`;
  return problemOf(config, at, message, `Providers: ${known.join(", ")}.`);
}

/** A problem with a provider as a whole: at the first of its settings. */
function problemOf(config: Config, at: Given["at"], message: string, hint?: string): Problem {
  const first = config.settings().find(({ name, value }) => name.startsWith(`${at}.`) && value !== undefined);
  return config.problem(first?.name ?? at, message, hint);
}
