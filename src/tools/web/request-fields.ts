import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { MAX_BYTES } from "./send.ts";

export const webUrl = z.string().max(8192).describe("Full address: https://example.com/path.");

const scalar = z.union([z.string(), z.number(), z.boolean()]);

export const timeoutField = z.int().min(1).max(600_000).optional().describe("For the whole request. Default 30,000.");
export const maxBytesField = z
  .int()
  .min(1)
  .max(MAX_BYTES)
  .optional()
  .describe("Most bytes of the answer, unpacked. Default 5 MB.");

/** What requests of several tools take alike. */
export const requestFields = {
  headers: z.record(z.string(), scalar).optional().describe("Headers by name."),
  query: z
    .record(z.string(), z.union([scalar, z.array(scalar)]))
    .optional()
    .describe("Added to the address; a list repeats its name."),
  auth: z
    .strictObject({
      bearer: z.string().optional().describe("A token."),
      basic: z.strictObject({ username: z.string(), password: z.string() }).optional(),
    })
    .optional()
    .describe("Sets the authorization header."),
  timeout_ms: timeoutField,
  max_bytes: maxBytesField,
};

type Scalar = z.output<typeof scalar>;

interface GivenRequest {
  headers?: Record<string, Scalar> | undefined;
  query?: Record<string, Scalar | Scalar[]> | undefined;
  auth?: { bearer?: string | undefined; basic?: { username: string; password: string } | undefined } | undefined;
}

/** An address with further parameters. */
export function withQuery(url: string, query: GivenRequest["query"]): string {
  if (!query || !URL.canParse(url)) return url;
  const full = new URL(url);
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) full.searchParams.append(name, String(item));
  }
  return full.href;
}

/** Headers as they are sent, names in lower case. */
export function toHeaders({ headers = {}, auth }: GivenRequest): Record<string, string> {
  const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  if (!auth) return sent;
  if (auth.bearer !== undefined && auth.basic)
    throw new LlmspellError("input.invalid", "auth wants either bearer or basic");
  if (auth.bearer !== undefined) return { ...sent, authorization: `Bearer ${auth.bearer}` };
  if (!auth.basic) return sent;
  const { username, password } = auth.basic;
  return { ...sent, authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}
