import { LlmspellError } from "../errors.ts";

/** Set by the connection alone; with another `host`, an allowed server would be asked for a host that is not. */
const OWN_HEADERS = [
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "upgrade",
  "expect",
  "te",
  "trailer",
];

/** The headers of a request. Throws `input.invalid` for what is no header or not the caller's to set. */
export function toHeaders(given: RequestInit["headers"]): Headers {
  let headers: Headers;
  try {
    headers = new Headers(given);
  } catch (cause) {
    throw new LlmspellError("input.invalid", `a header is not valid: ${(cause as Error).message}`, { cause });
  }
  const own = OWN_HEADERS.find((name) => headers.has(name));
  if (own !== undefined)
    throw new LlmspellError("input.invalid", `the header "${own}" is set by the connection itself`);
  return headers;
}
