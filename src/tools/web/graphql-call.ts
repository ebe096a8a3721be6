import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import type { ToolHost } from "../tool-host.ts";
import { defineTool } from "../tool.ts";
import { decodeText } from "./decode-text.ts";
import { requestFields, toHeaders, webUrl } from "./request-fields.ts";
import { send, statusError } from "./send.ts";

const TYPE = "kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
/** What a listing shows, which is less than the whole introspection. */
const INTROSPECTION = `query Listing { __schema { queryType { name } mutationType { name } subscriptionType { name }
types { kind name description fields { name description isDeprecated type { ${TYPE} } args { name description defaultValue type { ${TYPE} } } }
inputFields { name type { ${TYPE} } } enumValues { name } } } }`;

const field = z.object({
  name: z.string(),
  description: z.string(),
  arguments: z.array(z.object({ name: z.string(), type: z.string() })),
  type: z.string(),
});

export const graphqlCall = defineTool({
  name: "graphql_call",
  category: "web",
  description:
    "Sends a GraphQL query or mutation with variables and answers data and errors. Without `query` it asks the server for its schema and lists queries, mutations and types.",
  tags: ["graphql", "api"],
  parameters: z.object({
    url: webUrl,
    query: z.string().min(1).optional().describe("The document. Default: lists what the server offers."),
    variables: z.record(z.string(), z.unknown()).default({}).describe("Values of the query's variables."),
    operation_name: z.string().optional().describe("Which operation of a document that holds several."),
    headers: requestFields.headers,
    auth: requestFields.auth,
    timeout_ms: requestFields.timeout_ms,
    max_bytes: requestFields.max_bytes,
  }),
  returns: z.union([
    z.object({
      ok: z.boolean().describe("Whether there are no errors."),
      status: z.int(),
      data: z.unknown(),
      errors: z.array(
        z.object({
          message: z.string(),
          path: z.array(z.union([z.string(), z.number()])).optional(),
          code: z.string().optional(),
        }),
      ),
    }),
    z.object({
      queries: z.array(field),
      mutations: z.array(field),
      types: z.array(z.object({ name: z.string(), kind: z.string(), fields: z.array(z.string()) })),
    }),
  ]),
  effect: "write",
  permissions: ["net"],
  timeoutMs: 600_000,
  examples: [
    { description: "What a server offers", args: { url: "https://api.example.com/graphql" } },
    {
      description: "A query with variables",
      args: {
        url: "https://api.example.com/graphql",
        query: "query($id: ID!) { user(id: $id) { name } }",
        variables: { id: "7" },
      },
    },
  ],
  async execute(args, host) {
    const { query, variables, operation_name: operationName } = args;
    if (query === undefined) {
      const { answer, url } = await ask(args, { query: INTROSPECTION }, host);
      return listing(answer, url);
    }
    const { answer, status } = await ask(
      args,
      { query, variables, ...(operationName === undefined ? {} : { operationName }) },
      host,
    );
    const errors = errorsOf(answer);
    return { ok: errors.length === 0, status, data: answer["data"] ?? null, errors };
  },
});

interface Target {
  url: string;
  headers?: Record<string, string | number | boolean> | undefined;
  auth?: { bearer?: string | undefined; basic?: { username: string; password: string } | undefined } | undefined;
  timeout_ms?: number | undefined;
  max_bytes?: number | undefined;
}

type Part = Record<string, unknown>;

/** https://graphql.github.io/graphql-over-http/: servers may answer errors with 4xx. */
async function ask(
  target: Target,
  body: object,
  host: ToolHost,
): Promise<{ answer: Part; status: number; url: string }> {
  const headers = {
    "content-type": "application/json",
    accept: "application/graphql-response+json, application/json;q=0.9",
    ...toHeaders(target),
  };
  const { timeout_ms: timeoutMs, max_bytes: maxBytes } = target;
  const answer = await send(host, target.url, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
    timeoutMs,
    maxBytes,
  });
  const text = decodeText(answer.body, answer.headers.get("content-type"));
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  const part = partOf(parsed);
  if ("data" in part || Array.isArray(part["errors"])) return { answer: part, status: answer.status, url: answer.url };
  if (answer.status < 200 || answer.status > 299)
    throw statusError(answer, `${answer.url} answered with the status ${answer.status}`);
  throw new LlmspellError("parse.invalid", `${answer.url} answered with something that is no GraphQL`, {
    details: { body: text.slice(0, 200) },
  });
}

function errorsOf(answer: Part) {
  return listOf(answer["errors"]).map((error) => {
    const { message, path, extensions } = error;
    const code = partOf(extensions)["code"];
    return {
      message: typeof message === "string" ? message : "unknown error",
      ...(Array.isArray(path)
        ? { path: path.filter((step) => typeof step === "string" || typeof step === "number") }
        : {}),
      ...(typeof code === "string" ? { code } : {}),
    };
  });
}

function listing(answer: Part, url: string) {
  const schema = partOf(partOf(answer["data"])["__schema"]);
  const types = listOf(schema["types"]);
  if (types.length === 0) {
    const [error] = errorsOf(answer);
    throw new LlmspellError("tool.failed", `${url} does not show its schema${error ? `: ${error.message}` : ""}`, {
      hint: "Servers may turn introspection off; pass a query.",
    });
  }
  const fieldsOf = (root: unknown) => {
    const type = types.find(({ name }) => name === partOf(root)["name"]);
    return listOf(type?.["fields"]).map((each) => ({
      name: textOf(each["name"]),
      description: textOf(each["description"]),
      arguments: listOf(each["args"]).map((argument) => ({
        name: textOf(argument["name"]),
        type: typeText(argument["type"]),
      })),
      type: typeText(each["type"]),
    }));
  };
  const roots = new Set(
    [schema["queryType"], schema["mutationType"], schema["subscriptionType"]].map((root) =>
      textOf(partOf(root)["name"]),
    ),
  );
  const own = types.filter(
    ({ name, kind }) => !textOf(name).startsWith("__") && kind !== "SCALAR" && !roots.has(textOf(name)),
  );
  return {
    queries: fieldsOf(schema["queryType"]),
    mutations: fieldsOf(schema["mutationType"]),
    types: own.map((type) => ({
      name: textOf(type["name"]),
      kind: textOf(type["kind"]).toLowerCase(),
      fields: [
        ...[...listOf(type["fields"]), ...listOf(type["inputFields"])].map(
          (each) => `${textOf(each["name"])}: ${typeText(each["type"])}`,
        ),
        ...listOf(type["enumValues"]).map((each) => textOf(each["name"])),
      ],
    })),
  };
}

/** As GraphQL writes types: `[User!]!`. */
function typeText(type: unknown, depth = 0): string {
  const { kind, name, ofType } = partOf(type);
  if (depth > 8) return "?";
  if (kind === "NON_NULL") return `${typeText(ofType, depth + 1)}!`;
  return kind === "LIST" ? `[${typeText(ofType, depth + 1)}]` : textOf(name) || "?";
}

function partOf(value: unknown): Part {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Part) : {};
}

function listOf(value: unknown): Part[] {
  return Array.isArray(value) ? value.map(partOf) : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
