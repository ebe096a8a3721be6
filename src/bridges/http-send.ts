import { setTimeout as sleep } from "node:timers/promises";
import type { CallContext } from "../bridge/call-context.ts";
import { LlmspellError } from "../errors.ts";
import { toHttpError } from "../network/http-error.ts";
import { followRedirects } from "../network/redirect.ts";
import { NETWORK, type Network } from "./services.ts";
import type { WireRequest } from "./http-options.ts";

const RETRIED = new Set([408, 429, 502, 503, 504]);
const MAX_RETRY_WAIT_MS = 30_000;

/** What the policy is asked for: the host name, with its port where that is not the protocol's own. */
export function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host.replace(/\.(?=:|$)/, "") : undefined;
}

/** A response whose body is still to come. */
export interface OpenResponse {
  response: Response;
  network: Network;
  host: string;
  /** Ends the request when it is not heard of for the timeout. */
  deadline: Deadline;
}

/** Restartable timeout of one request. */
export class Deadline {
  readonly signal: AbortSignal;
  readonly #timeout = new AbortController();
  readonly #ms: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number, outer: AbortSignal) {
    this.#ms = ms;
    this.signal = AbortSignal.any([outer, this.#timeout.signal]);
  }

  start(): void {
    this.stop();
    this.#timer = setTimeout(() => this.#timeout.abort(new DOMException("timed out", "TimeoutError")), this.#ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** Sends a request, again if it may, and asks the policy for every host that redirects lead to. The deadline runs. */
export async function sendRequest(request: WireRequest, ctx: CallContext): Promise<OpenResponse> {
  const network = ctx.use(NETWORK);
  for (let attempt = 0; ; attempt++) {
    const deadline = new Deadline(request.timeoutMs ?? network.timeoutMs, ctx.signal);
    deadline.start();
    try {
      const response = await sendOnce(request, network, deadline.signal, ctx);
      if (attempt >= request.retries || !RETRIED.has(response.status)) {
        return { response, network, host: hostOf(request.url) as string, deadline };
      }
      deadline.stop();
      await response.body?.cancel();
      await sleep(retryWaitMs(attempt, response.headers.get("retry-after")), undefined, { signal: ctx.signal });
    } catch (thrown) {
      deadline.stop();
      const error = toHttpError(thrown, hostOf(request.url) as string, deadline.signal);
      if (attempt >= request.retries || !error.retryable) throw error;
      await sleep(retryWaitMs(attempt, null), undefined, { signal: ctx.signal });
    }
  }
}

async function sendOnce(
  request: WireRequest,
  network: Network,
  signal: AbortSignal,
  ctx: CallContext,
): Promise<Response> {
  const { redirect, method } = request;
  const body = request.body === undefined ? {} : { body: request.body as string | Uint8Array<ArrayBuffer> };
  const first = { url: new URL(request.url), method, headers: new Headers(request.headers), ...body };
  return followRedirects(
    first,
    (hop) => network.fetch(hop.url.href, { ...hop, redirect: "manual", signal, body: hop.body ?? null } as RequestInit),
    {
      max: redirect === "manual" ? 0 : redirect,
      manual: redirect === "manual",
      beforeHop: (url) => void ctx.call("http", "askHost", [url.href]),
    },
  );
}

/** What the server asks for, else 200 ms doubled with every attempt; 30 s at most. */
function retryWaitMs(attempt: number, retryAfter: string | null): number {
  const seconds = Number(retryAfter ?? Number.NaN);
  const asked =
    retryAfter === null ? Number.NaN : Number.isFinite(seconds) ? seconds * 1000 : Date.parse(retryAfter) - Date.now();
  return Math.max(0, Math.min(Number.isNaN(asked) ? 200 * 2 ** attempt : asked, MAX_RETRY_WAIT_MS));
}

/** Parts of a body as they come. The deadline starts anew with each. */
export async function* bodyParts(
  { response, deadline, host }: OpenResponse,
  restart: boolean,
): AsyncGenerator<Uint8Array> {
  if (!response.body) return;
  const reader = response.body.getReader();
  try {
    for (;;) {
      if (restart) deadline.start();
      const { done, value } = await reader.read();
      if (restart) deadline.stop();
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw toHttpError(error, host, deadline.signal);
  } finally {
    deadline.stop();
    reader.cancel().catch(() => {});
  }
}

/** A whole body. Throws `value.too_large` as soon as it is longer than the network allows, packed or unpacked. */
export async function readBody(open: OpenResponse): Promise<Uint8Array> {
  const limit = open.network.maxBodyBytes;
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of bodyParts(open, false)) {
    length += part.length;
    if (length > limit) {
      throw new LlmspellError("value.too_large", `the answer of ${open.host} is longer than ${limit} bytes`, {
        details: { host: open.host, limit },
        hint: "Use http.download to write it to a file, or http.stream to read it in parts.",
      });
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}
