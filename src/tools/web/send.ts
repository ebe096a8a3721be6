import { LlmspellError, toLlmspellError } from "../../errors.ts";
import type { ToolHost, ToolRequest } from "../tool-host.ts";

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_BYTES = 5 * 1024 * 1024;
export const MAX_BYTES = 20 * 1024 * 1024;

export interface WebRequest extends ToolRequest {
  /** For the whole exchange, body included. Default 30 s. */
  timeoutMs?: number | undefined;
  /** Most bytes of the body, unpacked. Default 5 MB. */
  maxBytes?: number | undefined;
}

/** An answer that was read to its end. */
export interface WebAnswer {
  /** After redirects. */
  url: string;
  status: number;
  statusText: string;
  headers: Headers;
  body: Uint8Array;
}

/** Sends a request and reads the whole answer; any status is one. Throws `http.*`, `permission.denied`, `value.too_large`. */
export async function send(host: ToolHost, url: string, request: WebRequest = {}): Promise<WebAnswer> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES, ...init } = request;
  requireWebUrl(url);
  const timeout = AbortSignal.timeout(timeoutMs);
  const { host: name } = new URL(url);
  try {
    const response = await host.fetch(url, { ...init, signal: timeout });
    const body = await readBody(response, maxBytes, timeout);
    const { status, statusText, headers } = response;
    return { url: response.url || url, status, statusText, headers, body };
  } catch (cause) {
    if (timeout.aborted) throw timeoutError(name, cause);
    if (LlmspellError.is(cause)) throw cause;
    if (host.signal.aborted) throw toLlmspellError(host.signal.reason, "run.aborted");
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LlmspellError("http.network", `the answer of ${name} broke off: ${reason}`, {
      cause,
      details: { host: name },
    });
  }
}

/** A server that was too slow, by the tool's own `timeout_ms`. */
export function timeoutError(host: string, cause: unknown): LlmspellError {
  return new LlmspellError("http.timeout", `${host} did not answer in time`, {
    cause,
    details: { host },
    hint: "Pass a larger timeout_ms.",
  });
}

/** As `send`, for what wants the content: another status than 2xx throws `http.status`. */
export async function download(host: ToolHost, url: string, request: WebRequest = {}): Promise<WebAnswer> {
  const answer = await send(host, url, request);
  if (answer.status >= 200 && answer.status <= 299) return answer;
  throw statusError(answer, `${answer.url} answered with the status ${answer.status}`);
}

const RETRYABLE = new Set([408, 425, 429, 500, 502, 503, 504]);

/** `http.status` with what the server says about trying again. */
export function statusError(answer: WebAnswer, message: string, hint?: string): LlmspellError {
  const wait = retryAfterMs(answer.headers.get("retry-after"));
  return new LlmspellError("http.status", message, {
    retryable: RETRYABLE.has(answer.status),
    details: { status: answer.status, url: answer.url, ...(wait === undefined ? {} : { retry_after_ms: wait }) },
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Milliseconds that a `retry-after` header asks for: seconds or a date. */
export function retryAfterMs(header: string | null, now: number = Date.now()): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, Math.round(ms));
}

/** Whether a status says that the same request may succeed later. */
export function isRetryable(status: number): boolean {
  return RETRYABLE.has(status);
}

/** Headers as plain data; several cookies stay apart by line. */
export function plainHeaders(headers: Headers): Record<string, string> {
  const cookies = headers.getSetCookie();
  return { ...Object.fromEntries(headers), ...(cookies.length > 0 ? { "set-cookie": cookies.join("\n") } : {}) };
}

/** Only `http:` and `https:` leave the machine. Throws `input.invalid`, `parse.invalid`. */
export function requireWebUrl(url: string): URL {
  if (!URL.canParse(url)) {
    throw new LlmspellError("parse.invalid", `"${url}" is no URL`, {
      hint: "Write it in full: https://example.com/path.",
    });
  }
  const parsed = new URL(url);
  if (parsed.protocol === "http:" || parsed.protocol === "https:") return parsed;
  throw new LlmspellError("input.invalid", `"${parsed.protocol}" is no protocol for requests`, {
    hint: "Use an http or https URL.",
  });
}

/** The type of a `content-type` header without its parameters, in lower case. */
export function mediaType(headers: Headers): string {
  return (headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** The body, counted while it comes: neither an endless one nor a packed one grows beyond `limit`. */
async function readBody(response: Response, limit: number, signal: AbortSignal): Promise<Uint8Array> {
  if (!response.body) return new Uint8Array();
  const reader = response.body.getReader();
  // A server that stops in the middle would be waited for without end.
  const ended = Promise.withResolvers<never>();
  const stop = () => ended.reject(signal.reason as Error);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), ended.promise]);
      if (done) return plainBytes(Buffer.concat(parts));
      length += value.length;
      if (length > limit) {
        throw new LlmspellError(
          "value.too_large",
          `the answer of ${new URL(response.url).host} is longer than ${limit} bytes`,
          {
            details: { limit },
            hint: "Pass a larger max_bytes.",
          },
        );
      }
      parts.push(value);
    }
  } finally {
    signal.removeEventListener("abort", stop);
    reader.cancel().catch(() => {});
  }
}

/** Not as a Buffer, which is another type to whoever gets it. */
function plainBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
