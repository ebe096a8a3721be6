import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

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
