import { createHmac } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FixtureHost, createFixtureHost } from "../fixtures/fixture-host.ts";
import { type TestServer, serve } from "../fixtures/serve.ts";
import { graphqlCall } from "./graphql-call.ts";
import { pageWatch } from "./page-watch.ts";
import { webhookSend } from "./webhook-send.ts";

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

const json = (body: unknown, status = 200) => ({ status, type: "application/json", body: JSON.stringify(body) });

test("graphql_call sends query and variables, and answers data and errors", async () => {
  server.routes["/graphql"] = json({
    data: { user: null },
    errors: [{ message: "no user", path: ["user", 0], extensions: { code: "NOT_FOUND" } }],
  });
  const call = {
    url: `${server.url}/graphql`,
    query: "query Q($id: ID!) { user(id: $id) { name } }",
    variables: { id: "7" },
    operation_name: "Q",
    auth: { bearer: "t" },
  };
  expect(await host.run(graphqlCall, call)).toEqual({
    ok: false,
    status: 200,
    data: { user: null },
    errors: [{ message: "no user", path: ["user", 0], code: "NOT_FOUND" }],
  });
  expect(JSON.parse(server.seen[0]?.body ?? "")).toEqual({
    query: call.query,
    variables: { id: "7" },
    operationName: "Q",
  });
  expect(server.seen[0]?.headers.authorization).toBe("Bearer t");
  server.routes["/graphql"] = json({ errors: [{ message: "syntax" }] }, 400);
  expect(await host.run(graphqlCall, call)).toMatchObject({
    ok: false,
    status: 400,
    data: null,
    errors: [{ message: "syntax" }],
  });
});

test("graphql_call lists what a server offers", async () => {
  const text = { kind: "SCALAR", name: "String" };
  server.routes["/graphql"] = json({
    data: {
      __schema: {
        queryType: { name: "Query" },
        mutationType: null,
        types: [
          {
            kind: "OBJECT",
            name: "Query",
            fields: [
              {
                name: "users",
                description: "All",
                args: [{ name: "first", type: { kind: "NON_NULL", ofType: { kind: "SCALAR", name: "Int" } } }],
                type: { kind: "LIST", ofType: { kind: "NON_NULL", ofType: { kind: "OBJECT", name: "User" } } },
              },
            ],
          },
          { kind: "OBJECT", name: "User", fields: [{ name: "name", args: [], type: text }] },
          { kind: "ENUM", name: "Role", enumValues: [{ name: "ADMIN" }] },
          { kind: "OBJECT", name: "__Type", fields: [] },
          text,
        ],
      },
    },
  });
  expect(await host.run(graphqlCall, { url: `${server.url}/graphql` })).toEqual({
    queries: [{ name: "users", description: "All", arguments: [{ name: "first", type: "Int!" }], type: "[User!]" }],
    mutations: [],
    types: [
      { name: "User", kind: "object", fields: ["name: String"] },
      { name: "Role", kind: "enum", fields: ["ADMIN"] },
    ],
  });
  server.routes["/graphql"] = json({ errors: [{ message: "introspection is disabled" }] });
  expect((await host.fail(graphqlCall, { url: `${server.url}/graphql` })).message).toContain(
    "introspection is disabled",
  );
});

test.each([
  [{ status: 200, body: "<html>" }, "parse.invalid"],
  [json(null), "parse.invalid"],
  [json({ message: "no" }, 401), "http.status"],
  [{ status: 502, body: "bad gateway" }, "http.status"],
])("graphql_call: %j is an error with a name", async (route, code) => {
  server.routes["/graphql"] = route;
  expect((await host.fail(graphqlCall, { url: `${server.url}/graphql`, query: "{ a }" })).code).toBe(code);
});

test("webhook_send signs as GitHub does, with the secret of the environment", async () => {
  host.close();
  host = createFixtureHost({ env: { LLMSPELL_WEBHOOK_SECRET: "s3cret" } });
  server.routes["/hook"] = { body: "thanks" };
  expect(await host.run(webhookSend, { url: `${server.url}/hook`, payload: { a: "ü" }, event: "x.y" })).toEqual({
    id: expect.stringMatching(/^msg_[\w-]{24}$/) as string,
    status: 200,
    attempts: 1,
    signed: true,
    body: "thanks",
  });
  const [{ headers, body }] = server.seen as [(typeof server.seen)[0]];
  expect(body).toBe('{"a":"ü"}');
  expect(headers).toMatchObject({
    "content-type": "application/json",
    "x-event": "x.y",
    "x-signature-256": `sha256=${createHmac("sha256", "s3cret").update(body).digest("hex")}`,
  });
});

