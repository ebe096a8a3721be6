import { afterEach, beforeEach, expect, test } from "vitest";
import { type FixtureHost, createFixtureHost } from "../fixtures/fixture-host.ts";
import { type TestServer, serve } from "../fixtures/serve.ts";
import { urlInspect } from "./url-inspect.ts";

let host: FixtureHost;
let server: TestServer;

beforeEach(async () => {
  server = await serve({ "/end": { type: "application/pdf", body: "12345" } });
  host = createFixtureHost();
});
afterEach(async () => {
  host.close();
  await server.close();
});

test("takes an address apart without a request", async () => {
  expect(
    await host.run(urlInspect, { url: "HTTPS://Ex.example:443/a/../b?z=1&a=2&a=3&utm_source=x#top", follow: false }),
  ).toEqual({
    url: "https://ex.example/b?z=1&a=2&a=3&utm_source=x#top",
    normalized: "https://ex.example/b?a=2&a=3&z=1",
    parts: {
      protocol: "https",
      host: "ex.example",
      hostname: "ex.example",
      port: 443,
      path: "/b",
      query: { z: "1", a: ["2", "3"], utm_source: "x" },
      fragment: "top",
    },
  });
  expect(host.asked).toEqual([]);
});

test("follows redirects, each with its status, and reads no content", async () => {
  server.routes["/a"] = { status: 301, headers: { location: "/b" } };
  server.routes["/b"] = { status: 307, headers: { location: `${server.url}/end` } };
  expect(await host.run(urlInspect, { url: `${server.url}/a#x` })).toMatchObject({
    redirects: [
      { url: `${server.url}/a`, status: 301, location: `${server.url}/b` },
      { url: `${server.url}/b`, status: 307, location: `${server.url}/end` },
    ],
    final_url: `${server.url}/end`,
    status: 200,
    ok: true,
    content_type: "application/pdf",
  });
  expect(server.seen.map(({ method }) => method)).toEqual(["HEAD", "HEAD", "HEAD"]);
  expect(host.asked).toHaveLength(3);
});

test("asks with GET where HEAD is not known", async () => {
  server.routes["/end"] = ({ method }, response) => response.writeHead(method === "HEAD" ? 405 : 200).end("x");
  expect(await host.run(urlInspect, { url: `${server.url}/end` })).toMatchObject({ status: 200 });
});

test("ends circles, and follows into no other protocol or private network", async () => {
  server.routes["/circle"] = { status: 302, headers: { location: "/circle" } };
  expect((await host.fail(urlInspect, { url: `${server.url}/circle`, max_redirects: 3 })).message).toContain(
    "more than 3 times",
  );
  for (const [location, code] of [
    ["file:///etc/passwd", "input.invalid"],
    ["data:,x", "input.invalid"],
    ["http://", "http.network"],
    ["http://169.254.169.254/latest", "permission.denied"],
  ]) {
    server.routes["/go"] = { status: 302, headers: { location: location as string } };
    expect((await host.fail(urlInspect, { url: `${server.url}/go` })).code).toBe(code);
  }
});

test("gives up a server that does not answer", async () => {
  server.routes["/never"] = () => undefined;
  expect((await host.fail(urlInspect, { url: `${server.url}/never`, timeout_ms: 50 })).code).toBe("http.timeout");
});
