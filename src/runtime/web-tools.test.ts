import http from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Runtime, createRuntime } from "./create-runtime.ts";

// Tools over the network in a whole run: permission, keys that no script sees, recordings.

const seen: http.IncomingMessage[] = [];
const server = http.createServer((request, response) => {
  seen.push(request);
  if (request.url === "/inside") {
    response.writeHead(302, { location: `http://localhost:${(server.address() as AddressInfo).port}/x` }).end();
    return;
  }
  response.setHeader("content-type", "application/json");
  response.end(
    JSON.stringify({ web: { results: [{ title: "A", url: "https://a.example/", description: "about a" }] } }),
  );
});
const folder = mkdtempSync(path.join(os.tmpdir(), "llmspell-web-tools-"));
let runtime: Runtime;
let address: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    BRAVE_API_KEY: "key-of-the-operator",
    LLMSPELL_SEARCH_URL_BRAVE: `http://${address}/brave`,
  });
  runtime = createRuntime({ permissions: { net: [address], privateNet: [address] }, workspace: folder });
});
beforeEach(() => void seen.splice(0));
afterAll(async () => {
  await runtime.shutdown();
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
  for (const name of ["BRAVE_API_KEY", "LLMSPELL_SEARCH_URL_BRAVE"]) delete process.env[name];
});

const SEARCH = `const { provider, results } = await tools.web_search("turbines");
return [provider, results[0].title, env.BRAVE_API_KEY === undefined];`;

test("a search uses the operator's key, which the script does not see; a replay makes no request", async () => {
  const record = path.join(folder, "search.jsonl");
  const recorded = await runtime.exec(SEARCH, { engine: "javascript", record });
  expect(recorded).toMatchObject({ ok: true, value: ["brave", "A", true] });
  expect(seen.map(({ headers }) => headers["x-subscription-token"])).toEqual(["key-of-the-operator"]);
  expect(await runtime.exec(SEARCH, { engine: "javascript", replay: record })).toMatchObject({
    ok: true,
    value: ["brave", "A", true],
  });
  expect(seen).toHaveLength(1);
  expect(readFileSync(record, "utf8")).not.toContain("key-of-the-operator");
});

test("without the host's permission nothing is sent", async () => {
  const result = await runtime.exec(SEARCH, { engine: "javascript", permissions: { net: [], privateNet: [] } });
  expect(result).toMatchObject({
    ok: false,
    error: { code: "permission.denied", message: `tools.web_search may not use net on "${address}"` },
  });
  expect(seen).toEqual([]);
});

test.each(["web_fetch", "http_request", "url_inspect", "web_links", "feed_read"])(
  "%s follows a redirect to no other host",
  async (tool) => {
    const code = `return await tools.execute("${tool}", { url: "http://${address}/inside" });`;
    const result = await runtime.exec(code, { engine: "javascript" });
    expect(result).toMatchObject({ ok: false, error: { code: "permission.denied" } });
    expect(seen).toHaveLength(1);
  },
);

test("a host that the policy allows, but that lies in a private network, is not reached", async () => {
  const code = `return await tools.web_fetch("http://${address}/");`;
  const result = await runtime.exec(code, { engine: "javascript", permissions: { net: ["*"], privateNet: [] } });
  expect(result).toMatchObject({
    ok: false,
    error: { code: "permission.denied", message: "127.0.0.1 lies in a private network" },
  });
  const mail = `return await tools.mail_send({ to: "a@b.c", from: "a@b.c", subject: "s", text: "t", host: "127.0.0.1", port: ${address.split(":")[1]} });`;
  expect(await runtime.exec(mail, { engine: "javascript", permissions: { net: ["*"], privateNet: [] } })).toMatchObject(
    { ok: false, error: { code: "permission.denied" } },
  );
  expect(seen).toEqual([]);
});