test("webhook_send signs as Standard Webhooks says", async () => {
  server.routes["/hook"] = "";
  const key = Buffer.from("a key of many bytes");
  const { id } = (await host.run(webhookSend, {
    url: `${server.url}/hook`,
    payload: [1],
    signature: "standard",
    secret: `whsec_${key.toString("base64")}`,
  })) as { id: string };
  const seconds = Math.floor(host.now() / 1000);
  const { headers } = server.seen[0] as (typeof server.seen)[0];
  expect(headers).toMatchObject({
    "webhook-id": id,
    "webhook-timestamp": String(seconds),
    "webhook-signature": `v1,${createHmac("sha256", key).update(`${id}.${seconds}.[1]`).digest("base64")}`,
  });
  expect((await host.fail(webhookSend, { url: `${server.url}/hook`, payload: 1, signature: "sha256" })).code).toBe(
    "tool.not_set_up",
  );
});

test("webhook_send tries again, with the same id, and heeds retry-after", async () => {
  const answers = [503, 429, 200];
  server.routes["/hook"] = (_, response) => response.writeHead(answers.shift() ?? 500, { "retry-after": "0" }).end();
  expect(await host.run(webhookSend, { url: `${server.url}/hook`, payload: 1, retry_delay_ms: 60_000 })).toMatchObject({
    status: 200,
    attempts: 3,
    signed: false,
  });
  expect(new Set(server.seen.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
});

test("webhook_send fails in the end, and at once for what does not pass", async () => {
  server.routes["/busy"] = { status: 503 };
  server.routes["/no"] = { status: 400 };
  server.routes["/moved"] = { status: 302, headers: { location: "/busy" } };
  server.routes["/cut"] = (_, response) => response.destroy();
  const call = { payload: 1, retries: 2, retry_delay_ms: 0 };
  expect(await host.fail(webhookSend, { url: `${server.url}/busy`, ...call })).toMatchObject({
    code: "http.status",
    message: expect.stringContaining("after 3 attempts") as string,
  });
  expect(await host.fail(webhookSend, { url: `${server.url}/no`, ...call })).toMatchObject({
    code: "http.status",
    details: { status: 400 },
  });
  expect((await host.fail(webhookSend, { url: `${server.url}/moved`, ...call })).hint).toContain(
    "Redirects are not followed",
  );
  expect((await host.fail(webhookSend, { url: `${server.url}/cut`, ...call })).code).toBe("http.network");
  const paths = server.seen.map(({ path }) => path);
  expect(paths.filter((path) => path !== "/cut")).toEqual(["/busy", "/busy", "/busy", "/no", "/moved"]);
  // A connection that was used before may have been closed meanwhile: the network itself tries that once more.
  expect(paths.filter((path) => path === "/cut").length).toBeGreaterThanOrEqual(3);
});

test("page_watch says what changed since the last call", async () => {
  const call = { url: `${server.url}/page` };
  server.routes["/page"] = "<title>T</title><ul><li>one<li>two</ul><script>1</script>";
  expect(await host.run(pageWatch, call)).toMatchObject({
    first: true,
    changed: false,
    added: [],
    text: "one\ntwo",
    previous_at: null,
  });
  expect(await host.run(pageWatch, call)).toMatchObject({
    first: false,
    changed: false,
    previous_at: "2024-05-06T07:08:09.000Z",
  });
  server.routes["/page"] = "<ul><li>two<li>three<li>three</ul><script>2</script>";
  const changed = { first: false, changed: true, added: ["three", "three"], removed: ["one"] };
  expect(await host.run(pageWatch, { ...call, keep: false })).toMatchObject(changed);
  expect(await host.run(pageWatch, call)).toMatchObject(changed);
  expect(await host.run(pageWatch, call)).toMatchObject({ changed: false });
});

test("page_watch watches a part, apart from the page, and a file of one's choice", async () => {
  server.routes["/page"] = "<p class=price>5</p><p>now 1</p>";
  const call = { url: `${server.url}/page`, selector: ".price", store: "seen.json" };
  await host.run(pageWatch, call);
  await host.run(pageWatch, { url: call.url, store: call.store });
  server.routes["/page"] = "<p class=price>5</p><p>now 2</p>";
  expect(await host.run(pageWatch, call)).toMatchObject({ changed: false, text: "5" });
  expect(await host.run(pageWatch, { url: call.url, store: call.store })).toMatchObject({
    changed: true,
    added: ["now 2"],
    removed: ["now 1"],
  });
  expect((await host.fail(pageWatch, { ...call, selector: ".gone" })).message).toContain('nothing that ".gone" finds');
  host.put("seen.json", '{"a": 1}');
  expect((await host.fail(pageWatch, call)).message).toBe("seen.json holds something else than seen pages");
});
