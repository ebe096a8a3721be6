import { afterEach, beforeEach, expect, test } from "vitest";
import { type FixtureHost, createFixtureHost } from "../fixtures/fixture-host.ts";
import { type TestServer, serve } from "../fixtures/serve.ts";
import { feedDiscover } from "./feed-discover.ts";
import { feedFilter } from "./feed-filter.ts";
import { feedRead } from "./feed-read.ts";

let host: FixtureHost;
let server: TestServer;

const RSS = `<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>News &amp; more</title><link>https://n.example/</link><description>All of it</description><language>en</language>
<item><title><![CDATA[SQLite <b>grows</b>]]></title><link>/1</link><guid isPermaLink="false">id-1</guid><pubDate>Fri, 02 Jan 2026 03:04:05 +0100</pubDate>
<dc:creator>Ada</dc:creator><category>db</category><category>Files</category><description>&lt;p&gt;Short&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>Long text on B-trees</p>]]></content:encoded><enclosure url="/a.mp3" type="audio/mpeg" length="12"/></item>
<item><title>Older</title><link>https://n.example/2</link><pubDate>Thu, 01 Jan 2026 00:00:00 GMT</pubDate></item></channel></rss>`;
const ATOM = `<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">A &amp;amp; B</title><link href="/"/><link rel="self" href="/atom"/><updated>2026-01-05T00:00:00Z</updated>
<entry><id>urn:1</id><title>Atoms</title><link rel="edit" href="/edit"/><link href="/atoms"/><author><name>Bob</name></author><published>2026-01-04T00:00:00Z</published><updated>2026-01-05T00:00:00Z</updated><category term="physics"/><summary>Small</summary></entry></feed>`;
const JSON_FEED = JSON.stringify({
  version: "https://jsonfeed.org/version/1.1",
  title: "J",
  home_page_url: "https://j.example/",
  items: [
    {
      id: "9",
      url: "https://j.example/9",
      title: "Nine",
      content_text: "nine",
      date_published: "2026-01-03T00:00:00Z",
      tags: ["t"],
      authors: [{ name: "Cy" }],
    },
  ],
});

beforeEach(async () => {
  server = await serve({
    "/rss": { type: "application/rss+xml", body: RSS },
    "/atom": { type: "application/atom+xml", body: ATOM },
    "/json": { type: "application/feed+json", body: JSON_FEED },
  });
  host = createFixtureHost();
});
afterEach(async () => {
  host.close();
  await server.close();
});

test("reads RSS", async () => {
  expect(await host.run(feedRead, { url: `${server.url}/rss`, content: true })).toEqual({
    url: `${server.url}/rss`,
    format: "rss",
    title: "News & more",
    description: "All of it",
    link: "https://n.example/",
    language: "en",
    total: 2,
    items: [
      {
        id: "id-1",
        title: "SQLite grows",
        url: `${server.url}/1`,
        published: "2026-01-02T02:04:05.000Z",
        author: "Ada",
        summary: "Short",
        content: "<p>Long text on B-trees</p>",
        categories: ["db", "Files"],
        enclosures: [{ url: `${server.url}/a.mp3`, type: "audio/mpeg", length: 12 }],
      },
      {
        id: "https://n.example/2",
        title: "Older",
        url: "https://n.example/2",
        published: "2026-01-01T00:00:00.000Z",
        categories: [],
        enclosures: [],
      },
    ],
  });
});

test("reads Atom and JSON Feed in the same form", async () => {
  expect(await host.run(feedRead, { url: `${server.url}/atom` })).toMatchObject({
    format: "atom",
    title: "A & B",
    link: `${server.url}/`,
    updated: "2026-01-05T00:00:00.000Z",
    items: [
      {
        id: "urn:1",
        title: "Atoms",
        url: `${server.url}/atoms`,
        author: "Bob",
        published: "2026-01-04T00:00:00.000Z",
        categories: ["physics"],
        summary: "Small",
      },
    ],
  });
  expect(await host.run(feedRead, { url: `${server.url}/json` })).toMatchObject({
    format: "json",
    link: "https://j.example/",
    items: [{ id: "9", title: "Nine", author: "Cy", categories: ["t"], published: "2026-01-03T00:00:00.000Z" }],
  });
});

