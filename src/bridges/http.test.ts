import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import zlib from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createNetwork } from "../network/network.ts";
import { createPolicy } from "../policy/policy.ts";
import { type BridgeHarness, type BridgeHarnessOptions, createBridgeHarness } from "../testing/bridge-harness.ts";
import type { Handle, ScriptObject } from "../values/script-value.ts";
import { fsBridge } from "./fs.ts";
import { httpBridge } from "./http.ts";
import { jsonBridge } from "./json.ts";

let requests: { method: string; url: string; headers: http.IncomingHttpHeaders; body: string }[] = [];
let failures = 0;
const closed: string[] = [];
const compressors = {
  gzip: zlib.gzipSync,
  deflate: zlib.deflateSync,
  br: zlib.brotliCompressSync,
  zstd: zlib.zstdCompressSync,
};

const server = http.createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (part) => (body += part));
  request.on("end", () => {
    const url = new URL(request.url ?? "/", "http://x");
    requests.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
    response.on("close", () => void (response.writableFinished || closed.push(url.pathname)));
    answer(url, response);
  });
});

function answer(url: URL, response: http.ServerResponse): void {
  const name = url.searchParams.get("to") ?? "";
  switch (url.pathname) {
    case "/json":
      return void response
        .writeHead(200, { "content-type": "application/json", "x-rate": "7" })
        .end('{"id": 9007199254740993, "ok": true}');
    case "/html":
      return void response.end("<html>");
    case "/latin":
      return void response
        .writeHead(200, { "content-type": "text/plain; charset=iso-8859-1" })
        .end(Buffer.from("grün", "latin1"));
    case "/binary":
      return void response.end(Buffer.from([0, 255, 254]));
    case "/cookies":
      return void response.writeHead(200, { "set-cookie": ["a=1", "b=2"] }).end();
    case "/status":
      return void response.writeHead(Number(name), { "retry-after": "0" }).end("problem");
    case "/to":
      return void response.writeHead(Number(url.searchParams.get("status") ?? 302), { location: name }).end();
    case "/packed":
      return void response
        .writeHead(200, { "content-encoding": name })
        .end(compressors[name as "gzip"]("packed ".repeat(10)));
    case "/bomb":
      return void response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
    case "/damaged":
      return void response.writeHead(200, { "content-encoding": "gzip" }).end("no gzip at all");
    case "/unknown-packing":
      return void response.writeHead(200, { "content-encoding": "snappy" }).end("x");
    case "/endless": {
      const more = (): void => {
        while (response.write("x".repeat(16_384)));
      };
      response.on("drain", more);
      return more();
    }
    case "/silent":
      return undefined;
    case "/slow":
      return void response.write("first");
    case "/cut":
      response.writeHead(200, { "content-length": "100" }).write("half");
      return void setTimeout(() => response.destroy(), 5);
    case "/flaky":
      failures -= 1;
      return void (failures >= 0 ? response.writeHead(503, { "retry-after": "0" }).end() : response.end("at last"));
    case "/lines":
      response.write("one\r\ntw");
      return void setTimeout(() => response.end("o\n\ngr\u00fcn\nend"), 5);
    default:
      return void response.end(`${url.pathname}${url.search}`);
  }
}

const bomb = zlib.gzipSync(Buffer.alloc(20_000_000));
let origin: string;
let port: number;
let root: string;
let harness: BridgeHarness;
let network: ReturnType<typeof createNetwork>;

