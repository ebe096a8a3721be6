import { z } from "zod";
import { documentFormat, parseDocument } from "../../documents/parse-document.ts";
import { LlmspellError } from "../../errors.ts";
import type { ToolHost } from "../tool-host.ts";
import { defineTool } from "../tool.ts";
import { decodeText } from "./decode-text.ts";
import { OpenApiDocument, type OpenApiOperation } from "./openapi-document.ts";
import { toOpenApiRequest } from "./openapi-request.ts";
import { requestFields, toHeaders } from "./request-fields.ts";
import { download, mediaType, send } from "./send.ts";

const operationFields = {
  id: z.string(),
  method: z.string(),
  path: z.string(),
  summary: z.string(),
  tags: z.array(z.string()),
  deprecated: z.boolean(),
};

export const openapiCall = defineTool({
  name: "openapi_call",
  category: "web",
  description:
    "Works with any API that an OpenAPI 3 document describes. Without `operation` it lists the operations; with `describe` it shows what one takes; else it calls the operation with checked parameters.",
  tags: ["openapi", "swagger", "api", "rest"],
  parameters: z.object({
    spec: z.string().describe("Address of the document, or its file in the workspace; JSON or YAML."),
    operation: z.string().optional().describe('Its operationId, or method and path: "GET /pets/{id}".'),
    parameters: z
      .record(z.string(), z.unknown())
      .default({})
      .describe("Parameters of path, query, header and cookie, by name."),
    body: z.unknown().optional().describe("Body of the request."),
    describe: z.boolean().default(false).describe("Only show what the operation takes."),
    search: z.string().optional().describe("Only list operations that hold this word."),
    server: z.string().optional().describe("Address of the API. Default: the document's first server."),
    api_key: z
      .strictObject({ name: z.string(), in: z.enum(["header", "query"]).default("header"), value: z.string() })
      .optional()
      .describe("A key, and where the API wants it."),
    headers: requestFields.headers,
    auth: requestFields.auth,
    timeout_ms: requestFields.timeout_ms,
    max_bytes: requestFields.max_bytes,
  }),
  returns: z.union([
    z.object({
      title: z.string(),
      version: z.string(),
      servers: z.array(z.string()),
      operations: z.array(z.object(operationFields)),
    }),
    z.object({
      operation: z.object({
        ...operationFields,
        parameters: z.array(
          z.object({
            name: z.string(),
            in: z.string(),
            required: z.boolean(),
            description: z.string(),
            schema: z.unknown(),
          }),
        ),
        body: z.object({ required: z.boolean(), type: z.string(), schema: z.unknown() }).optional(),
      }),
    }),
    z.object({
      operation: z.string(),
      url: z.string(),
      status: z.int(),
      ok: z.boolean(),
      content_type: z.string(),
      body: z.string(),
      json: z.unknown().optional(),
    }),
  ]),
  effect: "write",
  permissions: ["net", "fs.read"],
  timeoutMs: 600_000,
  examples: [
    { description: "What an API can do", args: { spec: "https://api.example.com/openapi.json" } },
    { description: "Call an operation", args: { spec: "petstore.yaml", operation: "getPet", parameters: { id: 7 } } },
  ],
  async execute(args, host) {
    const { spec, operation: wanted, timeout_ms: timeoutMs, max_bytes: maxBytes } = args;
    const { document, source } = await loadDocument(spec, host, timeoutMs);
    if (wanted === undefined) return listing(document, args.search);
    const operation = operationOf(document, wanted);
    if (args.describe) {
      const { parameters, body: content, servers: _, ...rest } = operation;
      const body = content();
      return {
        operation: {
          ...rest,
          parameters: parameters().map(({ name, in: place, required, description, schema }) => ({
            name,
            in: place,
            required,
            description,
            schema,
          })),
          ...(body ? { body } : {}),
        },
      };
    }
    const request = await toOpenApiRequest(operation, serverOf(operation, args.server, source), args);
    const url = new URL(request.url);
    const headers: Record<string, string> = {
      accept: "application/json, */*;q=0.5",
      ...request.headers,
      ...toHeaders(args),
    };
    if (args.api_key?.in === "query") url.searchParams.set(args.api_key.name, args.api_key.value);
    else if (args.api_key) headers[args.api_key.name.toLowerCase()] = args.api_key.value;
    const { method } = operation;
    const answer = await send(host, url.href, {
      method,
      headers,
      timeoutMs,
      maxBytes,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    const type = mediaType(answer.headers);
    const text = decodeText(answer.body, answer.headers.get("content-type"));
    return {
      operation: operation.id,
      url: request.url,
      status: answer.status,
      ok: answer.status >= 200 && answer.status <= 299,
      content_type: type,
      body: text,
      ...(/[/+]json$/.test(type) ? jsonOf(text) : {}),
    };
  },
});

async function loadDocument(
  spec: string,
  host: ToolHost,
  timeoutMs: number | undefined,
): Promise<{ document: OpenApiDocument; source: string }> {
  if (!/^https?:\/\//i.test(spec)) {
    const text = host.files.read(spec);
    return { document: await parsed(text, spec, documentFormat(spec) === "json"), source: "" };
  }
  const answer = await download(host, spec, { timeoutMs });
  const text = decodeText(answer.body, answer.headers.get("content-type"));
  return { document: await parsed(text, answer.url, /^\s*\{/.test(text)), source: answer.url };
}

async function parsed(text: string, file: string, json: boolean): Promise<OpenApiDocument> {
  const { value } = await parseDocument(text, json ? "json" : "yaml", { file, code: "parse.invalid" });
  return new OpenApiDocument(value, file);
}

function listing(document: OpenApiDocument, search: string | undefined) {
  const word = search?.toLowerCase() ?? "";
  const operations = document.operations
    .map(({ id, method, path, summary, tags, deprecated }) => ({ id, method, path, summary, tags, deprecated }))
    .filter((each) => JSON.stringify(each).toLowerCase().includes(word));
  const servers = [...new Set(document.operations.flatMap((operation) => operation.servers))];
  return { title: document.title, version: document.version, servers, operations };
}

function operationOf(document: OpenApiDocument, wanted: string): OpenApiOperation {
  const found = document.operations.find(({ id, method, path }) => id === wanted || `${method} ${path}` === wanted);
  if (found) return found;
  const names = document.operations.slice(0, 20).map(({ id }) => id);
  throw new LlmspellError("input.invalid", `the API has no operation "${wanted}"`, {
    hint: `It has ${names.join(", ")}${document.operations.length > names.length ? ", ..." : ""}.`,
  });
}

/** Relative servers start from where the document came from. */
function serverOf({ servers }: OpenApiOperation, given: string | undefined, source: string): string {
  const server = given ?? servers[0] ?? (source === "" ? undefined : "/");
  if (server !== undefined && URL.canParse(server, source === "" ? undefined : source)) {
    return new URL(server, source === "" ? undefined : source).href;
  }
  throw new LlmspellError(
    "input.invalid",
    server === undefined ? "the document names no server" : `the server "${server}" is no address`,
    {
      hint: "Pass server: the address of the API.",
    },
  );
}

function jsonOf(text: string): { json?: unknown } {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return {};
  }
}
