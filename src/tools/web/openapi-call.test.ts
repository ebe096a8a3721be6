import { afterEach, beforeEach, expect, test } from "vitest";
import { type FixtureHost, createFixtureHost } from "../fixtures/fixture-host.ts";
import { type TestServer, serve } from "../fixtures/serve.ts";
import { openapiCall } from "./openapi-call.ts";

let host: FixtureHost;
let server: TestServer;

const PETS = `
openapi: 3.0.3
info: { title: Pets, version: "2.1" }
servers:
  - url: "{base}/v1"
    variables: { base: { default: "/api" } }
paths:
  /pets:
    get:
      operationId: listPets
      summary: Lists pets
      tags: [pets]
      parameters:
        - { name: limit, in: query, schema: { type: integer, minimum: 0, exclusiveMinimum: true, maximum: 100 } }
        - { name: tags, in: query, schema: { type: array, items: { type: string } } }
        - { name: ids, in: query, style: pipeDelimited, explode: false, schema: { type: array, items: { type: integer } } }
        - { name: filter, in: query, style: deepObject, schema: { type: object } }
        - { name: X-Trace, in: header, schema: { type: string } }
        - { name: session, in: cookie, schema: { type: string } }
    post:
      operationId: createPet
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } } }
  /pets/{id}:
    parameters:
      - $ref: "#/components/parameters/Id"
    get: { operationId: getPet }
    delete: { deprecated: true }
components:
  parameters:
    Id: { name: id, in: path, required: true, schema: { type: string, pattern: "^[a-z./ ]+$" } }
  schemas:
    Pet:
      type: object
      required: [name]
      additionalProperties: false
      properties:
        name: { type: string, nullable: true }
        example: { type: string }
        parent: { $ref: "#/components/schemas/Pet" }
`;

beforeEach(async () => {
  server = await serve({ "/spec/pets.yaml": { type: "application/yaml", body: PETS } });
  host = createFixtureHost({ files: { "pets.yaml": PETS } });
  for (const path of ["/api/v1/pets", "/api/v1/pets/rex"]) {
    server.routes[path] = (request, response) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(request));
    };
  }
});
afterEach(async () => {
  host.close();
  await server.close();
});

const spec = () => `${server.url}/spec/pets.yaml`;

test("lists operations", async () => {
  expect(await host.run(openapiCall, { spec: "pets.yaml" })).toMatchObject({
    title: "Pets",
    version: "2.1",
    servers: ["/api/v1"],
    operations: [
      { id: "listPets", method: "GET", path: "/pets", summary: "Lists pets", tags: ["pets"], deprecated: false },
      { id: "createPet", method: "POST" },
      { id: "getPet" },
      { id: "DELETE /pets/{id}", deprecated: true },
    ],
  });
  expect(host.asked).toEqual(["fs.read pets.yaml"]);
  expect(await host.run(openapiCall, { spec: "pets.yaml", search: "lists" })).toMatchObject({
    operations: [{ id: "listPets" }],
  });
});

test("shows what an operation takes", async () => {
  expect(await host.run(openapiCall, { spec: "pets.yaml", operation: "GET /pets/{id}", describe: true })).toMatchObject(
    {
      operation: { id: "getPet", parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }] },
    },
  );
  expect(await host.run(openapiCall, { spec: "pets.yaml", operation: "createPet", describe: true })).toMatchObject({
    operation: {
      body: {
        required: true,
        type: "application/json",
        schema: {
          $ref: "#/$defs/d0",
          $defs: {
            d0: {
              properties: {
                name: { type: ["string", "null"] },
                example: { type: "string" },
                parent: { $ref: "#/$defs/d0" },
              },
            },
          },
        },
      },
    },
  });
});

test("calls an operation, each parameter in its place and style", async () => {
  const answer = await host.run(openapiCall, {
    spec: spec(),
    operation: "listPets",
    parameters: { limit: 5, tags: ["a", "b c"], ids: [1, 2], filter: { kind: "dog" }, "X-Trace": "t", session: "s;1" },
    auth: { bearer: "token" },
    api_key: { name: "key", in: "query", value: "k3y" },
  });
  const path = "/api/v1/pets?limit=5&tags=a&tags=b+c&ids=1%7C2&filter%5Bkind%5D=dog";
  expect(answer).toMatchObject({
    operation: "listPets",
    url: server.url + path,
    status: 200,
    json: {
      method: "GET",
      path: `${path}&key=k3y`,
      headers: { "x-trace": "t", cookie: "session=s%3B1", authorization: "Bearer token" },
    },
  });
});

