import type { ErrorCode } from "../../errors.ts";
import { LlmspellError } from "../../errors.ts";
import { parseRetryAfter } from "./retry-after.ts";

/** A failed exchange, in terms of HTTP. */
export interface HttpFailure {
  provider: string;
  model: string;
  /** Absent when there was no reply. */
  status?: number;
  headers?: Readonly<Record<string, string | undefined>>;
  body?: string;
  /** What the client library says, when the body says nothing. */
  message?: string;
  /** Secrets that must not appear in a message. */
  secrets?: readonly string[];
  cause?: unknown;
  now: number;
}

/** What providers put into an error body, whatever its shape. */
interface ErrorBody {
  message: string;
  /** Every code-like word: `type`, `code`, `status`, `reason`. */
  codes: string;
  /** Some answer 200 and put the status into the body. */
  status: number | undefined;
}

const CONTEXT =
  /context_length|context length|context window|context size|maximum context|prompt is too long|input is too long|too many tokens|input token count|reduce the length|string_above_max_length|request_too_large|request too large|exceeds the maximum number of tokens|tokens? exceeds? the/i;
const FILTER =
  /content_filter|content_policy|content management policy|content policy|responsibleaipolicy|usage policies|safety system|moderation_blocked|flagged|blocked by|prohibited_content|\bsafety\b/i;
const BAD_KEY =
  /api_key_invalid|api key not valid|invalid_api_key|incorrect api key|authentication_error|unauthenticated|invalid x-api-key/i;
const NO_CREDIT =
  /insufficient_quota|billing|insufficient balance|credit balance|payment required|exceeded your current quota/i;
const OVERLOADED = /overloaded|unavailable|server_error|internal_error|capacity/i;
const NO_MODEL =
  /model_not_found|model.{0,80}(not found|does not exist|not exist|unknown|is not supported|not available)|(no such|unknown|invalid) model|not_found_error/i;

/** The typed error for a reply that is no answer: status, error body and headers decide. Never holds a key or the prompt. */
export function httpError(failure: HttpFailure): LlmspellError {
  const { provider, model } = failure;
  const body = readErrorBody(failure.body);
  const status =
    failure.status === 200 || failure.status === undefined ? (body?.status ?? failure.status) : failure.status;
  const html = looksLikeHtml(failure.body);
  const said = redact(body?.message ?? (html ? "" : (failure.message ?? "")), failure.secrets);
  const [code, retryable, hint] = classify(status, `${body?.codes ?? ""} ${said}`, body !== undefined, provider);
  const what = html ? "an HTML page" : said === "" ? "no explanation" : clip(said, 500);
  const retryAfterMs = parseRetryAfter(failure.headers ?? {}, failure.now);
  const advice = hint ?? generalHint(code, retryAfterMs);
  const requestId = failure.headers?.["x-request-id"] ?? failure.headers?.["request-id"];
  return new LlmspellError(
    code,
    `${provider}${status === undefined ? "" : ` answered ${status}`} (${model}): ${what}`,
    {
      details: {
        provider,
        model,
        ...(status === undefined ? {} : { status }),
        ...(requestId ? { requestId } : {}),
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      },
      ...(retryable === undefined ? {} : { retryable }),
      ...(advice === undefined ? {} : { hint: advice }),
      cause: failure.cause,
    },
  );
}

export const FILTER_HINT = "Word the prompt differently: the same one will be refused again.";

function generalHint(code: ErrorCode, retryAfterMs: number | undefined): string | undefined {
  switch (code) {
    case "provider.rate_limit": {
      const when = retryAfterMs === undefined ? "later" : `in ${Math.ceil(retryAfterMs / 1000)} s`;
      return `Ask again ${when}, or make fewer calls at a time.`;
    }
    case "provider.overloaded":
      return "The trouble is the provider's: ask again later, or name other models as `fallback`.";
    case "provider.content_filter":
      return FILTER_HINT;
    default:
      return undefined;
  }
}

type Verdict = readonly [code: ErrorCode, retryable?: boolean | undefined, hint?: string | undefined];

function classify(status: number | undefined, text: string, isErrorBody: boolean, provider: string): Verdict {
  if (status === undefined || (status >= 200 && status < 400)) {
    return isErrorBody && OVERLOADED.test(text) ? ["provider.overloaded"] : ["provider.bad_reply"];
  }
  if (status === 401 || status === 403 || BAD_KEY.test(text)) {
    if (status === 403 && FILTER.test(text)) return ["provider.content_filter"];
    return ["provider.auth", undefined, `Check the key of ${provider}, and what it may use.`];
  }
  if (status === 402 || (status < 500 && NO_CREDIT.test(text))) {
    const code = status === 429 ? "provider.rate_limit" : "provider.auth";
    return [code, false, `The account at ${provider} has no credit left.`];
  }
  if (status === 429) return ["provider.rate_limit"];
  if (status === 408) return ["provider.timeout"];
  if (status >= 500) return FILTER.test(text) && status < 502 ? ["provider.content_filter"] : ["provider.overloaded"];
  if (status === 413 || CONTEXT.test(text))
    return ["provider.context_length", undefined, "Shorten the prompt, or choose a model with a larger context."];
  if (FILTER.test(text)) return ["provider.content_filter"];
  if (status === 404) {
    if (NO_MODEL.test(text)) return ["provider.unknown", undefined, "See `llmspell model list` for known names."];
    return ["provider.bad_request", undefined, isErrorBody ? undefined : "Check the base URL: most end in /v1."];
  }
  if (status === 409 || OVERLOADED.test(text)) return ["provider.overloaded"];
  return ["provider.bad_request"];
}

function readErrorBody(text: string | undefined): ErrorBody | undefined {
  if (text === undefined || text === "" || text.length > 1_000_000) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const root = Array.isArray(parsed) ? (parsed[0] as unknown) : parsed;
  if (!isObject(root)) return undefined;
  const inner = isObject(root.error) ? root.error : root;
  const message =
    typeof root.error === "string" ? root.error : firstText(inner.message, inner.detail, root.message, inner.metadata);
  if (message === undefined) return undefined;
  const codes = [inner.type, inner.code, inner.status, inner.reason, ...reasons(inner.details)]
    .filter((code) => typeof code === "string")
    .join(" ");
  const number = typeof inner.code === "number" ? inner.code : undefined;
  return { message, codes, status: number !== undefined && number >= 400 && number < 600 ? number : undefined };
}

function firstText(...values: readonly unknown[]): string | undefined {
  for (const value of values) {
    if (typeof value === "string" && value !== "") return value;
    if (Array.isArray(value) && value.length > 0) return clip(JSON.stringify(value), 500);
  }
  return undefined;
}

function reasons(details: unknown): unknown[] {
  return Array.isArray(details) ? details.map((entry) => (isObject(entry) ? entry.reason : undefined)) : [];
}

export function looksLikeHtml(text: string | undefined): boolean {
  return text !== undefined && /^\s*<(!doctype|html|head|body|\?xml)/i.test(text.slice(0, 200));
}

/** Takes keys out of a text: the known ones, and whatever looks like one. */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) if (secret.length >= 6) clean = clean.replaceAll(secret, "[key]");
  return clean.replace(/\b(sk|gsk|AIza|xai|rk)[-_]?[\w*-]{12,}/g, "[key]");
}

export function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}...`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
