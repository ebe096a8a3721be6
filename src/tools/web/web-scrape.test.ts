import { afterEach, beforeEach, expect, test } from "vitest";
import { type FixtureHost, createFixtureHost } from "../fixtures/fixture-host.ts";
import { type TestServer, serve } from "../fixtures/serve.ts";
import { webLinks } from "./web-links.ts";
import { webScrape } from "./web-scrape.ts";

let host: FixtureHost;
let server: TestServer;

const SHOP = `<base href="/shop/"><h1>Books &amp; more</h1><ul>
<li class=book data-id=1><a href="a.html">Ada</a> <b class=price>1.20</b></li>
<li class=book data-id=2><a href="/b.html#top">Bob</a><img src="b.png"><i>new</i><i>cheap</i></li>
</ul><a href="https://other.example/x.pdf" rel=nofollow title=T>Other</a><a href="mailto:a@b.c">Mail</a><a href="a.html#again">Ada again</a><a>nothing</a>`;

beforeEach(async () => {
  server = await serve({ "/": SHOP });
  host = createFixtureHost();
});
afterEach(async () => {
  host.close();
  await server.close();
});

test("takes fields of a page", async () => {
  const fields = {
    title: "h1",
    first: "li a@href",
    images: { selector: "img", attribute: "src", all: true },
    none: ".no",
    part: { selector: "li:first-of-type b", html: true },
  };
  expect(await host.run(webScrape, { url: `${server.url}/`, fields })).toEqual({
    url: `${server.url}/`,
    data: {
      title: "Books & more",
      first: `${server.url}/shop/a.html`,
      images: [`${server.url}/shop/b.png`],
      none: null,
      part: "1.20",
    },
  });
});

test("takes a list, one object for each element", async () => {
  const args = {
    url: `${server.url}/`,
    items: "li.book",
    fields: { id: "@data-id", name: "a", tags: { selector: "i", all: true } },
  };
  const items = [
    { id: "1", name: "Ada", tags: [] },
    { id: "2", name: "Bob", tags: ["new", "cheap"] },
  ];
  expect(await host.run(webScrape, args)).toEqual({ url: `${server.url}/`, items, total: 2 });
  expect(await host.run(webScrape, { ...args, limit: 1 })).toMatchObject({ items: [items[0]], total: 2 });
});

test("takes from HTML at hand, and asks no host", async () => {
  expect(await host.run(webScrape, { html: "<p id=a>Hi", fields: { a: "#a" } })).toEqual({
    url: "",
    data: { a: "Hi" },
  });
  expect(host.asked).toEqual([]);
});

test.each([
  ["li[", "is no selector"],
  ["li:frobnicate", "is no selector"],
  ["a".repeat(600), "500 characters"],
])("refuses the selector %s", async (selector, message) => {
  const error = await host.fail(webScrape, { html: "<p>", fields: { a: selector } });
  expect([error.code, error.message]).toEqual(["input.invalid", expect.stringContaining(message)]);
});

test("wants fields and one source", async () => {
  for (const args of [
    { fields: { a: "p" } },
    { fields: {}, html: "" },
    { url: server.url, html: "", fields: { a: "p" } },
  ]) {
    expect((await host.fail(webScrape, args)).code).toBe("input.invalid");
  }
});

test("lists links, absolute, each once", async () => {
  const { links, total } = (await host.run(webLinks, { url: `${server.url}/` })) as { links: object[]; total: number };
  expect(links).toEqual([
    { url: `${server.url}/shop/a.html`, text: "Ada", internal: true },
    { url: `${server.url}/b.html`, text: "Bob", internal: true },
    { url: "https://other.example/x.pdf", text: "Other", title: "T", rel: "nofollow", internal: false },
  ]);
  expect(total).toBe(3);
  const urls = async (args: object) => {
    const answer = (await host.run(webLinks, { url: `${server.url}/`, ...args })) as { links: { url: string }[] };
    return answer.links.map(({ url }) => new URL(url).pathname);
  };
  expect(await urls({ same_host: true })).toEqual(["/shop/a.html", "/b.html"]);
  expect(await urls({ pattern: "\\.PDF$" })).toEqual(["/x.pdf"]);
  expect(await urls({ selector: "ul" })).toEqual(["/shop/a.html", "/b.html"]);
  expect(await urls({ limit: 1 })).toEqual(["/shop/a.html"]);
});

test("patterns run in linear time; one that is none is an error", async () => {
  server.routes["/evil"] = `<a href="/${"a".repeat(5000)}!">x</a>`;
  expect(await host.run(webLinks, { url: `${server.url}/evil`, pattern: "(a+)+$" })).toMatchObject({ total: 0 });
  expect((await host.fail(webLinks, { url: `${server.url}/`, pattern: "(" })).code).toBe("parse.invalid");
});
