import dns from "node:dns";
import http from "node:http";
import https from "node:https";
import { type LookupFunction, type Socket, connect, isIP } from "node:net";
import { type Duplex, PassThrough, type Readable, pipeline } from "node:stream";
import { callbackify } from "node:util";
import zlib from "node:zlib";
import { LlmspellError } from "../errors.ts";
import { matchesTarget } from "../policy/policy.ts";
import { isPublicAddress } from "./address.ts";
import { toHeaders } from "./headers.ts";
import { toHttpError } from "./http-error.ts";
import { type HttpRequest, followRedirects } from "./redirect.ts";
import { toWebStream } from "./web-stream.ts";

export interface NetworkOptions {
  /** Hosts (`name`, `name:port`, `*.suffix`, `*`) that may lie in private networks. Default: none. */
  allowPrivate?: readonly string[];
  /** Largest body read into memory, in bytes. Default 10 MB. */
  maxBodyBytes?: number;
  /** Default for a whole request. Default 60 s. */
  timeoutMs?: number;
  /** Looks a host name up. Default: the system. */
  lookup?: (host: string) => Promise<readonly { address: string; family: number }[]>;
}

const MAX_REDIRECTS = 10;
/** After which an unused connection is closed. */
const IDLE_MS = 10_000;

/**
 * The network as runs reach it. An address is checked when it is connected to, so that neither a name that changes
 * its address nor a redirect leads into a private network.
 */
export function createNetwork(options: NetworkOptions = {}) {
  const { allowPrivate = [], maxBodyBytes = 10 * 1024 * 1024, timeoutMs = 60_000 } = options;
  const lookup = options.lookup ?? ((host: string) => dns.promises.lookup(host, { all: true }));
  const agents = {
    "http:": new http.Agent({ keepAlive: true, timeout: IDLE_MS }),
    "https:": new https.Agent({ keepAlive: true, timeout: IDLE_MS }),
  };

  /** Answers what the host may be connected to. Throws for an address that it may not. */
  function lookupFor(hostname: string, host: string): LookupFunction {
    const mayBePrivate = allowPrivate.some(
      (pattern) => matchesTarget(pattern, host) || matchesTarget(pattern, hostname),
    );
    const plain = hostname.replace(/^\[|\]$/g, "");
    if (isIP(plain) !== 0 && !mayBePrivate && !isPublicAddress(plain)) throw privateAddress(hostname);
    return checkedLookup(lookup, mayBePrivate ? () => true : isPublicAddress);
  }

  async function send(request: HttpRequest, signal: AbortSignal | null): Promise<Response> {
    const { url } = request;
    if (url.protocol !== "http:" && url.protocol !== "https:") {
      throw new LlmspellError("input.invalid", `"${url.protocol}" is no protocol for requests`, {
        hint: "Use an http or https URL.",
      });
    }
    const lookup = lookupFor(url.hostname, url.host);
    try {
      return await exchange(request, { agent: agents[url.protocol], lookup, signal });
    } catch (error) {
      throw toHttpError(error, url.host, signal);
    }
  }

  return {
    maxBodyBytes,
    timeoutMs,
    /** As the standard fetch, with what `Network` promises. `redirect: "manual"` answers the redirect itself. */
    async fetch(url: string, init: RequestInit): Promise<Response> {
      const signal = init.signal ?? null;
      const request = await toRequest(url, init);
      const response =
        init.redirect === "manual"
          ? await send(request, signal)
          : await followRedirects(request, (hop) => send(hop, signal), {
              max: init.redirect === "error" ? 0 : MAX_REDIRECTS,
            });
      return response;
    },
    /** A TCP connection, to addresses that `fetch` may reach. The caller ends it. */
    async connect(host: string, port: number, signal: AbortSignal): Promise<Socket> {
      // The policy was asked for this text: nothing may stand in it that is read as something else.
      const address = `http://${isIP(host) === 6 ? `[${host}]` : host}`;
      if ((isIP(host) !== 6 && !/^[\w.-]+$/.test(host)) || !URL.canParse(address)) {
        throw new LlmspellError("input.invalid", `"${host}" is no host name`);
      }
      // In the canonical spelling of addresses: 0x7f.1 is 127.0.0.1.
      const name = new URL(address).hostname;
      const lookup = lookupFor(name, `${name}:${port}`);
      const { promise, resolve, reject } = Promise.withResolvers<Socket>();
      const socket = connect({ host: name.replace(/^\[|\]$/g, ""), port, lookup });
      const abort = () => socket.destroy(signal.reason as Error);
      signal.addEventListener("abort", abort, { once: true });
      socket.once("error", reject).once("connect", () => resolve(socket.off("error", reject)));
      socket.once("close", () => signal.removeEventListener("abort", abort));
      if (signal.aborted) abort();
      return promise;
    },
    /** Closes idle connections. */
    close(): void {
      agents["http:"].destroy();
      agents["https:"].destroy();
    },
  };
}

