import { LlmspellError } from "../errors.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: "the host name is not known",
  EAI_AGAIN: "the host name could not be looked up",
  ECONNREFUSED: "the server refused the connection",
  ECONNRESET: "the connection broke",
  EPIPE: "the connection broke",
  ETIMEDOUT: "the connection timed out",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  ERR_STREAM_PREMATURE_CLOSE: "the connection broke before the answer was complete",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "the certificate is self-signed",
  CERT_HAS_EXPIRED: "the certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is for another host",
};

/** Whatever went wrong on the way to `host` and back. An abort keeps the signal's own reason. */
export function toHttpError(cause: unknown, host: string, signal?: AbortSignal | null): LlmspellError {
  if (signal?.aborted) return abortError(signal.reason, host);
  if (LlmspellError.is(cause)) return cause;
  const error = firstOf(cause);
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code === "ERR_INVALID_CHAR" || code === "ERR_INVALID_HTTP_TOKEN") {
    return new LlmspellError("input.invalid", `the request to ${host} is not valid: ${error.message}`, { cause });
  }
  const reason = REASONS[code] ?? describe(code, error);
  return new LlmspellError("http.network", `cannot reach ${host}: ${reason}`, {
    cause,
    details: { host, reason: code },
  });
}

/** What an AbortSignal's reason says: a timeout of ours, or the end of the run. */
function abortError(reason: unknown, host: string): LlmspellError {
  if (LlmspellError.is(reason)) return reason;
  if (reason instanceof Error && reason.name === "TimeoutError") {
    return new LlmspellError("http.timeout", `${host} did not answer in time`, {
      cause: reason,
      details: { host },
      hint: "Pass a larger timeoutMs.",
    });
  }
  return new LlmspellError("run.aborted", "the request was aborted", { cause: reason });
}

/** Several addresses of one host fail with one error that holds several. */
function firstOf(cause: unknown): Error {
  const error = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause;
  return error instanceof Error ? error : new Error(String(error));
}

function describe(code: string, error: Error): string {
  if (code.startsWith("HPE_")) return "the answer is not HTTP";
  if (/^(Z_|ERR_BUFFER|ERR_(_)?(ZSTD|BROTLI)|ZSTD_)/.test(code)) return "the compressed answer is damaged";
  return error.message;
}
