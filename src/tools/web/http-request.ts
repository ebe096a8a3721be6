import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { defineTool } from "../tool.ts";
import { decodeText, looksLikeText } from "./decode-text.ts";
import { requestFields, toHeaders, webUrl, withQuery } from "./request-fields.ts";
import { mediaType, plainHeaders, send } from "./send.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

export const httpRequest = defineTool({
  name: "http_request",
  category: "web",
  description:
    "Sends an HTTP request and answers status, headers and body, parsed where it is JSON. For APIs; to read a web page use web_fetch. An error status is an answer, not a failure.",
  tags: ["http", "api", "rest", "request"],
  parameters: z.object({
    url: webUrl,
    method: z
      .string()
      .transform((name) => name.toUpperCase())
      .pipe(z.enum(METHODS))
      .default("GET")
      .describe("Default GET."),
    json: z.unknown().optional().describe("Body, sent as JSON."),
    text: z.string().optional().describe("Body, sent as it is."),
    form: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .describe("Body, sent as a form."),
    max_redirects: z
      .int()
      .min(0)
      .max(20)
      .default(5)
      .describe("Redirects that are followed; 0 answers the redirect itself."),
    ...requestFields,
  }),
  returns: z.object({
    status: z.int(),
    status_text: z.string(),
    ok: z.boolean().describe("Whether the status is 2xx."),
    url: z.string().describe("After redirects."),
    headers: z.record(z.string(), z.string()).describe("Names in lower case."),
    content_type: z.string(),
    body: z.union([z.string(), z.instanceof(Uint8Array)]).describe("Text, or bytes where it is none."),
    json: z.unknown().optional().describe("The body's value where it is JSON."),
    size: z.int().describe("Bytes of the body."),
  }),
  effect: "write",
  permissions: ["net"],
  timeoutMs: 600_000,
  examples: [
    { description: "Ask an API", args: { url: "https://api.example.com/items", query: { page: 2 } } },
    {
      description: "Send JSON",
      args: { url: "https://api.example.com/items", method: "POST", json: { name: "Ada" }, auth: { bearer: "TOKEN" } },
    },
  ],
  async execute(args, host) {
    const { method, max_redirects: maxRedirects, timeout_ms: timeoutMs, max_bytes: maxBytes } = args;
    const content = contentOf(args);
    if (content && (method === "GET" || method === "HEAD")) {
      throw new LlmspellError("input.invalid", `a ${method} request has no body`, { hint: 'Pass method: "POST".' });
    }
    const headers = { ...(content?.type === undefined ? {} : { "content-type": content.type }), ...toHeaders(args) };
    const answer = await send(host, withQuery(args.url, args.query), {
      method,
      headers,
      maxRedirects,
      timeoutMs,
      maxBytes,
      ...(content ? { body: content.body } : {}),
    });
    const { status, statusText, url, body } = answer;
    const type = mediaType(answer.headers);
    const text = looksLikeText(body) ? decodeText(body, answer.headers.get("content-type")) : undefined;
    return {
      status,
      status_text: statusText,
      ok: status >= 200 && status <= 299,
      url,
      headers: plainHeaders(answer.headers),
      content_type: type,
      body: text ?? body,
      ...(text !== undefined && /^application\/(.+\+)?json$|^text\/json$/.test(type) ? jsonOf(text) : {}),
      size: body.length,
    };
  },
});

function contentOf(args: {
  json?: unknown;
  text?: string | undefined;
  form?: Record<string, string | number | boolean> | undefined;
}): { body: string; type?: string } | undefined {
  const { json, text, form } = args;
  if ([json, text, form].filter((kind) => kind !== undefined).length > 1) {
    throw new LlmspellError("input.invalid", "a request has one of json, text and form");
  }
  if (json !== undefined) return { body: JSON.stringify(json), type: "application/json" };
  if (text !== undefined) return { body: text, type: "text/plain; charset=utf-8" };
  if (!form) return undefined;
  const fields = Object.entries(form).map(([name, value]): [string, string] => [name, String(value)]);
  return { body: new URLSearchParams(fields).toString(), type: "application/x-www-form-urlencoded" };
}

/** Absent where a server calls JSON what is none: the body is there to be looked at. */
function jsonOf(text: string): { json?: unknown } {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return {};
  }
}
