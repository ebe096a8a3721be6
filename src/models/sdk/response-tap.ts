import { LlmspellError } from "../../errors.ts";
import { looksLikeHtml } from "../call/provider-errors.ts";

export const BASE_URL_HINT = "Check the base URL, and whether a proxy or a login page stands in between.";

type Fetch = typeof globalThis.fetch;

/**
 * The `fetch` of one provider. It refuses HTML, which streams would take for an empty answer, and can divert the body of
 * a call's stream away from the package that made the request, so that it is read directly.
 */
export class ResponseTap {
  readonly fetch: Fetch;
  readonly #diversions = new WeakMap<AbortSignal, { body?: ReadableStream<Uint8Array> }>();

  constructor(provider: string, fetch: Fetch) {
    this.fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (!response.ok) return response;
      const type = response.headers.get("content-type") ?? "";
      if (type.startsWith("text/html")) return refuseHtml(provider, response);
      const diversion = init?.signal ? this.#diversions.get(init.signal) : undefined;
      if (!diversion || !response.body || !type.startsWith("text/event-stream")) return response;
      diversion.body = response.body;
      return new Response("", { status: response.status, headers: response.headers });
    };
  }

  /** Until the answer is asked for, the body of the event stream that a request with this signal gets is kept here. */
  divert(signal: AbortSignal): { readonly body?: ReadableStream<Uint8Array> } {
    const diversion = {};
    this.#diversions.set(signal, diversion);
    return diversion;
  }
}

/** A login page or a proxy's notice instead of an answer. */
async function refuseHtml(provider: string, response: Response): Promise<Response> {
  const text = await response.text();
  if (!looksLikeHtml(text)) return new Response(text, response);
  throw new LlmspellError("provider.bad_reply", `${provider} answered with an HTML page instead of data`, {
    details: { provider, status: response.status },
    hint: BASE_URL_HINT,
  });
}