test("sends a checked body", async () => {
  const call = { spec: spec(), operation: "createPet" };
  expect(await host.run(openapiCall, { ...call, body: { name: null, parent: { name: "Rex" } } })).toMatchObject({
    json: {
      method: "POST",
      body: '{"name":null,"parent":{"name":"Rex"}}',
      headers: { "content-type": "application/json" },
    },
  });
  const error = await host.fail(openapiCall, { ...call, body: { age: 3, parent: { name: 5 } } });
  expect(error.code).toBe("tool.invalid_arguments");
  expect(error.message).toMatch(/body.*name/);
  expect((await host.fail(openapiCall, call)).message).toContain("body: it is required");
});

test("tells every problem of the parameters, and sends nothing", async () => {
  const error = await host.fail(openapiCall, {
    spec: spec(),
    operation: "listPets",
    parameters: { limit: 0, tags: 1, nope: 1 },
  });
  expect(((error.details ?? {})["problems"] as { path: string }[]).map(({ path }) => path).toSorted()).toEqual([
    "/parameters/limit",
    "/parameters/nope",
    "/parameters/tags",
  ]);
  expect((await host.fail(openapiCall, { spec: spec(), operation: "getPet" })).message).toContain(
    "parameters.id: it is required",
  );
  expect(server.seen.map(({ path }) => path)).toEqual(["/spec/pets.yaml", "/spec/pets.yaml"]);
});

test("a path parameter stays inside of its step", async () => {
  const call = { spec: spec(), operation: "getPet" };
  expect(await host.run(openapiCall, { ...call, parameters: { id: "rex" } })).toMatchObject({ status: 200 });
  expect(await host.run(openapiCall, { ...call, parameters: { id: "../rex" } })).toMatchObject({
    status: 404,
    url: `${server.url}/api/v1/pets/..%2Frex`,
  });
  expect((await host.fail(openapiCall, { ...call, parameters: { id: ".." } })).code).toBe("input.invalid");
});

test.each([
  ["Swagger 2", 'swagger: "2.0"', "it is Swagger 2"],
  ["another document", "a: 1", "is no OpenAPI 3 document"],
  ["broken YAML", "a: [1", "pets"],
  ["a reference outside", 'openapi: 3.1.0\npaths: { /a: { $ref: "file:///etc/passwd" } }', "outside of itself"],
  ["a reference to nothing", 'openapi: 3.1.0\npaths: { /a: { $ref: "#/nothing" } }', "which is not there"],
  [
    "a circle",
    'openapi: 3.1.0\npaths: { /a: { $ref: "#/paths/~1b" }, /b: { $ref: "#/paths/~1a" } }',
    "leads in a circle",
  ],
  [
    "aliases that multiply",
    `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${"*a,".repeat(9)}]\nc: &c [${"*b,".repeat(9)}]\nd: [${"*c,".repeat(9)}]`,
    "pets",
  ],
])("refuses %s", async (_, text, message) => {
  host.put("pets.yaml", text);
  const error = await host.fail(openapiCall, { spec: "pets.yaml" });
  expect([error.code, error.message]).toEqual(["parse.invalid", expect.stringContaining(message)]);
});

test("an unknown operation says which there are; a server is needed", async () => {
  expect((await host.fail(openapiCall, { spec: "pets.yaml", operation: "fly" })).hint).toContain(
    "listPets, createPet, getPet",
  );
  expect((await host.fail(openapiCall, { spec: "pets.yaml", operation: "listPets" })).hint).toContain("Pass server");
  expect(
    await host.run(openapiCall, { spec: "pets.yaml", operation: "listPets", server: `${server.url}/api/v1/` }),
  ).toMatchObject({ status: 200 });
});

test("a document cannot send what is meant for one server to another one", async () => {
  const document = (path: string) =>
    JSON.stringify({
      openapi: "3.0.0",
      servers: [{ url: server.url }],
      paths: { [path]: { get: { operationId: "x" } } },
    });
  for (const path of ["@evil.example/", ".evil.example/x", ":81/x", "x"]) {
    host.put("evil.json", document(path));
    const call = { spec: "evil.json", operation: "x", auth: { bearer: "secret" } };
    expect((await host.fail(openapiCall, call)).message).toContain("does not begin with");
  }
  expect(host.asked.filter((each) => each.startsWith("net"))).toEqual([]);
});
