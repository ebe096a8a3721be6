import {
  APICallError,
  EmptyResponseBodyError,
  InvalidArgumentError,
  InvalidPromptError,
  InvalidResponseDataError,
  JSONParseError,
  LoadAPIKeyError,
  NoContentGeneratedError,
  NoSuchModelError,
  TypeValidationError,
  UnsupportedFunctionalityError,
} from "@ai-sdk/provider";
import { LlmspellError } from "../../errors.ts";
import { isNetworkFailure, networkError } from "../call/network-errors.ts";
import { clip, httpError, looksLikeHtml, redact } from "../call/provider-errors.ts";
import { BASE_URL_HINT } from "./response-tap.ts";

export interface ErrorSource {
  provider: string;
  model: string;
  baseUrl: string;
  secrets: readonly string[];
}

/** Whatever the AI SDK throws or streams as an error, as one of our codes. */
export function mapSdkError(thrown: unknown, source: ErrorSource): LlmspellError {
  const inner = ownError(thrown);
  if (inner) return inner;
  const { provider, model } = source;
  const details = { provider, model };
  if (APICallError.isInstance(thrown)) return mapCall(thrown, source);
  if (isNetworkFailure(thrown)) return networkError(provider, model, address(source.baseUrl), thrown);
  if (UnsupportedFunctionalityError.isInstance(thrown)) {
    return new LlmspellError("provider.unsupported", `${provider} (${model}) does not take ${thrown.functionality}`, {
      cause: thrown,
      details,
    });
  }
  if (NoSuchModelError.isInstance(thrown)) {
    return new LlmspellError("provider.unsupported", `${provider} has no such model: ${thrown.modelId}`, {
      cause: thrown,
      details,
    });
  }
  if (LoadAPIKeyError.isInstance(thrown)) {
    return new LlmspellError("provider.auth", `no key is set for ${provider}`, { cause: thrown, details });
  }
  if (InvalidPromptError.isInstance(thrown) || InvalidArgumentError.isInstance(thrown)) {
    return new LlmspellError(
      "provider.bad_request",
      `${provider}: ${clip(redact(thrown.message, source.secrets), 500)}`,
      { cause: thrown, details },
    );
  }
  if (TypeValidationError.isInstance(thrown) && isErrorObject(thrown.value)) {
    return httpError({ ...details, body: JSON.stringify(thrown.value), secrets: source.secrets, now: Date.now() });
  }
  if (isBadData(thrown)) return badReply(thrown, source);
  if (thrown instanceof Error) {
    // A provider package stumbled over what the server sent.
    return new LlmspellError(
      "provider.bad_reply",
      `${provider} (${model}): ${clip(redact(thrown.message, source.secrets), 300)}`,
      { cause: thrown, details },
    );
  }
  // An error object inside a stream, as the provider sent it.
  const body =
    typeof thrown === "object" && thrown !== null
      ? JSON.stringify({ error: thrown })
      : JSON.stringify({ error: String(thrown) });
  return httpError({ ...details, body, secrets: source.secrets, now: Date.now() });
}

function mapCall(error: APICallError, source: ErrorSource): LlmspellError {
  const { provider, model } = source;
  const wrapped = ownError(error.cause);
  if (wrapped) return wrapped;
  const body = bodyText(error);
  const broken = isNetworkFailure(error.cause) || isNetworkFailure(error);
  // The package's own verdict on a reply that came: its status is made up or missing.
  const verdict =
    !broken && body !== undefined && (error.statusCode === undefined || /returned no output/.test(error.message));
  if (verdict) return badReply(error, source);
  if (error.statusCode === undefined || broken)
    return networkError(provider, model, address(error.url || source.baseUrl), error.cause ?? error);
  if (error.statusCode >= 200 && error.statusCode < 300 && !looksLikeHtml(body) && isBadData(error.cause)) {
    const fromBody = httpError({
      provider,
      model,
      status: 200,
      ...(body === undefined ? {} : { body }),
      secrets: source.secrets,
      now: Date.now(),
    });
    if (fromBody.code !== "provider.bad_reply") return fromBody;
    return badReply(error, source);
  }
  return httpError({
    provider,
    model,
    status: error.statusCode,
    headers: error.responseHeaders ?? {},
    ...(body === undefined ? {} : { body }),
    message: error.message,
    secrets: source.secrets,
    cause: error,
    now: Date.now(),
  });
}

/** Some packages put a parsed body where the type says text. */
function bodyText(error: APICallError): string | undefined {
  const body: unknown = error.responseBody;
  return typeof body === "string" || body === undefined ? body : JSON.stringify(body);
}

function badReply(error: unknown, source: ErrorSource): LlmspellError {
  const { provider, model } = source;
  const body = APICallError.isInstance(error)
    ? bodyText(error)
    : JSONParseError.isInstance(error)
      ? error.text
      : undefined;
  let what = "something that is no valid answer";
  if (body?.trim() === "") what = "an empty body";
  else if (body !== undefined)
    what = `something that is no valid answer: ${clip(redact(body, source.secrets).replace(/\s+/g, " "), 120)}`;
  return new LlmspellError("provider.bad_reply", `${provider} (${model}) answered with ${what}`, {
    cause: error,
    details: { provider, model },
    hint: BASE_URL_HINT,
  });
}

function isBadData(thrown: unknown): boolean {
  return (
    JSONParseError.isInstance(thrown) ||
    TypeValidationError.isInstance(thrown) ||
    InvalidResponseDataError.isInstance(thrown) ||
    NoContentGeneratedError.isInstance(thrown) ||
    EmptyResponseBodyError.isInstance(thrown)
  );
}

function isErrorObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && "error" in value && Boolean(value.error);
}

/** One of our own errors in the chain of causes: the network policy's refusal, a time limit. */
function ownError(thrown: unknown): LlmspellError | undefined {
  let current = thrown;
  for (let i = 0; i < 8; i++) {
    if (LlmspellError.is(current)) return current;
    if (!(current instanceof Error)) return undefined;
    current = current.cause;
  }
  return undefined;
}

/** The origin alone: paths and queries may hold secrets. */
function address(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return "its address";
  }
}
