import { afterEach, beforeEach, expect, test } from "vitest";
import { type FixtureHost, createFixtureHost } from "../fixtures/fixture-host.ts";
import { type TestServer, serve } from "../fixtures/serve.ts";
import { webSearch } from "./web-search.ts";

// The answers have the form of each service's documentation, as of 2026.

let host: FixtureHost;
let server: TestServer;

beforeEach(async () => {
  server = await serve();
  host = createFixtureHost();
});
afterEach(async () => {
  host.close();
  await server.close();
});

function withEnv(env: Record<string, string>): void {
  host.close();
  host = createFixtureHost({ env });
}

const json = (body: unknown) => ({ type: "application/json", body: JSON.stringify(body) });

test("asks Brave", async () => {
  withEnv({ BRAVE_API_KEY: "brave-key", LLMSPELL_SEARCH_URL_BRAVE: `${server.url}/brave`, TAVILY_API_KEY: "other" });
  server.routes["/brave"] = json({
    type: "search",
    web: {
      results: [
        {
          title: "Tidal <strong>turbines</strong> &amp; more",
          url: "https://t.example/a",
          description: "The <strong>tide</strong> turns",
          page_age: "2026-01-02T03:04:05",
        },
        { title: "no address" },
        { title: "B", url: "javascript:alert(1)", description: "no" },
      ],
    },
  });
  expect(
    await host.run(webSearch, {
      query: "tidal turbines",
      count: 5,
      time_range: "week",
      safe_search: "strict",
      language: "EN",
      country: "gb",
      sites: ["a.example", "b.example"],
    }),
  ).toEqual({
    query: "tidal turbines",
    provider: "brave",
    results: [
      {
        title: "Tidal turbines & more",
        url: "https://t.example/a",
        snippet: "The tide turns",
        published: expect.stringMatching(/^2026-01-0[123]T/) as string,
        source: "t.example",
      },
    ],
  });
  const [seen] = server.seen;
  expect(seen?.headers["x-subscription-token"]).toBe("brave-key");
  expect(Object.fromEntries(new URL(seen?.path ?? "", server.url).searchParams)).toEqual({
    q: "tidal turbines (site:a.example OR site:b.example)",
    count: "5",
    safesearch: "strict",
    freshness: "pw",
    search_lang: "en",
    country: "GB",
  });
});

test("asks Tavily", async () => {
  withEnv({ TAVILY_API_KEY: "tvly", LLMSPELL_SEARCH_URL_TAVILY: `${server.url}/tavily` });
  server.routes["/tavily"] = json({
    query: "q",
    answer: null,
    results: [
      {
        title: "A",
        url: "https://a.example/",
        content: "about a",
        score: 0.9,
        published_date: "Tue, 04 Mar 2025 00:00:00 GMT",
      },
    ],
    response_time: 1,
  });
  expect(await host.run(webSearch, { query: "q", time_range: "year" })).toMatchObject({
    provider: "tavily",
    results: [{ title: "A", snippet: "about a", published: "2025-03-04T00:00:00.000Z" }],
  });
  expect([server.seen[0]?.headers.authorization, JSON.parse(server.seen[0]?.body ?? "")]).toEqual([
    "Bearer tvly",
    { query: "q", max_results: 10, time_range: "year" },
  ]);
});

test("asks Serper", async () => {
  withEnv({ SERPER_API_KEY: "serp", LLMSPELL_SEARCH_URL_SERPER: `${server.url}/serper` });
  server.routes["/serper"] = json({
    organic: [{ title: "A", link: "https://a.example/", snippet: "s", date: "3 days ago", position: 1 }],
  });
  expect(await host.run(webSearch, { query: "q", time_range: "day", country: "DE" })).toMatchObject({
    provider: "serper",
    results: [{ url: "https://a.example/", published: "3 days ago" }],
  });
  expect([server.seen[0]?.headers["x-api-key"], JSON.parse(server.seen[0]?.body ?? "")]).toEqual([
    "serp",
    { q: "q", num: 10, safe: "active", tbs: "qdr:d", gl: "de" },
  ]);
});

test("asks a SearXNG, and says what its refusal means", async () => {
  withEnv({ SEARXNG_URL: `${server.url}/sx/` });
  server.routes["/sx/search"] = json({
    query: "q",
    results: [
      { title: "A", url: "https://a.example/", content: "c", publishedDate: "2025-01-01T00:00:00", engine: "x" },
    ],
  });
  expect(await host.run(webSearch, { query: "q", safe_search: "off" })).toMatchObject({
    provider: "searxng",
    results: [{ title: "A" }],
  });
  expect(server.seen[0]?.path).toBe("/sx/search?q=q&format=json&safesearch=0");
  server.routes["/sx/search"] = { status: 403 };
  expect((await host.fail(webSearch, { query: "q" })).message).toContain("search.formats");
});

