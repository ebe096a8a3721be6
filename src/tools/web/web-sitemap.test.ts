import zlib from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FixtureHost, createFixtureHost } from "../fixtures/fixture-host.ts";
import { type TestServer, serve } from "../fixtures/serve.ts";
import { webSitemap } from "./web-sitemap.ts";

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

const urls = (...entries: string[]) =>
  `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://i">${entries.map((entry) => `<url>${entry}</url>`).join("")}</urlset>`;

test("reads a sitemap", async () => {
  server.routes["/sitemap.xml"] = urls(
    "<loc>https://s.example/a?x=1&amp;y=2</loc><lastmod>2026-01-02</lastmod><changefreq>daily</changefreq><priority>0.8</priority><image:image><image:loc>https://s.example/no.png</image:loc></image:image>",
    "<loc> /b </loc>",
    "<loc>file:///etc/passwd</loc>",
  );
  expect(await host.run(webSitemap, { url: `${server.url}/sitemap.xml` })).toEqual({
    urls: [
      { url: "https://s.example/a?x=1&y=2", last_modified: "2026-01-02", change_frequency: "daily", priority: 0.8 },
      { url: `${server.url}/b` },
    ],
    total: 2,
    sitemaps: [`${server.url}/sitemap.xml`],
    complete: true,
  });
});

test("follows robots.txt, index files and packed files, each once", async () => {
  server.routes["/robots.txt"] = `User-agent: *\nSitemap: ${server.url}/index.xml\n`;
  server.routes["/index.xml"] =
    `<sitemapindex><sitemap><loc>${server.url}/one.xml.gz</loc></sitemap><sitemap><loc>${server.url}/two.txt</loc></sitemap><sitemap><loc>${server.url}/index.xml</loc></sitemap></sitemapindex>`;
  server.routes["/one.xml.gz"] = {
    type: "application/gzip",
    body: zlib.gzipSync(urls("<loc>https://s.example/blog/1</loc>", "<loc>https://s.example/2</loc>")),
  };
  server.routes["/two.txt"] = { type: "text/plain", body: "https://s.example/blog/3\nhttps://s.example/4\n" };
  const read = (args: object) => host.run(webSitemap, { url: server.url, ...args });
  expect(await read({})).toMatchObject({
    total: 4,
    complete: true,
    sitemaps: [`${server.url}/index.xml`, `${server.url}/one.xml.gz`, `${server.url}/two.txt`],
  });
  expect(await read({ pattern: "/blog/", limit: 1 })).toMatchObject({
    urls: [{ url: "https://s.example/blog/1" }],
    total: 2,
  });
  expect(await read({ max_sitemaps: 2 })).toMatchObject({ total: 2, complete: false });
});

test("keeps what was modified since a date", async () => {
  server.routes["/sitemap.xml"] = urls(
    "<loc>/old</loc><lastmod>2025-01-01</lastmod>",
    "<loc>/new</loc><lastmod>2026-01-01</lastmod>",
    "<loc>/unknown</loc>",
  );
  expect(await host.run(webSitemap, { url: server.url, since: "2025-06-01" })).toMatchObject({
    urls: [{ url: `${server.url}/new` }],
    total: 1,
  });
});

test.each([
  ["a cut off file", urls("<loc>/a</loc>").slice(0, -15), "is not closed"],
  ["a page", "<html></html>", "is no sitemap but <html>"],
  ["entities", `<!DOCTYPE x [<!ENTITY a "b">]>${urls("<loc>&a;</loc>")}`, "it declares entities"],
  ["a damaged file", zlib.gzipSync("x".repeat(1000)).subarray(0, 20), "damaged gzip"],
  ["a bomb", zlib.gzipSync(Buffer.alloc(40 * 1024 * 1024)), "unpacks to more than"],
  ["words", "hello there", "is no sitemap"],
])("%s is an error", async (_, body, message) => {
  server.routes["/sitemap.xml"] = { type: "text/xml", body };
  expect((await host.fail(webSitemap, { url: `${server.url}/sitemap.xml` })).message).toContain(message);
});

test("asks the policy for every file that an index names", async () => {
  server.routes["/index.xml"] = "<sitemapindex><sitemap><loc>http://10.0.0.1/s.xml</loc></sitemap></sitemapindex>";
  const error = await host.fail(webSitemap, { url: `${server.url}/index.xml` });
  expect([error.code, host.asked.at(-1)]).toEqual(["permission.denied", "net 10.0.0.1"]);
});
