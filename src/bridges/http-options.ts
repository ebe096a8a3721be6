import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { anyValue, bytesOrText, callback } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { toHeaders } from "../network/headers.ts";
import { type ScriptValue, TextValue } from "../values/script-value.ts";

const scalar = z.union([z.string(), z.number(), z.boolean(), z.bigint()]);

export const httpUrl = z.string().refine((given) => URL.canParse(given) && /^https?:/i.test(new URL(given).protocol), {
  error: "expected a full http or https URL",
});

const optionFields = {
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  query: z
    .record(z.string(), z.union([scalar, z.array(scalar)]))
    .optional()
    .describe("Added to the URL; a list repeats its name."),
  body: anyValue.optional().describe("Text or bytes as they are; anything else is sent as JSON."),
  json: anyValue.optional().describe("Sent as JSON."),
  form: z.record(z.string(), scalar).optional().describe("Sent as a form."),
  auth: z
    .strictObject({
      bearer: z.string().optional(),
      basic: z.strictObject({ username: z.string(), password: z.string() }).optional(),
    })
    .optional(),
  timeoutMs: z.int().min(1).max(3_600_000).optional().describe("For the whole request; of a stream, for each part."),
  retries: z
    .int()
    .min(0)
    .max(10)
    .optional()
    .describe("After connection errors, timeouts and the statuses 408, 429, 502, 503, 504. Default 0."),
  redirect: z
    .union([z.int().min(0).max(20), z.literal("manual")])
    .optional()
    .describe('Most redirects followed (default 10), or "manual".'),
};

export const httpOptions = z.strictObject(optionFields).optional();
export const httpRequest = z.strictObject({ url: httpUrl, method: z.string().default("GET"), ...optionFields });
export const streamOptions = z
  .strictObject({
    ...optionFields,
    method: z.string().default("GET"),
    as: z.enum(["text", "bytes", "lines"]).default("text").describe("What the parts are."),
    onChunk: callback([bytesOrText], anyValue, ["part"])
      .optional()
      .describe("Called with each part, instead of iterating."),
  })
  .prefault({});

/** A request as it is journaled and sent. */
export const wireRequest = z.object({
  url: z.string(),
  method: z.string(),
  headers: z.record(z.string(), z.string()),
  body: bytesOrText.optional(),
  timeoutMs: z.number().optional(),
  retries: z.number(),
  redirect: z.union([z.number(), z.literal("manual")]),
});
export type WireRequest = z.output<typeof wireRequest>;

export type HttpOptions = NonNullable<z.output<typeof httpOptions>>;

/** Puts a request together: query, headers, authentication and the one body. */
export function toWireRequest(method: string, given: string, options: HttpOptions, ctx: CallContext): WireRequest {
  const url = new URL(given);
  for (const [name, value] of Object.entries(options.query ?? {})) {
    for (const item of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(item));
  }
  const headers = toHeaders(Object.entries(options.headers ?? {}).map(([name, value]) => [name, String(value)]));
  const authorization = authorizationOf(options.auth);
  if (authorization !== undefined) headers.set("authorization", authorization);
  const body = bodyOf(options, ctx);
  if (body && (method === "GET" || method === "HEAD"))
    throw new LlmspellError("input.invalid", `a ${method} request has no body`);
  if (body?.type !== undefined && !headers.has("content-type")) headers.set("content-type", body.type);
  return {
    url: url.href,
    method: method.toUpperCase(),
    headers: Object.fromEntries(headers),
    ...(body ? { body: body.content } : {}),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    retries: options.retries ?? 0,
    redirect: options.redirect ?? 10,
  };
}

function authorizationOf(auth: HttpOptions["auth"]): string | undefined {
  if (!auth) return undefined;
  if (auth.bearer !== undefined && auth.basic)
    throw new LlmspellError("input.invalid", "auth wants either bearer or basic");
  if (auth.bearer !== undefined) return `Bearer ${auth.bearer}`;
  return auth.basic && `Basic ${Buffer.from(`${auth.basic.username}:${auth.basic.password}`).toString("base64")}`;
}

interface Body {
  content: string | Uint8Array;
  type?: string;
}

function bodyOf({ body, json, form }: HttpOptions, ctx: CallContext): Body | undefined {
  if ([body, json, form].filter((kind) => kind !== undefined && kind !== null).length > 1) {
    throw new LlmspellError("input.invalid", "a request has one of body, json and form");
  }
  if (form) {
    const fields = Object.entries(form).map(([name, value]) => [name, String(value)] as [string, string]);
    return { content: new URLSearchParams(fields).toString(), type: "application/x-www-form-urlencoded" };
  }
  if (json !== undefined && json !== null) return jsonBody(json, ctx);
  if (body === undefined || body === null) return undefined;
  const text = bytesOrText.safeParse(body instanceof TextValue ? body.text : body);
  return text.success ? { content: text.data } : jsonBody(body, ctx);
}

function jsonBody(value: ScriptValue, ctx: CallContext): Body {
  return { content: ctx.call("json", "encode", [value]) as string, type: "application/json" };
}
