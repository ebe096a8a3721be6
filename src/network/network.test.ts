import http from "node:http";
import type { AddressInfo } from "node:net";
import net from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type NetworkOptions, createNetwork } from "./network.ts";

const seen: http.IncomingMessage[] = [];
const server = http.createServer((request, response) => {
  seen.push(request);
  const url = new URL(request.url ?? "/", "http://x");
  if (url.pathname === "/to") response.writeHead(302, { location: url.searchParams.get("url") ?? "" }).end();
  else response.end(`${request.method} ${request.headers.host}`);
});
let port: number;
const networks: ReturnType<typeof createNetwork>[] = [];

function open(options: NetworkOptions = {}) {
  const network = createNetwork(options);
  networks.push(network);
  return network;
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => {
  for (const network of networks.splice(0)) network.close();
  seen.length = 0;
});
afterAll(() => server.close());

const failure = (network: ReturnType<typeof createNetwork>, url: string, init: RequestInit = {}) =>
  network.fetch(url, init).then(
    () => "no error",
    (error: { code: string }) => error.code,
  );

test.each([
  "127.0.0.1",
  "localhost",
  "2130706433",
  "0x7f.1",
  "0177.0.0.1",
  "127.1",
  "[::ffff:127.0.0.1]",
  "[::1]",
  "0.0.0.0",
  "0",
])("refuses %s, and connects to nothing", async (host) => {
  expect(await failure(open(), `http://${host}:${port}/`)).toBe("permission.denied");
  expect(seen).toEqual([]);
});

test("reaches a private host that is allowed, that one alone", async () => {
  const network = open({ allowPrivate: [`127.0.0.1:${port}`] });
  expect(await (await network.fetch(`http://127.0.0.1:${port}/`, {})).text()).toBe(`GET 127.0.0.1:${port}`);
  expect(await failure(network, `http://localhost:${port}/`)).toBe("permission.denied");
  expect(await failure(network, `http://127.0.0.1:${port + 1}/`)).toBe("permission.denied");
});

test("looks a name up once, and connects to what it checked", async () => {
  const asked: string[] = [];
  const lookup = async (host: string) => {
    asked.push(host);
    // A second look-up would answer another address.
    return [{ address: asked.length === 1 ? "127.0.0.1" : "127.0.0.2", family: 4 }];
  };
  expect(await failure(open({ lookup }), `http://rebind.example:${port}/`)).toBe("permission.denied");
  expect([asked, seen]).toEqual([["rebind.example"], []]);
  asked.length = 0;
  expect(
    (await open({ lookup, allowPrivate: ["rebind.example"] }).fetch(`http://rebind.example:${port}/`, {})).status,
  ).toBe(200);
  expect([asked, seen[0]?.socket.localAddress]).toEqual([["rebind.example"], "127.0.0.1"]);
});