function open(options: BridgeHarnessOptions = {}, allowPrivate = ["127.0.0.1"]): BridgeHarness {
  network = createNetwork({ allowPrivate, maxBodyBytes: 100_000, timeoutMs: 2000 });
  return createBridgeHarness([httpBridge, fsBridge, jsonBridge], {
    services: { network: () => network, workspace: () => ({ root, maxFileBytes: 50_000 }) },
    ...options,
  });
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
  origin = `http://127.0.0.1:${port}`;
});
beforeEach(() => {
  requests = [];
  closed.length = 0;
  root = fs.mkdtempSync(path.join(os.tmpdir(), "llmspell-http-"));
  harness = open();
});
afterEach(() => {
  network.close();
  fs.rmSync(root, { recursive: true, force: true });
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const get = async (url: string, options?: ScriptObject) =>
  (await harness.call("http.get", options ? [origin + url, options] : [origin + url])) as Handle;
const fields = (response: Handle) => response.fields as Record<string, unknown>;
const code = async (name: string, ...args: Parameters<BridgeHarness["call"]>[1] & object) =>
  (await harness.fail(name, args)).code;

describe("answers", () => {
  test("hold status, headers, address and body, and read as JSON, text and bytes", async () => {
    const response = await get("/json");
    expect(fields(response)).toMatchObject({
      status: 200,
      statusText: "OK",
      ok: true,
      url: `${origin}/json`,
      body: '{"id": 9007199254740993, "ok": true}',
    });
    expect(fields(response)["headers"]).toMatchObject({ "content-type": "application/json", "x-rate": "7" });
    expect(harness.call("http.response.json", [response])).toEqual({ id: 9007199254740993n, ok: true });
    expect(harness.call("http.response.text", [response])).toMatch(/^\{"id"/);
    expect(harness.call("http.response.bytes", [response])).toHaveLength(36);
  });

  test("are spelled as the language spells them", async () => {
    harness = open({ naming: "snake" });
    expect(fields(await get("/json"))).toMatchObject({ status_text: "OK" });
  });

  test("say that they are no JSON", async () => {
    const response = await get("/html");
    expect((await harness.fail("http.response.json", [response])).code).toBe("parse.invalid");
  });

  test("with an error status are no error", async () => {
    expect(fields(await get("/status?to=404"))).toMatchObject({ status: 404, ok: false, body: "problem" });
  });

  test("follow the charset, and are bytes where they are no text", async () => {
    expect(fields(await get("/latin"))["body"]).toBe("grün");
    expect(fields(await get("/binary"))["body"]).toEqual(Buffer.from([0, 255, 254]));
    expect((fields(await get("/cookies"))["headers"] as Record<string, string>)["set-cookie"]).toBe("a=1\nb=2");
  });

  test.each(["gzip", "deflate", "br", "zstd"])("packed with %s are unpacked", async (coding) => {
    expect(fields(await get(`/packed?to=${coding}`))["body"]).toBe("packed ".repeat(10));
  });
});

describe("requests", () => {
  test.each(["get", "post", "put", "patch", "delete"])("%s sends its method", async (name) => {
    await harness.call(`http.${name}`, [`${origin}/x`]);
    expect(requests[0]).toMatchObject({ method: name.toUpperCase(), url: "/x", body: "" });
  });

  test("head has no body", async () => {
    expect(fields((await harness.call("http.head", [`${origin}/json`])) as Handle)).toMatchObject({
      status: 200,
      body: "",
    });
    expect(requests[0]?.method).toBe("HEAD");
  });

  test("request takes any method, in either spelling of the options", async () => {
    await harness.call("http.request", [{ url: `${origin}/x`, method: "report", timeout_ms: 500, body: "q" }]);
    expect(requests[0]).toMatchObject({ method: "REPORT", body: "q" });
  });

  test("add query, headers and authentication", async () => {
    await get("/x?a=1", {
      query: { b: "ä &", list: [1, 2], yes: true },
      headers: { "X-Key": "k", count: 3 },
      auth: { basic: { username: "u", password: "p:w" } },
    });
    expect(requests[0]?.url).toBe("/x?a=1&b=%C3%A4+%26&list=1&list=2&yes=true");
    expect(requests[0]?.headers).toMatchObject({ "x-key": "k", count: "3", authorization: "Basic dTpwOnc=" });
    await get("/x", { auth: { bearer: "token" } });
    expect(requests[1]?.headers.authorization).toBe("Bearer token");
  });

  test.each([
    [{ body: "text" }, "text", "text/plain;charset=UTF-8"],
    [{ body: "{}", headers: { "Content-Type": "application/json" } }, "{}", "application/json"],
    [{ body: { a: [1], big: 2n ** 60n } }, '{"a":[1],"big":1152921504606846976}', "application/json"],
    [{ json: "text" }, '"text"', "application/json"],
    [{ form: { a: "1 2", b: true } }, "a=1+2&b=true", "application/x-www-form-urlencoded"],
    [{ body: new Uint8Array([104, 105]) }, "hi", undefined],
  ])("send a body as it is, as JSON or as a form: %#", async (options, body, type) => {
    await harness.call("http.post", [`${origin}/x`, options as ScriptObject]);
    expect(requests[0]?.body).toBe(body);
    expect(requests[0]?.headers["content-type"]).toBe(type);
  });

  test.each([
    ["http.get"],
    ["http.get", "no url"],
    ["http.get", "ftp://x/"],
    ["http.get", "file:///etc/passwd"],
    ["http.get", 5],
    ["http.get", "http://x/", { timeoutMs: 0 }],
    ["http.get", "http://x/", { tiemoutMs: 5 }],
    ["http.get", "http://x/", { redirect: 99 }],
    ["http.get", "http://x/", { body: "x" }],
    ["http.post", "http://x/", { body: "x", json: 1 }],
    ["http.post", "http://x/", { headers: { a: {} } }],
    ["http.get", "http://x/", { auth: { bearer: "x", basic: { username: "u", password: "p" } } }],
    ["http.request", {}],
    ["http.request", { url: "http://x/", method: "TRACE" }],
    ["http.get", "http://x/", { headers: { Host: "evil" } }],
    ["http.get", "http://x/", { headers: { "a b": "c" } }],
    ["http.get", "http://x/", { headers: { a: "b\r\nc: d" } }],
    ["http.download", "http://x/"],
    ["http.stream", "http://x/", { as: "words" }],
  ])("%s refuses %j %j", async (name, ...args) => {
    harness = open({}, ["*"]);
    expect(await code(name, ...(args as string[]))).toBe("input.invalid");
    expect(requests).toEqual([]);
  });
});

describe("redirects", () => {
  test.each([
    [301, "GET", ""],
    [302, "GET", ""],
    [303, "GET", ""],
    [307, "POST", "data"],
    [308, "POST", "data"],
  ])("%i turns a POST into a %s", async (status, verb, body) => {
    const response = (await harness.call("http.post", [
      `${origin}/to?status=${status}&to=/end`,
      { body: "data" },
    ])) as Handle;
    expect(fields(response)["url"]).toBe(`${origin}/end`);
    expect(requests[1]).toMatchObject({ method: verb, body, url: "/end" });
  });

  test("are counted, and answered when told to", async () => {
    expect(await code("http.get", `${origin}/to?to=/to%3Fto=/end`, { redirect: 1 })).toBe("http.network");
    expect(await code("http.get", `${origin}/to?to=/end`, { redirect: 0 })).toBe("http.network");
    expect(fields(await get("/to?to=/end", { redirect: "manual" }))).toMatchObject({ status: 302 });
  });

  test("ask the policy for every host, and leave credentials behind", async () => {
    const elsewhere = `http://localhost:${port}/end`;
    const policy = createPolicy({ allow: { net: ["127.0.0.1"] } });
    harness = open({ policy }, ["127.0.0.1", "localhost"]);
    expect(await code("http.get", `${origin}/to?to=${elsewhere}`)).toBe("permission.denied");
    expect(requests).toHaveLength(1);
    harness = open({ policy: createPolicy({ allow: { net: ["127.0.0.1", `localhost:${port}`] } }) }, [
      "127.0.0.1",
      "localhost",
    ]);
    await get(`/to?to=${elsewhere}`, { auth: { bearer: "t" }, headers: { cookie: "c", "x-mine": "m" } });
    expect(requests[2]?.headers).toMatchObject({ host: `localhost:${port}`, "x-mine": "m" });
    expect(requests[2]?.headers).not.toHaveProperty("authorization");
    expect(requests[2]?.headers).not.toHaveProperty("cookie");
  });

  test("lead into no private network", async () => {
    expect(await code("http.get", `${origin}/to?to=http://[::1]:${port}/`)).toBe("permission.denied");
    expect(await code("http.get", `${origin}/to?to=http://169.254.169.254/latest`)).toBe("permission.denied");
  });
});

describe("limits", () => {
  test("the policy decides by host, with or without its port", async () => {
    const denied = open({ policy: createPolicy({ allow: { net: ["example.com", `127.0.0.1:${port + 1}`] } }) });
    harness = denied;
    for (const name of ["http.get", "http.stream"]) expect(await code(name, `${origin}/x`)).toBe("permission.denied");
    expect(await code("http.download", `${origin}/x`, "x")).toBe("permission.denied");
    harness = open({ policy: createPolicy({ allow: { net: [`127.0.0.1:${port}`] } }) });
    expect(fields(await get("/x"))).toMatchObject({ ok: true });
    expect(requests).toHaveLength(1);
  });

  test("private addresses are refused unless allowed", async () => {
    harness = open({}, []);
    expect(await code("http.get", `${origin}/x`)).toBe("permission.denied");
    expect(requests).toEqual([]);
  });

  test("a huge body and a decompression bomb end at the limit, the connection too", async () => {
    expect(await code("http.get", `${origin}/endless`)).toBe("value.too_large");
    expect(await code("http.get", `${origin}/bomb`)).toBe("value.too_large");
    await expect.poll(() => closed).toContain("/endless");
  });

  test("a server that says nothing, and one that stops in the middle, run into the timeout", async () => {
    for (const where of ["/silent", "/slow"]) {
      const error = await harness.fail("http.get", [origin + where, { timeoutMs: 30 }]);
      expect(error).toMatchObject({ code: "http.timeout", retryable: true });
      await expect.poll(() => closed).toContain(where);
    }
  });

  test("an aborted run aborts what is in flight", async () => {
    for (const where of ["/silent", "/slow"]) {
      const abort = new AbortController();
      harness = open({ signal: abort.signal });
      const failed = harness.fail("http.get", [origin + where]);
      await expect.poll(() => requests.some(({ url }) => url === where)).toBe(true);
      abort.abort(new Error("over"));
      expect((await failed).code).toBe("run.aborted");
      await expect.poll(() => closed).toContain(where);
    }
  });

  test("broken answers are network errors", async () => {
    for (const where of ["/cut", "/damaged", "/unknown-packing"])
      expect([where, await code("http.get", origin + where)]).toEqual([where, "http.network"]);
  });

  test("retries what may pass, as often as told", async () => {
    failures = 2;
    expect(fields(await get("/flaky", { retries: 2 }))["body"]).toBe("at last");
    failures = 2;
    expect(fields(await get("/flaky", { retries: 1 }))["status"]).toBe(503);
    expect(fields(await get("/status?to=404", { retries: 3 }))["status"]).toBe(404);
    expect(requests).toHaveLength(3 + 2 + 1);
  });
});

describe("download", () => {
  test("writes the body to a file of the workspace", async () => {
    expect(await harness.call("http.download", [`${origin}/json`, "data/x.json"])).toMatchObject({
      status: 200,
      path: "data/x.json",
      bytes: 36,
    });
    expect(fs.readFileSync(path.join(root, "data/x.json"), "utf8")).toMatch(/^\{"id"/);
  });

  test("leaves the old file when the answer is an error, too long or cut off", async () => {
    fs.writeFileSync(path.join(root, "old"), "old");
    expect(await code("http.download", `${origin}/status?to=404`, "old")).toBe("http.status");
    expect(await code("http.download", `${origin}/endless`, "old")).toBe("value.too_large");
    expect(await code("http.download", `${origin}/cut`, "old")).toBe("http.network");
    expect(await code("http.download", `${origin}/x`, "../old")).toBe("permission.denied");
    expect(fs.readFileSync(path.join(root, "old"), "utf8")).toBe("old");
    expect(fs.readdirSync(root)).toEqual(["old"]);
  });

  test("needs fs.write for the path too", async () => {
    harness = open({ policy: createPolicy({ allow: { net: true, "fs.write": ["good"] } }) });
    expect(await code("http.download", `${origin}/x`, "bad")).toBe("permission.denied");
    expect(requests).toEqual([]);
    await harness.call("http.download", [`${origin}/x`, "good"]);
    expect(fs.readFileSync(path.join(root, "good"), "utf8")).toBe("/x");
  });
});

describe("stream", () => {
  const all = async (stream: Handle) => {
    const parts: unknown[] = [];
    for (;;) {
      const part = await harness.call("http.stream.next", [stream]);
      if (part === null) return parts;
      parts.push(part);
    }
  };

  test("iterates over text, bytes or lines", async () => {
    const stream = async (as: string) =>
      all((await harness.call("http.stream", [`${origin}/lines`, { as }])) as Handle);
    expect(await stream("lines")).toEqual(["one", "two", "", "grün", "end"]);
    expect((await stream("text")).join("")).toBe("one\r\ntwo\n\ngrün\nend");
    expect(Buffer.concat((await stream("bytes")) as Uint8Array[]).toString()).toBe("one\r\ntwo\n\ngrün\nend");
  });

  test("calls a function with each part, and waits for it", async () => {
    const parts: string[] = [];
    const stream = await harness.call("http.stream", [
      `${origin}/lines`,
      { as: "lines", onChunk: async (part: string) => void parts.push(part) },
    ]);
    expect(parts).toEqual(["one", "two", "", "grün", "end"]);
    expect(fields(stream as Handle)).toMatchObject({ status: 200, ok: true });
    await harness.call("http.stream", [`${origin}/html`, (part: string) => void parts.push(part)]);
    expect(parts.at(-1)).toBe("<html>");
    expect(harness.liveFunctions()).toBe(0);
  });

  test("reads bodies that have no end, as far as wanted", async () => {
    const stream = (await harness.call("http.stream", [`${origin}/endless`])) as Handle;
    expect(await harness.call("http.stream.next", [stream])).toMatch(/^x+$/);
    await harness.call("http.stream.close", [stream]);
    expect(await harness.call("http.stream.next", [stream])).toBeNull();
    await expect.poll(() => closed).toContain("/endless");
  });

  test("times out part by part", async () => {
    const stream = (await harness.call("http.stream", [`${origin}/slow`, { timeoutMs: 50 }])) as Handle;
    expect(await harness.call("http.stream.next", [stream])).toBe("first");
    expect(await code("http.stream.next", stream)).toBe("http.timeout");
  });

  test("a failing function ends the request", async () => {
    const failed = await harness.fail("http.stream", [
      `${origin}/endless`,
      () => {
        throw new Error("enough");
      },
    ]);
    expect(failed.message).toContain("enough");
    await expect.poll(() => closed).toContain("/endless");
  });
});

test("answers a whole script from the journal, with nothing sent", async () => {
  const script = async (run: BridgeHarness) => {
    const response = (await run.call("http.get", [`${origin}/json`])) as Handle;
    const parts: unknown[] = [];
    await run.call("http.stream", [
      `${origin}/lines`,
      { as: "lines", onChunk: (part: string) => void parts.push(part) },
    ]);
    const file = await run.call("http.download", [`${origin}/x`, "f"]);
    return [fields(response)["body"], run.call("http.response.json", [response]), parts, file];
  };
  const first = await script(harness);
  const sent = requests.length;
  expect(sent).toBe(3);
  expect(await script(harness.replay())).toEqual(first);
  expect(requests).toHaveLength(sent);
});

test("a stream that a continued run held open says so", async () => {
  const stream = (await harness.call("http.stream", [`${origin}/lines`])) as Handle;
  await harness.call("http.stream.next", [stream]);
  const again = harness.replay();
  const same = (await again.call("http.stream", [`${origin}/lines`])) as Handle;
  await again.call("http.stream.next", [same]);
  expect(await again.fail("http.stream.next", [same])).toMatchObject({ code: "http.network", retryable: true });
});