const DUCK = (results: string) => `<html><body><form></form><div id="links">${results}</div></body></html>`;

test("asks DuckDuckGo where nothing is set up, and takes its links apart", async () => {
  withEnv({ LLMSPELL_SEARCH_URL_DUCKDUCKGO: `${server.url}/html/` });
  server.routes["/html/"] = DUCK(`
<div class="result results_links result--ad"><a class="result__a" href="https://ad.example/">Ad</a></div>
<div class="result results_links web-result"><h2><a rel="nofollow" class="result__a" href="//duckduckgo.com/l/?uddg=https%3A%2F%2Fa.example%2Fp%3Fq%3D1&amp;rut=x">The <b>A</b></a></h2><a class="result__snippet" href="x">About <b>A</b> &amp; co</a></div>
<div class="result"><a class="result__a" href="https://b.example/">B</a></div>`);
  expect(
    await host.run(webSearch, {
      query: "a b",
      count: 1,
      time_range: "month",
      safe_search: "off",
      country: "DE",
      language: "de",
    }),
  ).toEqual({
    query: "a b",
    provider: "duckduckgo",
    results: [{ title: "The A", url: "https://a.example/p?q=1", snippet: "About A & co", source: "a.example" }],
  });
  expect(server.seen[0]?.path).toBe("/html/?q=a+b&kp=-2&df=m&kl=de-de");
  server.routes["/html/"] = DUCK('<div class="no-results">No results.</div>');
  expect(await host.run(webSearch, { query: "q" })).toMatchObject({ results: [] });
});

test("says that DuckDuckGo takes it for a robot", async () => {
  withEnv({ LLMSPELL_SEARCH_URL_DUCKDUCKGO: `${server.url}/html/` });
  for (const route of [{ status: 202, body: "x" }, DUCK('<form id="challenge-form"></form>')]) {
    server.routes["/html/"] = route;
    const error = await host.fail(webSearch, { query: "q" });
    expect([error.code, error.retryable, error.hint]).toEqual([
      "http.status",
      true,
      expect.stringContaining("BRAVE_API_KEY"),
    ]);
  }
});

test("without a network it says which host it wanted", async () => {
  host.close();
  host = createFixtureHost({ policy: () => false });
  expect(await host.fail(webSearch, { query: "q" })).toMatchObject({
    code: "permission.denied",
    details: { target: "html.duckduckgo.com" },
  });
});

test("a provider can be chosen; one that is not set up says what it needs", async () => {
  withEnv({ BRAVE_API_KEY: "k", SEARXNG_URL: server.url });
  server.routes["/search"] = json({ results: [] });
  expect(await host.run(webSearch, { query: "q", provider: "searxng" })).toMatchObject({ provider: "searxng" });
  expect(await host.fail(webSearch, { query: "q", provider: "serper" })).toMatchObject({
    code: "tool.not_set_up",
    message: "Serper is not set up",
    hint: "Set SERPER_API_KEY in the environment.",
  });
});

test.each([
  [
    401,
    {
      code: "http.status",
      retryable: false,
      message: expect.stringContaining("key is not valid"),
      hint: "Look at BRAVE_API_KEY.",
    },
  ],
  [
    429,
    {
      code: "http.status",
      retryable: true,
      message: expect.stringContaining("too many searches"),
      details: expect.objectContaining({ retry_after_ms: 2000 }),
    },
  ],
  [500, { code: "http.status", retryable: true, message: expect.stringContaining("status 500") }],
  [302, { code: "http.status", retryable: false }],
])("tells what the status %i means, and never the key", async (status, expected) => {
  withEnv({ BRAVE_API_KEY: "brave-key", LLMSPELL_SEARCH_URL_BRAVE: `${server.url}/brave` });
  const other = await serve();
  server.routes["/brave"] = { status, headers: { "retry-after": "2", location: `${other.url}/steal` }, body: "why" };
  const error = await host.fail(webSearch, { query: "q" });
  expect(error).toMatchObject(expected);
  expect(JSON.stringify(error.toData())).not.toContain("brave-key");
  expect(other.seen).toEqual([]);
  await other.close();
});

test.each(["not json", "[]x", '"text"'])("the answer %s is an error with a name", async (body) => {
  withEnv({ BRAVE_API_KEY: "k", LLMSPELL_SEARCH_URL_BRAVE: `${server.url}/brave` });
  server.routes["/brave"] = { body };
  expect((await host.fail(webSearch, { query: "q" })).code).toBe("parse.invalid");
});
