import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import type { ToolHost } from "../tool-host.ts";
import { defineTool } from "../tool.ts";
import { timeoutField, webUrl } from "./request-fields.ts";
import { mediaType, plainHeaders, requireWebUrl, timeoutError } from "./send.ts";

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const TRACKING = /^(utm_\w+|gclid|fbclid|msclkid|mc_[ce]id|igshid|yclid|_hsenc|_hsmi|ref_src)$/i;

export const urlInspect = defineTool({
  name: "url_inspect",
  category: "web",
  description:
    "Takes an address apart, normalises it, and asks its server where it leads: every redirect with its status, and the last one's status, type and size. Reads no content.",
  tags: ["web", "url", "redirect", "status"],
  parameters: z.object({
    url: webUrl,
    follow: z.boolean().default(true).describe("False only takes the address apart: nothing is sent."),
    max_redirects: z.int().min(0).max(20).default(10).describe("Redirects that are followed at most."),
    timeout_ms: timeoutField,
  }),
  returns: z.object({
    url: z.string(),
    normalized: z.string().describe("Sorted parameters, without fragment and tracking parameters."),
    parts: z.object({
      protocol: z.string(),
      host: z.string(),
      hostname: z.string(),
      port: z.int(),
      path: z.string(),
      query: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
      fragment: z.string(),
    }),
    redirects: z.array(z.object({ url: z.string(), status: z.int(), location: z.string() })).optional(),
    final_url: z.string().optional(),
    status: z.int().optional(),
    ok: z.boolean().optional(),
    content_type: z.string().optional(),
    content_length: z.int().nullable().optional().describe("As the server says; null where it does not."),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  effect: "read",
  permissions: ["net"],
  timeoutMs: 600_000,
  examples: [
    { description: "Where a short link leads", args: { url: "https://example.com/s/abc" } },
    {
      description: "Only take it apart",
      args: { url: "https://example.com/?b=2&a=1&utm_source=x#top", follow: false },
    },
  ],
  async execute({ url, follow, max_redirects: maxRedirects, timeout_ms: timeoutMs = 30_000 }, host) {
    const parsed = requireWebUrl(url);
    const answer = { url: parsed.href, normalized: normalized(parsed), parts: partsOf(parsed) };
    if (!follow) return answer;
    const signal = AbortSignal.timeout(timeoutMs);
    const redirects: { url: string; status: number; location: string }[] = [];
    let current = withoutFragment(parsed);
    for (;;) {
      const response = await headOf(current, host, signal);
      const location = response.headers.get("location");
      if (!REDIRECTS.has(response.status) || location === null) {
        const length = Number(response.headers.get("content-length") ?? Number.NaN);
        return {
          ...answer,
          redirects,
          final_url: current,
          status: response.status,
          ok: response.ok,
          content_type: mediaType(response.headers),
          content_length: Number.isSafeInteger(length) ? length : null,
          headers: plainHeaders(response.headers),
        };
      }
      if (!URL.canParse(location, current)) {
        throw new LlmspellError("http.network", `${current} redirects to "${location}", which is no URL`, {
          retryable: false,
        });
      }
      const next = requireWebUrl(new URL(location, current).href);
      redirects.push({ url: current, status: response.status, location: next.href });
      if (redirects.length > maxRedirects) {
        throw new LlmspellError("http.network", `${parsed.host} redirects more than ${maxRedirects} times`, {
          retryable: false,
          details: { redirects },
        });
      }
      current = withoutFragment(next);
    }
  },
});

/** HEAD, and GET where a server does not know it; the body is not read. */
async function headOf(url: string, host: ToolHost, signal: AbortSignal): Promise<Response> {
  const ask = async (method: string) => {
    const response = await host.fetch(url, { method, maxRedirects: 0, signal });
    await response.body?.cancel();
    return response;
  };
  try {
    const response = await ask("HEAD");
    return response.status === 405 || response.status === 501 ? await ask("GET") : response;
  } catch (cause) {
    throw signal.aborted ? timeoutError(new URL(url).host, cause) : cause;
  }
}

function withoutFragment(url: URL): string {
  const copy = new URL(url);
  copy.hash = "";
  return copy.href;
}

function normalized(url: URL): string {
  const copy = new URL(withoutFragment(url));
  for (const name of new Set(copy.searchParams.keys())) if (TRACKING.test(name)) copy.searchParams.delete(name);
  copy.searchParams.sort();
  return copy.href;
}

function partsOf(url: URL) {
  const names = [...new Set(url.searchParams.keys())];
  const query = names.map((name): [string, string | string[]] => {
    const values = url.searchParams.getAll(name);
    return [name, values.length === 1 ? (values[0] as string) : values];
  });
  return {
    protocol: url.protocol.slice(0, -1),
    host: url.host,
    hostname: url.hostname,
    port: url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port),
    path: url.pathname,
    query: Object.fromEntries(query),
    fragment: url.hash.slice(1),
  };
}
