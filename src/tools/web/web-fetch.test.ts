import { afterEach, beforeEach, expect, test } from "vitest";
import { type FixtureHost, createFixtureHost } from "../fixtures/fixture-host.ts";
import { type TestServer, serve } from "../fixtures/serve.ts";
import { webFetch } from "./web-fetch.ts";

let host: FixtureHost;
let server: TestServer;

const PARAGRAPH =
  "<p>The turbine turns, slowly, in the tide, and nobody, not even the gulls, minds it at all. It makes power for a thousand houses.</p>";
const ARTICLE = `<!doctype html><html lang="en"><head><title>Turbines | The Daily</title>
<meta name="author" content="Ada Byron"><meta property="article:published_time" content="2026-01-02T03:04:05Z">
<base href="/news/"></head><body><nav><a href="/home">Home</a><a href="/sport">Sport</a></nav>
<article><h1>Tidal turbines</h1>${PARAGRAPH.repeat(6)}<p>More on <a href="tides?x=1&amp;y=2">tides</a> and <a href="javascript:alert(1)">this</a>.</p>
<ul><li>one</li><li>two <b>bold</b></li></ul><script>steal()</script></article><footer>All rights reserved</footer></body></html>`;

beforeEach(async () => {
  server = await serve({ "/article": ARTICLE });
  host = createFixtureHost();
});
afterEach(async () => {
  host.close();
  await server.close();
});

test("reads an article as Markdown, with absolute links and without what surrounds it", async () => {
  const page = (await host.run(webFetch, { url: `${server.url}/article` })) as { content: string; links: unknown };
  expect(page).toMatchObject({
    kind: "page",
    title: expect.stringContaining("Turbines") as string,
    byline: "Ada Byron",
    language: "en",
    published: "2026-01-02T03:04:05Z",
    article: true,
    truncated: false,
    links: [{ url: `${server.url}/news/tides?x=1&y=2`, text: "tides" }],
  });
  expect(page.content).toContain(`[tides](${server.url}/news/tides?x=1&y=2)`);
  expect(page.content).toContain("- two **bold**");
  expect(page.content).not.toMatch(/steal|javascript:|Sport|All rights/);
});

test("reads it as text, cut where it is told to", async () => {
  const url = `${server.url}/article`;
  const text = (await host.run(webFetch, { url, format: "text", links: false })) as { content: string };
  expect(text.content).toContain("minds it at all. It makes power for a thousand houses.\nThe turbine");
  expect(text).not.toHaveProperty("links");
  expect(await host.run(webFetch, { url, format: "text", max_chars: 20 })).toMatchObject({
    content: text.content.slice(0, 20),
    truncated: true,
  });
});

test("answers the whole page where there is no article, plain text and JSON as they are", async () => {
  server.routes["/short"] = "<title>Hi</title><p>Only <i>this</i>.</p>";
  server.routes["/text"] = { type: "text/plain", body: "a < b" };
  server.routes["/json"] = { type: "application/ld+json", body: '{"a":1}' };
  expect(await host.run(webFetch, { url: `${server.url}/short` })).toMatchObject({
    title: "Hi",
    content: "Only _this_.",
  });
  expect(await host.run(webFetch, { url: `${server.url}/text` })).toMatchObject({ kind: "text", content: "a < b" });
  expect(await host.run(webFetch, { url: `${server.url}/json` })).toMatchObject({ kind: "json", content: '{"a":1}' });
});

test.each([
  ["the header", "text/html; charset=iso-8859-1", Buffer.from([0x67, 0xfc])],
  ["a meta element", "text/html", Buffer.from('<meta charset="windows-1251"><p>\xe6', "latin1"), "ж"],
  [
    "http-equiv",
    "text/html",
    Buffer.from('<meta http-equiv=x content="text/html; charset=shift_jis"><p>\x82\xa0', "latin1"),
    "あ",
  ],
  ["a byte order mark", "text/html; charset=iso-8859-1", Buffer.from("\ufeff<p>gü"), "gü"],
  ["UTF-16", "text/html", Buffer.from("\ufeff<html><p>gü", "utf16le"), "gü"],
  ["nothing, as UTF-8", "text/html", Buffer.from("<p>gü"), "gü"],
  ["nothing, as Windows-1252", "text/html", Buffer.from([0x67, 0xfc, 0x80]), "gü€"],
  ["an unknown name", "text/html; charset=klingon", Buffer.from("<p>gü"), "gü"],
])("finds the charset by %s", async (_, type, body, text = "gü") => {
  server.routes["/page"] = { type, body };
  expect(await host.run(webFetch, { url: `${server.url}/page`, format: "text" })).toMatchObject({ content: text });
});

test("what is no page says what it is and what to do", async () => {
  server.routes["/pdf"] = { type: "application/pdf", body: "%PDF-1.7 ..." };
  server.routes["/lie"] = { type: "text/html", body: "%PDF-1.7 ..." };
  server.routes["/image"] = { type: "image/png", body: new Uint8Array([137, 80, 78, 71, 0]) };
  server.routes["/late"] = { status: 429, headers: { "retry-after": "3" } };
  for (const path of ["/pdf", "/lie"]) {
    const pdf = await host.fail(webFetch, { url: server.url + path });
    expect([pdf.code, pdf.message]).toEqual(["parse.invalid", `${server.url}${path} is a PDF`]);
    expect(pdf.hint).toContain("pdf_read");
  }
  expect((await host.fail(webFetch, { url: `${server.url}/image` })).message).toBe(
    `${server.url}/image is no page (image/png)`,
  );
  expect((await host.fail(webFetch, { url: `${server.url}/gone` })).details).toEqual({
    status: 404,
    url: `${server.url}/gone`,
  });
  const late = await host.fail(webFetch, { url: `${server.url}/late` });
  expect([late.code, late.retryable, late.details?.["retry_after_ms"]]).toEqual(["http.status", true, 3000]);
});

test.each([
  ["deep", `${"<div>".repeat(3000)}deep down${"</div>".repeat(3000)}`, "deep down"],
  ["never closed", "<p>a<b>b<i>c<table><td>d", "d"],
  ["full of attributes", `<p ${"a=1 ".repeat(100_000)}>many`, "many"],
  ["full of entities", `<p>${"&amp;".repeat(90_000)}end`, "end"],
  ["of prototype names", '<p __proto__="x" constructor="y">fine', "fine"],
  ["empty", "", ""],
])("a page that is %s is read all the same", async (_, html, text) => {
  server.routes["/page"] = html;
  const page = (await host.run(webFetch, { url: `${server.url}/page`, format: "text" })) as { content: string };
  expect(page.content).toContain(text);
});

test("a page that is made to stop its reader is refused", async () => {
  server.routes["/many"] = "<br>x".repeat(200_000);
  expect((await host.fail(webFetch, { url: `${server.url}/many` })).code).toBe("value.too_large");
  server.routes["/deep"] = "<div>".repeat(100_000);
  server.routes["/wide"] = "<p>x".repeat(100_000);
  expect((await host.fail(webFetch, { url: `${server.url}/deep` })).code).toBe("parse.invalid");
  expect((await host.fail(webFetch, { url: `${server.url}/wide` })).code).toBe("value.too_large");
});