test("tells a name that is not known", async () => {
  const unknown = async () => Promise.reject(Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" }));
  await expect(open({ lookup: unknown }).fetch("http://nowhere.example/", {})).rejects.toMatchObject({
    code: "http.network",
    message: "cannot reach nowhere.example: the host name is not known",
  });
});

test.each([
  "http://127.0.0.1:PORT/",
  "http://[::ffff:7f00:1]:PORT/",
  "//127.0.0.1:PORT/x",
  "http://private.example:PORT/",
])("follows a redirect to %s into no private network", async (target) => {
  const network = open({ allowPrivate: ["start.example"], lookup: async () => [{ address: "127.0.0.1", family: 4 }] });
  const to = encodeURIComponent(target.replace("PORT", String(port)));
  expect(await failure(network, `http://start.example:${port}/to?url=${to}`)).toBe("permission.denied");
  expect(seen).toHaveLength(1);
});

test("follows redirects, or answers them when told to", async () => {
  const network = open({ allowPrivate: ["*"] });
  const url = `http://127.0.0.1:${port}/to?url=/end`;
  const followed = await network.fetch(url, { method: "POST", body: "x" });
  expect([followed.url, await followed.text()]).toEqual([`http://127.0.0.1:${port}/end`, `GET 127.0.0.1:${port}`]);
  expect((await network.fetch(url, { redirect: "manual" })).status).toBe(302);
  expect(await failure(network, url, { redirect: "error" })).toBe("http.network");
  expect(await failure(network, `http://127.0.0.1:${port}/to?url=http://`)).toBe("http.network");
  expect(await failure(network, `http://127.0.0.1:${port}/to?url=file:///etc/passwd`)).toBe("input.invalid");
});

test.each([
  ["no url", {}, "parse.invalid"],
  ["file:///etc/passwd", {}, "input.invalid"],
  ["http://user:pass@127.0.0.1/", {}, "input.invalid"],
  ["http://127.0.0.1/", { headers: { Host: "other.example" } }, "input.invalid"],
  ["http://127.0.0.1/", { headers: { "transfer-encoding": "chunked" } }, "input.invalid"],
  ["http://127.0.0.1/", { method: "CONNECT" }, "input.invalid"],
  ["http://127.0.0.1/", { method: "GET /x HTTP/1.1\r\nX: " }, "input.invalid"],
  ["http://127.0.0.1:1/", {}, "http.network"],
])("%s with %j fails with a clear code", async (url, init, code) => {
  expect(await failure(open({ allowPrivate: ["*"] }), url, init)).toBe(code);
});

test("tells an answer that is no HTTP and one that breaks off", async () => {
  const raw = net.createServer((socket) => socket.once("data", () => socket.end("SSH-2.0-nonsense\r\n")));
  await new Promise<void>((resolve) => raw.listen(0, "127.0.0.1", resolve));
  const at = (raw.address() as AddressInfo).port;
  const network = open({ allowPrivate: ["127.0.0.1"] });
  await expect(network.fetch(`http://127.0.0.1:${at}/`, {})).rejects.toMatchObject({
    code: "http.network",
    message: expect.stringContaining("not HTTP") as string,
  });
  raw.close();
});

test("uses a connection again, and survives that the server closed it meanwhile", async () => {
  const sockets = new Set<net.Socket>();
  const closing = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    sockets.add(request.socket);
    response.end("ok");
  });
  await new Promise<void>((resolve) => closing.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(closing.address() as AddressInfo).port}/`;
  const network = open({ allowPrivate: ["*"] });
  for (let count = 0; count < 3; count++) expect(await (await network.fetch(url, {})).text()).toBe("ok");
  expect(sockets.size).toBe(1);
  for (const socket of sockets) socket.resetAndDestroy();
  expect(await (await network.fetch(url, {})).text()).toBe("ok");
  closing.close();
  closing.closeAllConnections();
});

test("connects to hosts that it may reach alone", async () => {
  const { signal } = new AbortController();
  for (const host of ["127.0.0.1", "localhost", "::1", "0x7f.1", "2130706433", "::ffff:127.0.0.1"]) {
    await expect(open().connect(host, port, signal)).rejects.toMatchObject({ code: "permission.denied" });
  }
  for (const host of ["a.example?.b.example", "a.example/b", "a@b.example", "a b", ""]) {
    await expect(open().connect(host, port, signal)).rejects.toMatchObject({ code: "input.invalid" });
  }
  const socket = await open({ allowPrivate: [`127.0.0.1:${port}`] }).connect("127.0.0.1", port, signal);
  expect(socket.remotePort).toBe(port);
  socket.destroy();
  await expect(open({ allowPrivate: ["*"] }).connect("127.0.0.1", 1, signal)).rejects.toMatchObject({
    code: "ECONNREFUSED",
  });
  await expect(
    open({ allowPrivate: ["*"] }).connect("127.0.0.1", port, AbortSignal.abort(new Error("enough"))),
  ).rejects.toThrow("enough");
});
