import type { ModelsConfig } from "./provider-config.ts";
import { findProvider } from "./provider-config.ts";
import type { ResolvedModel } from "./resolve-model.ts";

/** How long an unasked look for an Ollama may take. */
const PROBE_MS = 150;
/** How long a configured server may take to list its models. */
const LIST_MS = 3_000;

/** The first chat model that an Ollama at this address has, or undefined: no server, no model, or too slow. */
export async function probeOllama(
  baseUrl: string,
  fetch: typeof globalThis.fetch,
  milliseconds = PROBE_MS,
): Promise<string | undefined> {
  const body = await getJson(`${baseUrl}/api/tags`, {}, fetch, milliseconds);
  const models = isObject(body) && Array.isArray(body.models) ? (body.models as unknown[]) : [];
  const names = models.flatMap((model) => (isObject(model) && typeof model.name === "string" ? [model.name] : []));
  return names.find((name) => !/embed|bge|minilm/i.test(name)) ?? names[0];
}

/**
 * The model of calls that name none, at a configured provider. Servers of one's own (an Ollama, a compatible base URL)
 * are asked what they have, once; every other provider has a stated default.
 */
export async function defaultModelAt(
  provider: string,
  config: ModelsConfig,
  fetch: typeof globalThis.fetch,
): Promise<ResolvedModel | undefined> {
  const settings = config.providers[provider] ?? {};
  const kind = findProvider(provider);
  if (settings.defaultModel) return { provider, model: settings.defaultModel };
  if (provider === "ollama") {
    const model = await probeOllama(settings.baseUrl ?? kind?.baseUrl ?? "", fetch, LIST_MS);
    return model === undefined ? undefined : { provider, model };
  }
  const stated = kind?.models.chat;
  if (provider === "openai" && settings.baseUrl !== undefined && settings.baseUrl !== kind?.baseUrl) {
    const listed = await firstListed(settings.baseUrl, settings.apiKey, stated, fetch);
    if (listed !== undefined) return { provider, model: listed };
  }
  return stated === undefined ? undefined : { provider, model: stated };
}

async function firstListed(
  baseUrl: string,
  apiKey: string | undefined,
  preferred: string | undefined,
  fetch: typeof globalThis.fetch,
) {
  const body = await getJson(
    `${baseUrl}/models`,
    apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
    fetch,
    LIST_MS,
  );
  const data = isObject(body) && Array.isArray(body.data) ? (body.data as unknown[]) : [];
  const ids = data.flatMap((model) => (isObject(model) && typeof model.id === "string" ? [model.id] : []));
  if (preferred !== undefined && ids.includes(preferred)) return preferred;
  return ids.find((id) => !/embed|whisper|tts|image|dall-e|rerank/i.test(id)) ?? ids[0];
}

/** Undefined for whatever is no prompt JSON reply: the caller goes on without it. */
async function getJson(
  url: string,
  headers: Record<string, string>,
  fetch: typeof globalThis.fetch,
  milliseconds: number,
): Promise<unknown> {
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(milliseconds) });
    if (!response.ok) {
      await response.body?.cancel();
      return undefined;
    }
    return await response.json();
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
