import { LlmspellError } from "../../errors.ts";
import { elementsNamed, parseHtml, selectElements } from "../web/parse-html.ts";
import { pageText } from "../web/page-text.ts";
import type { SearchProvider, SearchQuery, SearchResult } from "./search-provider.ts";
import { jsonAnswer, listAt, toResult } from "./search-results.ts";

const BRAVE_TIME = { day: "pd", week: "pw", month: "pm", year: "py" } as const;
const LETTER = { day: "d", week: "w", month: "m", year: "y" } as const;

/** https://api-dashboard.search.brave.com/app/documentation/web-search */
const brave: SearchProvider = {
  name: "brave",
  title: "Brave Search",
  key: "BRAVE_API_KEY",
  address: "LLMSPELL_SEARCH_URL_BRAVE",
  url: "https://api.search.brave.com/res/v1/web/search",
  request: ({ query, count, safe, time, language, country }, url, key) => ({
    url: withParameters(url, {
      q: query,
      count: Math.min(count, 20),
      safesearch: safe,
      freshness: time && BRAVE_TIME[time],
      search_lang: language,
      country: country?.toUpperCase(),
    }),
    headers: { "x-subscription-token": key, accept: "application/json" },
  }),
  results: (body, url) =>
    gather(listAt(jsonAnswer(body, url), "web", "results"), (each) =>
      toResult(each["title"], each["url"], each["description"], each["page_age"]),
    ),
};

/** https://docs.tavily.com/documentation/api-reference/endpoint/search */
const tavily: SearchProvider = {
  name: "tavily",
  title: "Tavily",
  key: "TAVILY_API_KEY",
  address: "LLMSPELL_SEARCH_URL_TAVILY",
  url: "https://api.tavily.com/search",
  request: ({ query, count, time }, url, key) => ({
    url,
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({
      query,
      max_results: Math.min(count, 20),
      ...(time === undefined ? {} : { time_range: time }),
    }),
  }),
  results: (body, url) =>
    gather(listAt(jsonAnswer(body, url), "results"), (each) =>
      toResult(each["title"], each["url"], each["content"], each["published_date"]),
    ),
};

/** https://serper.dev: Google's results. */
const serper: SearchProvider = {
  name: "serper",
  title: "Serper",
  key: "SERPER_API_KEY",
  address: "LLMSPELL_SEARCH_URL_SERPER",
  url: "https://google.serper.dev/search",
  request: ({ query, count, safe, time, language, country }, url, key) => ({
    url,
    method: "POST",
    headers: { "x-api-key": key, "content-type": "application/json" },
    body: JSON.stringify({
      q: query,
      num: count,
      safe: safe === "off" ? "off" : "active",
      ...(time === undefined ? {} : { tbs: `qdr:${LETTER[time]}` }),
      ...(language === undefined ? {} : { hl: language }),
      ...(country === undefined ? {} : { gl: country.toLowerCase() }),
    }),
  }),
  results: (body, url) =>
    gather(listAt(jsonAnswer(body, url), "organic"), (each) =>
      toResult(each["title"], each["link"], each["snippet"], each["date"]),
    ),
};

/** https://docs.searxng.org/dev/search_api.html: of whoever runs one, hence no address of its own. */
const searxng: SearchProvider = {
  name: "searxng",
  title: "SearXNG",
  address: "SEARXNG_URL",
  request: ({ query, safe, time, language }, url) => ({
    url: withParameters(/\/search\/?$/.test(new URL(url).pathname) ? url : `${url.replace(/\/+$/, "")}/search`, {
      q: query,
      format: "json",
      safesearch: ["off", "moderate", "strict"].indexOf(safe),
      time_range: time,
      language,
    }),
    headers: { accept: "application/json" },
  }),
  results: (body, url) =>
    gather(listAt(jsonAnswer(body, url), "results"), (each) =>
      toResult(each["title"], each["url"], each["content"], each["publishedDate"]),
    ),
  refusal: (status) =>
    status === 403 ? "it does not answer JSON: its settings.yml must list json under search.formats" : undefined,
};

/** The page for browsers without scripts: DuckDuckGo has no API for results. It refuses who asks often. */
const duckduckgo: SearchProvider = {
  name: "duckduckgo",
  title: "DuckDuckGo",
  address: "LLMSPELL_SEARCH_URL_DUCKDUCKGO",
  url: "https://html.duckduckgo.com/html/",
  request: ({ query, safe, time, language, country }, url) => ({
    url: withParameters(url, {
      q: query,
      kp: { off: "-2", moderate: "-1", strict: "1" }[safe],
      df: time && LETTER[time],
      kl: country === undefined ? undefined : `${country.toLowerCase()}-${language ?? "en"}`,
    }),
    headers: { accept: "text/html", "user-agent": "Mozilla/5.0 (compatible; llmspell)" },
  }),
  async results(body, url) {
    const document = await parseHtml(body);
    if ((await selectElements("#challenge-form, .anomaly-modal__title", document)).length > 0) throw blocked(url);
    const found: SearchResult[] = [];
    const elements = await selectElements(".result:not(.result--ad)", document);
    for (const element of elements) {
      const [link] = await selectElements("a.result__a", element);
      const [snippet] = await selectElements(".result__snippet", element);
      if (!link) continue;
      const result = await toResult(
        pageText(link),
        targetOf(link.attribs["href"], url),
        snippet ? pageText(snippet) : "",
      );
      if (result) found.push(result);
    }
    const isResultPage = elements.length > 0 || (await selectElements(".no-results, #links", document)).length > 0;
    if (isResultPage || elementsNamed(document, "form").length > 0) return found;
    throw new LlmspellError("parse.invalid", `${new URL(url).host} answered with something that is no search result`);
  },
  refusal: (status) => (status === 202 || status === 403 ? "it takes this for a robot's search" : undefined),
};

/** In the order in which one is chosen: those that a key or an address makes usable, then the one that needs none. */
export const SEARCH_PROVIDERS: readonly SearchProvider[] = [brave, tavily, serper, searxng, duckduckgo];

/** A link of DuckDuckGo's results leads over its own site: `//duckduckgo.com/l/?uddg=<address>`. */
function targetOf(href: string | undefined, base: string): string | undefined {
  if (href === undefined || !URL.canParse(href, base)) return undefined;
  const url = new URL(href, base);
  return url.searchParams.get("uddg") ?? url.href;
}

function blocked(url: string): LlmspellError {
  return new LlmspellError(
    "http.status",
    `${new URL(url).host} refused the search: it takes this for a robot's search`,
    {
      retryable: true,
      hint: "Wait, or set a key of a search service: BRAVE_API_KEY, TAVILY_API_KEY or SERPER_API_KEY, or SEARXNG_URL.",
    },
  );
}

function withParameters(url: string, parameters: Record<string, string | number | undefined>): string {
  const full = new URL(url);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) full.searchParams.set(name, String(value));
  }
  return full.href;
}

async function gather(
  items: Record<string, unknown>[],
  read: (item: Record<string, unknown>) => Promise<SearchResult | undefined>,
): Promise<SearchResult[]> {
  const results: SearchResult[] = [];
  for (const item of items) {
    const result = await read(item);
    if (result) results.push(result);
  }
  return results;
}

/** The query with what only some providers know as parameters written into its text. */
export function withSite(query: SearchQuery, sites: readonly string[]): SearchQuery {
  if (sites.length === 0) return query;
  const parts = sites.map((site) => `site:${site}`);
  return { ...query, query: `${query.query} ${parts.length === 1 ? parts[0] : `(${parts.join(" OR ")})`}` };
}
