import zlib from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FixtureHost, createFixtureHost } from "../fixtures/fixture-host.ts";
import { type TestServer, serve } from "../fixtures/serve.ts";
import { httpRequest } from "./http-request.ts";

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

const echo = (request: object, response: { setHeader(name: string, value: string): void; end(body: string): void }) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(request));
};

test("sends query, headers, authorization and JSON, and answers the parsed body", async () => {
  server.routes["/echo"] = echo;
  const answer = await host.run(httpRequest, {
    url: `${server.url}/echo?a=1`,
    method: "post",
    query: { tag: ["x", "y"], page: 2 },
    headers: { "X-Count": 3 },
    auth: { bearer: "t0ken" },
    json: { name: "Ada" },
  });
  expect(answer).toMatchObject({
    status: 200,
    ok: true,
    content_type: "application/json",
    json: {
      method: "POST",
      path: "/echo?a=1&tag=x&tag=y&page=2",
      body: '{"name":"Ada"}',
      headers: { "x-count": "3", authorization: "Bearer t0ken", "content-type": "application/json" },
    },
  });
  expect(host.asked).toEqual([`net 127.0.0.1:${server.port}`]);
});

test("sends forms and texts; a header of the caller goes over the default", async () => {
  server.routes["/echo"] = echo;
  const url = `${server.url}/echo`;
  expect(await host.run(httpRequest, { url, method: "POST", form: { q: "a b&c", n: 1 } })).toMatchObject({
    json: { body: "q=a+b%26c&n=1", headers: { "content-type": "application/x-www-form-urlencoded" } },
  });
  expect(
    await host.run(httpRequest, { url, method: "PUT", text: "<a/>", headers: { "Content-Type": "application/xml" } }),
  ).toMatchObject({ json: { body: "<a/>", headers: { "content-type": "application/xml" } } });
  expect((await host.fail(httpRequest, { url, method: "POST", text: "a", json: 1 })).message).toContain(
    "one of json, text and form",
  );
  expect((await host.fail(httpRequest, { url, text: "a" })).message).toBe("a GET request has no body");
});

test("an error status, bytes and broken JSON are answers", async () => {
  server.routes["/no"] = { status: 503, headers: { "retry-after": "7" }, type: "application/json", body: "{broken" };
  server.routes["/bytes"] = { type: "application/octet-stream", body: new Uint8Array([0, 255, 1]) };
  const failed = await host.run(httpRequest, { url: `${server.url}/no` });
  expect(failed).toMatchObject({ status: 503, ok: false, body: "{broken", headers: { "retry-after": "7" } });
  expect(failed).not.toHaveProperty("json");
  expect(await host.run(httpRequest, { url: `${server.url}/bytes` })).toMatchObject({
    body: new Uint8Array([0, 255, 1]),
    size: 3,
  });
});

test("asks the policy for every hop of a redirect, and sends nothing to a host that is refused", async () => {
  const other = await serve({ "/secret": "secret" });
  server.routes["/go"] = { status: 302, headers: { location: `${other.url}/secret` } };
  host.close();
  host = createFixtureHost({ policy: (_, target) => target === `127.0.0.1:${server.port}` });
  const error = await host.fail(httpRequest, { url: `${server.url}/go` });
  expect([error.code, error.details]).toEqual([
    "permission.denied",
    { capability: "net", target: `127.0.0.1:${other.port}` },
  ]);
  expect(other.seen).toEqual([]);
  expect(await host.run(httpRequest, { url: `${server.url}/go`, max_redirects: 0 })).toMatchObject({ status: 302 });
  await other.close();
});

test.each(["file:///etc/passwd", "data:text/plain,hi", "ftp://127.0.0.1/", "javascript:alert(1)"])(
  "%s is never opened, redirects to it neither",
  async (url) => {
    expect((await host.fail(httpRequest, { url })).code).toBe("input.invalid");
    server.routes["/go"] = { status: 302, headers: { location: url } };
    expect((await host.fail(httpRequest, { url: `${server.url}/go` })).code).toBe("input.invalid");
    expect(server.seen.map(({ path }) => path)).toEqual(["/go"]);
  },
);

test("an address that is none is an error", async () => {
  expect((await host.fail(httpRequest, { url: "example.com" })).code).toBe("parse.invalid");
});

test("an endless body ends at the limit, packed or not", async () => {
  let closed = false;
  server.routes["/endless"] = (_, response) => {
    const more = () => {
      while (response.write(Buffer.alloc(65_536, "x")));
      response.once("drain", more);
    };
    response.on("close", () => (closed = true));
    more();
  };
  server.routes["/bomb"] = {
    headers: { "content-encoding": "gzip" },
    body: zlib.gzipSync(Buffer.alloc(50 * 1024 * 1024)),
  };
  const limits = { max_bytes: 200_000 };
  expect(await host.fail(httpRequest, { url: `${server.url}/endless`, ...limits })).toMatchObject({
    code: "value.too_large",
    message: `the answer of 127.0.0.1:${server.port} is longer than 200000 bytes`,
  });
  await expect.poll(() => closed).toBe(true);
  expect((await host.fail(httpRequest, { url: `${server.url}/bomb`, ...limits })).code).toBe("value.too_large");
});

test("a server that stops in the middle, or answers never, is given up", async () => {
  server.routes["/cut"] = (_, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("half");
    setImmediate(() => response.destroy());
  };
  server.routes["/stalls"] = (_, response) => void response.write("half");
  server.routes["/never"] = () => undefined;
  expect((await host.fail(httpRequest, { url: `${server.url}/cut` })).code).toBe("http.network");
  for (const path of ["/stalls", "/never"]) {
    const error = await host.fail(httpRequest, { url: server.url + path, timeout_ms: 50 });
    expect([error.code, error.retryable, error.hint]).toEqual(["http.timeout", true, "Pass a larger timeout_ms."]);
  }
});

test("the end of the run ends the request", async () => {
  host.close();
  const run = new AbortController();
  host = createFixtureHost({ signal: run.signal });
  server.routes["/never"] = () => run.abort(new Error("enough"));
  expect(await host.run(httpRequest, { url: `${server.url}/never` }).catch((error: Error) => error.message)).toContain(
    "aborted",
  );
});