test("limits items, and leaves contents out unless asked", async () => {
  const { items, total } = (await host.run(feedRead, { url: `${server.url}/rss`, limit: 1 })) as {
    items: object[];
    total: number;
  };
  expect([items.length, total, "content" in (items[0] as object)]).toEqual([1, 2, false]);
});

const BILLION_LAUGHS = `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "${"&a;".repeat(10)}"><!ENTITY c "${"&b;".repeat(10)}">]><rss version="2.0"><channel><title>&c;</title></channel></rss>`;

test.each([
  ["entities", BILLION_LAUGHS, "it declares entities"],
  [
    "external entities",
    '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>',
    "it declares entities",
  ],
  ["no end", RSS.slice(0, 600), "is not closed"],
  ["great depth", `<rss><channel>${"<a>".repeat(5000)}`, "nested more than 256 deep"],
  ["no feed", "<html><body>Hi</body></html>", "is no feed but <html>"],
  ["no markup", "nothing at all", "it is no XML"],
  ["JSON of something else", '{"a": 1}', "is no feed"],
  ["broken JSON", '{"version": ', "is no feed"],
])("refuses a feed with %s", async (_, body, message) => {
  server.routes["/bad"] = { type: "application/rss+xml", body };
  const error = await host.fail(feedRead, { url: `${server.url}/bad` });
  expect([error.code, error.message]).toEqual(["parse.invalid", expect.stringContaining(message)]);
});

test("filters items of several feeds, newest first", async () => {
  const urls = [`${server.url}/rss`, `${server.url}/atom`, `${server.url}/json`, `${server.url}/none`];
  const titles = async (args: object) => {
    const answer = (await host.run(feedFilter, { urls, ...args })) as { items: { title: string }[] };
    return answer.items.map(({ title }) => title);
  };
  expect(await titles({})).toEqual(["Atoms", "Nine", "SQLite grows", "Older"]);
  expect(await titles({ keywords: ["b-trees", "small"] })).toEqual(["Atoms", "SQLite grows"]);
  expect(await titles({ keywords: ["sqlite", "b-trees"], all: true })).toEqual(["SQLite grows"]);
  expect(await titles({ exclude: ["nine", "older"] })).toEqual(["Atoms", "SQLite grows"]);
  expect(await titles({ category: "DB" })).toEqual(["SQLite grows"]);
  expect(await titles({ author: "bob" })).toEqual(["Atoms"]);
  expect(await titles({ since: "2026-01-02", until: "2026-01-04" })).toEqual(["Nine", "SQLite grows"]);
  expect(await host.run(feedFilter, { urls, limit: 1 })).toMatchObject({
    total: 4,
    items: [{ feed: "A & B" }],
    failed: [{ url: `${server.url}/none` }],
  });
  expect((await host.fail(feedFilter, { urls: `${server.url}/none` })).code).toBe("http.status");
  expect((await host.fail(feedFilter, { urls, since: "soon" })).code).toBe("parse.invalid");
});

test("finds the feeds that a page names", async () => {
  server.routes["/page"] =
    `<link rel="stylesheet" type="application/rss+xml" href="/x"><link rel=alternate type="application/rss+xml" title=All href="/rss"><link rel="feed ALTERNATE" type="application/atom+xml; charset=x" href="atom"><link rel=alternate type="application/rss+xml" href="javascript:1">`;
  expect(await host.run(feedDiscover, { url: `${server.url}/page` })).toEqual({
    url: `${server.url}/page`,
    feeds: [
      { url: `${server.url}/rss`, title: "All", format: "rss", source: "page" },
      { url: `${server.url}/atom`, title: "", format: "atom", source: "page" },
    ],
  });
});

test("knows a feed when it is one, and looks at usual places", async () => {
  expect(await host.run(feedDiscover, { url: `${server.url}/atom` })).toMatchObject({
    feeds: [{ format: "atom", source: "itself" }],
  });
  server.routes["/page"] = "<p>no feed";
  server.routes["/feed.xml"] = { type: "text/xml", body: RSS };
  expect(await host.run(feedDiscover, { url: `${server.url}/page` })).toMatchObject({
    feeds: [{ url: `${server.url}/feed.xml`, title: "News & more", format: "rss", source: "usual" }],
  });
  expect(await host.run(feedDiscover, { url: `${server.url}/page`, probe: false })).toMatchObject({ feeds: [] });
});
