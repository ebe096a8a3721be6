import { LlmspellError } from "../../errors.ts";
import { clip } from "./provider-errors.ts";

/** What the system says of a failure. */
interface Reason {
  /** `ECONNREFUSED`, ...; absent when only a message is known. */
  code?: string;
  text: string;
  /** `host:port` that did not answer. */
  at?: string;
}

const IN_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's name cannot be looked up",
  ETIMEDOUT: "it does not answer",
  UND_ERR_CONNECT_TIMEOUT: "it does not answer",
  EHOSTUNREACH: "there is no way to the host",
  ENETUNREACH: "there is no network",
  ECONNRESET: "the other side closed it",
  UND_ERR_SOCKET: "the other side closed it",
  EPIPE: "the other side closed it",
};

const BROKE = /^(UND_ERR_SOCKET|ECONNRESET|EPIPE)$/;
const CERTIFICATE = /^(CERT_|DEPTH_|UNABLE_|SELF_SIGNED|ERR_TLS)/;

/** Errors before any reply, or within one: no route, refused, reset, a dead proxy, a bad certificate. `address` is an origin. */
export function networkError(provider: string, model: string, address: string, cause: unknown): LlmspellError {
  const reason = reasonOf(cause);
  const broke = BROKE.test(reason.code ?? "") || reason.text === "terminated";
  const what = broke
    ? `the connection to ${provider} at ${address} broke off`
    : `cannot reach ${provider} at ${address}`;
  const words = reason.code === undefined ? undefined : IN_WORDS[reason.code];
  const why = words ? `${words} (${reason.code})` : reason.code ? `${reason.text} (${reason.code})` : reason.text;
  return new LlmspellError("provider.network", `${what}: ${why}`, {
    cause,
    details: { provider, model, address },
    hint: hintFor(provider, address, reason, broke),
  });
}

function hintFor(provider: string, address: string, { code, at }: Reason, broke: boolean): string {
  if (broke) return "Ask again; the server, or something on the way to it, gave up.";
  if (CERTIFICATE.test(code ?? ""))
    return "The server's certificate is not trusted; NODE_EXTRA_CA_CERTS names others that are.";
  if (at !== undefined && !isAt(address, at))
    return `${at} was asked in its place: check the proxy (HTTP_PROXY, HTTPS_PROXY, NO_PROXY).`;
  if (provider === "ollama") return "Is Ollama running? Start it with `ollama serve`.";
  return "Check the base URL, and the connection to the network.";
}

/** Whether an address that failed can be the one that was asked for: its port says so. */
function isAt(origin: string, at: string): boolean {
  if (!URL.canParse(origin)) return true;
  const { port, protocol } = new URL(origin);
  return at.endsWith(`:${port || (protocol === "https:" ? "443" : "80")}`);
}

/** Walks causes to the system's own word for it. */
function reasonOf(thrown: unknown): Reason {
  let current: unknown = thrown;
  let text = "the connection failed";
  for (let i = 0; i < 8 && current instanceof Error; i++) {
    const { code, address, port } = current as { code?: unknown; address?: unknown; port?: unknown };
    if (typeof code === "string" && /^[A-Z_]+$/.test(code)) {
      const at = typeof address === "string" && typeof port === "number" ? { at: `${address}:${port}` } : {};
      return { code, text: clip(current.message || code, 200), ...at };
    }
    if (current.message !== "" && current.message !== "fetch failed") text = clip(current.message, 200);
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return { text };
}

/** True for failures below HTTP: fetch's own TypeError, socket codes, a connection that ended early. */
export function isNetworkFailure(thrown: unknown): boolean {
  let current: unknown = thrown;
  for (let i = 0; i < 8 && current instanceof Error; i++) {
    const code = (current as { code?: unknown }).code;
    if (
      typeof code === "string" &&
      /^(E[A-Z]+|UND_ERR_[A-Z_]+|ERR_TLS|CERT_|DEPTH_|UNABLE_|SELF_SIGNED)/.test(code) &&
      !code.startsWith("ERR_INVALID")
    )
      return true;
    if (current instanceof TypeError && /^(fetch failed|terminated|Failed to fetch)$/.test(current.message))
      return true;
    current = current.cause;
  }
  return false;
}
