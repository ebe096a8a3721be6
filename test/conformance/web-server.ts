import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

const PAGE = `<html lang="en"><head><title>Tides</title><link rel="alternate" type="application/rss+xml" title="All" href="/feed"></head>
<body><article><h1>Tides</h1>${"<p>The turbine turns, slowly, in the tide, and nobody, not even the gulls, minds it.</p>".repeat(6)}
<ul><li class="item"><a href="/text">One</a> <b>1.20</b></li><li class="item"><a href="https://other.example/">Two</a> <b>2.50</b></li></ul></article></body></html>`;

const FEED = `<rss version="2.0"><channel><title>News</title><link>/</link><description>d</description>
<item><title>First</title><link>/first</link><pubDate>Thu, 01 Jan 2026 00:00:00 GMT</pubDate></item>
<item><title>Second</title><link>/second</link><pubDate>Fri, 02 Jan 2026 00:00:00 GMT</pubDate><category>db</category></item></channel></rss>`;

const OPENAPI = {
  openapi: "3.1.0",
  info: { title: "Echo", version: "1" },
  servers: [{ url: "/" }],
  paths: {
    "/echo": {
      get: {
        operationId: "echo",
        parameters: [{ name: "n", in: "query", required: true, schema: { type: "integer" } }],
      },
    },
  },
};

type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => unknown;

const ROUTES: Record<string, Route> = {
  json: (_, response) =>
    send(response, "application/json", JSON.stringify({ name: "Ada", tags: ["a", "b"], max_tokens: 5, maxTokens: 6 })),
  text: (_, response) => send(response, "text/plain; charset=utf-8", "grüße"),
  latin: (_, response) => send(response, "text/plain; charset=iso-8859-1", Buffer.from([0x67, 0xfc])),
  bytes: (_, response) => send(response, "application/octet-stream", Buffer.from([0, 255, 254, 1])),
  gzip(_, response) {
    response.setHeader("content-encoding", "gzip");
    send(response, "text/plain", gzipSync("small once packed"));
  },
  async echo(request, response, url) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { "content-type": type, authorization, "x-token": token } = request.headers;
    const query = Object.fromEntries(
      [...new Set(url.searchParams.keys())].map((key) => [key, url.searchParams.getAll(key).join("+")]),
    );
    send(
      response,
      "application/json",
      JSON.stringify({
        method: request.method,
        query,
        body: Buffer.concat(chunks).toString(),
        type,
        authorization,
        token,
      }),
    );
  },
  redirect(_, response) {
    response.writeHead(302, { location: "/text" }).end();
  },
  /** Answers never. */
  slow: () => undefined,
  stream(_, response) {
    response.setHeader("content-type", "text/plain");
    response.write("one\ntw");
    setTimeout(() => response.write("o\nthree"), 20);
    setTimeout(() => response.end("\n"), 40);
  },
  page: (_, response) => send(response, "text/html", PAGE),
  feed: (_, response) => send(response, "application/rss+xml", FEED),
  "sitemap.xml": (_, response) =>
    send(response, "text/xml", "<urlset><url><loc>/page</loc><lastmod>2026-01-02</lastmod></url></urlset>"),
  "openapi.json": (_, response) => send(response, "application/json", JSON.stringify(OPENAPI)),
  graphql: (_, response) => send(response, "application/json", '{"data":{"user":{"name":"Ada"}}}'),
  /** Into a private network that no case may reach. */
  inside: (_, response) => response.writeHead(302, { location: "http://10.0.0.1/secret" }).end(),
  status: (_, response, url) =>
    response.writeHead(Number(url.pathname.split("/")[2]), { "x-kind": "status" }).end("no such luck"),
};

function send(response: ServerResponse, type: string, body: string | Buffer): void {
  response.setHeader("content-type", type);
  response.end(body);
}

export interface WebServer {
  /** Host and port. */
  host: string;
  close(): Promise<void>;
}

/** A web server on loopback for the cases of `http`. */
export async function startWebServer(): Promise<WebServer> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const route = ROUTES[url.pathname.split("/")[1] ?? ""];
    if (route) void route(request, response, url);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
