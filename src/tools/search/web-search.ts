import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import type { ToolHost } from "../tool-host.ts";
import { defineTool } from "../tool.ts";
import { decodeText } from "../web/decode-text.ts";
import { timeoutField } from "../web/request-fields.ts";
import { type WebAnswer, send, statusError } from "../web/send.ts";
import { SEARCH_PROVIDERS, withSite } from "./providers.ts";
import { PROVIDERS, SAFE_SEARCH, type SearchProvider, TIME_RANGES, addressOf } from "./search-provider.ts";

const OTHERS = "Set BRAVE_API_KEY, TAVILY_API_KEY, SERPER_API_KEY or SEARXNG_URL.";

export const webSearch = defineTool({
  name: "web_search",
  aliases: ["search_web"],
  category: "search",
  description:
    "Searches the web and answers titles, addresses and snippets. Read a result with web_fetch. Uses Brave, Tavily, Serper or SearXNG where one is set up, else DuckDuckGo.",
  tags: ["search", "web", "research"],
  parameters: z.object({
    query: z.string().trim().min(1).max(400).describe("What is looked for."),
    count: z.int().min(1).max(50).default(10).describe("Most results."),
    time_range: z.enum(TIME_RANGES).optional().describe("Only pages of the last day, week, month or year."),
    safe_search: z.enum(SAFE_SEARCH).default("moderate").describe("How much unsuitable content is left out."),
    sites: z
      .array(z.string().regex(/^[\w.-]+$/))
      .max(10)
      .optional()
      .describe('Only these sites, e.g. ["example.com"].'),
    language: z
      .string()
      .regex(/^[a-z]{2}$/i)
      .optional()
      .describe("Language of the pages, e.g. de."),
    country: z
      .string()
      .regex(/^[a-z]{2}$/i)
      .optional()
      .describe("Country to search from, e.g. DE."),
    provider: z.enum(PROVIDERS).optional().describe("Default: the first that is set up."),
    timeout_ms: timeoutField,
  }),
  returns: z.object({
    query: z.string(),
    provider: z.enum(PROVIDERS),
    results: z.array(
      z.object({
        title: z.string(),
        url: z.string(),
        snippet: z.string(),
        published: z.string().optional().describe("ISO 8601, or as the provider says it."),
        source: z.string().describe("Host of the page."),
      }),
    ),
  }),
  effect: "read",
  permissions: ["net"],
  env: SEARCH_PROVIDERS.flatMap(({ key, address }) => (key === undefined ? [address] : [key, address])),
  timeoutMs: 120_000,
  examples: [
    { description: "Search", args: { query: "tidal turbines" } },
    {
      description: "News of the week on one site",
      args: { query: "sqlite release", time_range: "week", sites: ["sqlite.org"], count: 5 },
    },
  ],
  async execute(
    {
      query,
      count,
      time_range: time,
      safe_search: safe,
      sites = [],
      language,
      country,
      provider: wanted,
      timeout_ms: timeoutMs,
    },
    host,
  ) {
    const { provider, url, key } = chosen(wanted, host);
    const asked = withSite({ query, count, safe, time, language: language?.toLowerCase(), country }, sites);
    const { url: address, ...request } = provider.request(asked, url, key);
    // The key is for this host alone: a redirect is an answer that is not understood.
    const answer = await send(host, address, { ...request, timeoutMs, maxRedirects: 0 });
    if (answer.status !== 200) throw refused(provider, answer);
    const body = decodeText(answer.body, answer.headers.get("content-type"));
    const results = await provider.results(body, answer.url);
    return {
      query,
      provider: provider.name,
      results: results.slice(0, count).map((result) => ({ ...result, source: new URL(result.url).hostname })),
    };
  },
});

function chosen(wanted: string | undefined, host: ToolHost): { provider: SearchProvider; url: string; key: string } {
  for (const provider of SEARCH_PROVIDERS.filter(({ name }) => wanted === undefined || name === wanted)) {
    const found = addressOf(provider, host);
    if (found && URL.canParse(found.url)) return { provider, ...found };
    if (found) throw new LlmspellError("config.invalid", `${provider.address} is no URL: "${found.url}"`);
  }
  const { title, key, address } = SEARCH_PROVIDERS.find(({ name }) => name === wanted) as SearchProvider;
  throw new LlmspellError("tool.not_set_up", `${title} is not set up`, {
    hint: `Set ${key ?? address} in the environment.`,
  });
}

/** Says what the status means; what the service wrote is kept for whoever looks closer. */
function refused(provider: SearchProvider, answer: WebAnswer): LlmspellError {
  const { status } = answer;
  const keyRefused = (status === 401 || status === 403) && provider.key !== undefined;
  const reason =
    provider.refusal?.(status) ??
    (keyRefused
      ? "the key is not valid, or not allowed to search"
      : status === 429
        ? "too many searches"
        : `it answered with the status ${status}`);
  const hint = keyRefused
    ? `Look at ${provider.key}.`
    : provider.key === undefined
      ? OTHERS
      : "Search later, or with another provider.";
  const error = statusError(answer, `${provider.title} refused the search: ${reason}`, hint);
  return new LlmspellError(error.code, error.message, {
    retryable: error.retryable || status === 202,
    hint,
    details: {
      ...error.details,
      url: new URL(answer.url).origin,
      provider: provider.name,
      body: decodeText(answer.body, null).slice(0, 300),
    },
  });
}
