import { LlmspellError } from "../errors.ts";

export interface HttpRequest {
  url: URL;
  method: string;
  headers: Headers;
  body?: Uint8Array | string | undefined;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const OF_A_BODY = ["content-type", "content-encoding", "content-language", "content-location"];
const OF_AN_ORIGIN = ["authorization", "cookie", "proxy-authorization"];

/**
 * The request that a redirect asks for, or undefined where the response is none. As browsers do: 303, and 301 or 302
 * of a POST, become GET without a body; credentials do not follow to another origin.
 */
function redirectOf(request: HttpRequest, response: Response): HttpRequest | undefined {
  const location = response.headers.get("location");
  if (!REDIRECTS.has(response.status) || location === null) return undefined;
  if (!URL.canParse(location, request.url.href)) {
    throw new LlmspellError("http.network", `${request.url.host} redirects to "${location}", which is no URL`);
  }
  const url = new URL(location, request.url);
  if (url.hash === "") url.hash = request.url.hash;
  const headers = new Headers(request.headers);
  const toGet =
    (response.status === 303 && request.method !== "HEAD") ||
    ((response.status === 301 || response.status === 302) && request.method === "POST");
  if (toGet) for (const name of OF_A_BODY) headers.delete(name);
  if (url.origin !== request.url.origin) for (const name of OF_AN_ORIGIN) headers.delete(name);
  return { url, headers, method: toGet ? "GET" : request.method, body: toGet ? undefined : request.body };
}

export interface RedirectOptions {
  /** How many redirects are followed before `http.network`. */
  max: number;
  /** Answers a redirect instead of following it. */
  manual?: boolean;
  /** Asked before each hop, e.g. for the policy. May throw. */
  beforeHop?(url: URL): void;
}

/** Sends a request and follows where its responses lead. */
export async function followRedirects(
  first: HttpRequest,
  send: (request: HttpRequest) => Promise<Response>,
  { max, manual, beforeHop }: RedirectOptions,
): Promise<Response> {
  let request = first;
  for (let hops = 0; ; hops++) {
    const response = await send(request);
    const next = manual ? undefined : redirectOf(request, response);
    if (!next) return response;
    await response.body?.cancel();
    if (hops >= max)
      throw new LlmspellError("http.network", `${first.url.host} redirects more than ${max} times`, {
        retryable: false,
      });
    beforeHop?.(next.url);
    request = next;
  }
}