async function toRequest(given: string, init: RequestInit): Promise<HttpRequest> {
  if (!URL.canParse(given))
    throw new LlmspellError("parse.invalid", `"${given}" is no URL`, {
      hint: "Write it in full: https://example.com/path.",
    });
  const url = new URL(given);
  if (url.username !== "" || url.password !== "") {
    throw new LlmspellError("input.invalid", "the URL holds a user name or password", {
      hint: "Pass auth: {basic: {username, password}} instead.",
    });
  }
  const headers = toHeaders(init.headers);
  const method = (init.method ?? "GET").toUpperCase();
  if (!/^[A-Z]{1,20}$/.test(method) || method === "CONNECT" || method === "TRACE") {
    throw new LlmspellError("input.invalid", `"${method}" is no method for requests`);
  }
  if (!headers.has("user-agent")) headers.set("user-agent", "llmspell");
  if (!headers.has("accept")) headers.set("accept", "*/*");
  if (!headers.has("accept-encoding")) headers.set("accept-encoding", "gzip, deflate, br");
  if (init.body === null || init.body === undefined) return { url, method, headers, body: undefined };
  const body = new Response(init.body);
  const type = body.headers.get("content-type");
  if (type !== null && !headers.has("content-type")) headers.set("content-type", type);
  return { url, method, headers, body: await body.bytes() };
}

/** Answers addresses that pass the check alone. The connection is made to what this answers, so there is no second look-up. */
function checkedLookup(
  lookup: NonNullable<NetworkOptions["lookup"]>,
  passes: (address: string) => boolean,
): LookupFunction {
  const usable = async (host: string): Promise<readonly { address: string; family: number }[]> => {
    const found = await lookup(host);
    const passed = found.filter(({ address }) => passes(address));
    if (passed.length > 0) return passed;
    throw found.length > 0 ? privateAddress(host) : Object.assign(new Error("no address"), { code: "ENOTFOUND" });
  };
  const answer = callbackify(usable);
  return (host, options, callback) =>
    answer(host, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) callback(error, "", 0);
      else if (options.all) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
}

interface Connection {
  agent: http.Agent;
  lookup: LookupFunction;
  signal: AbortSignal | null;
}

function exchange(request: HttpRequest, connection: Connection, again = false): Promise<Response> {
  const { url, method, headers, body } = request;
  return new Promise((resolve, reject) => {
    const { request: open } = url.protocol === "https:" ? https : http;
    const outgoing = open(url, {
      method,
      agent: again ? false : connection.agent,
      lookup: connection.lookup,
      headers: Object.fromEntries(headers),
      ...(connection.signal ? { signal: connection.signal } : {}),
    });
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      // The server had closed an idle connection just when it was used again: nothing was processed.
      const stale = outgoing.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
      if (stale && !again && !connection.signal?.aborted) resolve(exchange(request, connection, true));
      else reject(error);
    });
    outgoing.on("response", (incoming) => {
      try {
        resolve(toResponse(incoming, request));
      } catch (error) {
        outgoing.destroy();
        reject(error as Error);
      }
    });
    outgoing.end(body);
  });
}

function toResponse(incoming: http.IncomingMessage, { url, method }: HttpRequest): Response {
  const status = incoming.statusCode ?? 0;
  if (status < 200 || status > 599)
    throw new LlmspellError("http.network", `${url.host} answered with the unknown status ${status}`);
  const headers = new Headers();
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    headers.append(incoming.rawHeaders[index] as string, incoming.rawHeaders[index + 1] as string);
  }
  const empty = method === "HEAD" || [204, 205, 304].includes(status);
  if (empty) incoming.resume();
  const body = empty ? null : toWebStream(decoded(incoming, headers.get("content-encoding")));
  const response = new Response(body, { status, statusText: incoming.statusMessage ?? "", headers });
  Object.defineProperty(response, "url", { value: url.href });
  return response;
}

/** The body without its compression. Bounded by backpressure: what nobody reads is not unpacked. */
function decoded(incoming: http.IncomingMessage, encoding: string | null): Readable {
  const codings = (encoding ?? "")
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity");
  if (codings.length > 1) throw new LlmspellError("http.network", "the answer is compressed several times over");
  const decoder = codings[0] === undefined ? new PassThrough() : decoderOf(codings[0]);
  // Errors reach the reader as the decoder's.
  pipeline(incoming, decoder, () => {});
  return decoder;
}

function decoderOf(coding: string): Duplex {
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return zlib.createGunzip();
    case "deflate":
      return zlib.createInflate();
    case "br":
      return zlib.createBrotliDecompress();
    case "zstd":
      return zlib.createZstdDecompress();
    default:
      throw new LlmspellError("http.network", `the answer is compressed as "${coding}", which is not known here`);
  }
}

function privateAddress(host: string): LlmspellError {
  return new LlmspellError("permission.denied", `${host} lies in a private network`, {
    details: { capability: "net", target: host },
    hint: "Requests to private, loopback and link-local addresses must be allowed host by host.",
  });
}
