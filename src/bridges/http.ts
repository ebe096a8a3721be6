import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { defineBridge, handleMethod, method } from "../bridge/define-bridge.ts";
import { type Callback, anyValue, bytesOrText, callback, handle } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import type { Handle } from "../values/script-value.ts";
import { guard } from "../workspace/fs-error.ts";
import { workspaceFiles } from "./fs.ts";
import {
  type HttpOptions,
  type WireRequest,
  httpOptions,
  httpRequest,
  httpUrl,
  streamOptions,
  toWireRequest,
  wireRequest,
} from "./http-options.ts";
import { type OpenResponse, bodyParts, hostOf, readBody, sendRequest } from "./http-send.ts";
import { HttpStream, type PartKind } from "./http-stream.ts";
import { WORKSPACE } from "./services.ts";

const head = {
  status: z.number(),
  statusText: z.string(),
  headers: z.record(z.string(), z.string()),
  url: z.string(),
  ok: z.boolean(),
};
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const exchanged = z.object({ ...head, body: bytes });
type Exchanged = z.output<typeof exchanged>;

function headOf({ response }: OpenResponse) {
  const { status, statusText, url, ok, headers } = response;
  const cookies = headers.getSetCookie();
  // Cookies contain commas: unlike other headers, several of them cannot be told apart in one line.
  const all = { ...Object.fromEntries(headers), ...(cookies.length > 0 ? { "set-cookie": cookies.join("\n") } : {}) };
  return { status, statusText, url, ok, headers: all };
}

/** Text in the charset that the headers name, UTF-8 where they name none that is known. */
function textOf({ headers, body }: Exchanged): string {
  const charset = /charset="?([^";\s]+)/i.exec(headers["content-type"] ?? "")?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

/** What `response.body` is: text where the bytes are some, else bytes. */
function bodyField(data: Exchanged): string | Uint8Array {
  const text = textOf(data);
  return text.includes("\ufffd") ? data.body : text;
}

async function exchange(request: WireRequest, ctx: CallContext): Promise<Handle> {
  const data = (await ctx.call("http", "exchange", [request])) as unknown as Exchanged;
  const { body: _, ...fields } = data;
  return ctx.handle("http.response", data, { ...fields, body: bodyField(data) });
}

function simple(verb: string, summary: string) {
  return method({
    summary: `${summary} Waits for the whole answer; an error status is no error.`,
    input: { url: httpUrl, options: httpOptions },
    output: handle("http.response"),
    effect: "local",
    run: ({ url, options }, ctx) => exchange(toWireRequest(verb, url, options ?? {}, ctx), ctx),
  });
}

const onHost = {
  capability: "net",
  target: ({ request }: { request: { url: string } }) => hostOf(request.url),
} as const;

const STREAMS = {};
/** Open streams of a run by id; gone when a run is continued elsewhere. */
function openStreams(ctx: CallContext): Map<string, HttpStream> {
  return ctx.own(STREAMS, () => new Map<string, HttpStream>());
}

function streamOf(ctx: CallContext, { id }: { id: string }): HttpStream {
  const stream = openStreams(ctx).get(id);
  if (stream) return stream;
  throw new LlmspellError("http.network", "the stream broke off when the run was continued", {
    hint: "Open it again.",
  });
}

/** `http`: requests to the hosts that the policy allows. */
export const httpBridge = defineBridge({
  name: "http",
  summary:
    "HTTP requests to allowed hosts. Private, loopback and link-local addresses are refused unless allowed one by one.",
  methods: {
    get: simple("GET", "Sends a GET request."),
    head: simple("HEAD", "Sends a HEAD request."),
    post: simple("POST", "Sends a POST request."),
    put: simple("PUT", "Sends a PUT request."),
    patch: simple("PATCH", "Sends a PATCH request."),
    delete: simple("DELETE", "Sends a DELETE request."),
    request: method({
      summary: "Sends a request of any method.",
      input: { request: httpRequest },
      output: handle("http.response"),
      effect: "local",
      run: ({ request: { url, method: verb, ...options } }, ctx) =>
        exchange(toWireRequest(verb.toUpperCase(), url, options, ctx), ctx),
    }),
    download: method({
      summary:
        "Writes an answer's body to a file of the workspace, at once when it is complete. Throws http.status unless the status is 2xx.",
      input: { url: httpUrl, path: z.string(), options: httpOptions },
      output: z.object({ ...head, path: z.string(), bytes: z.number() }),
      effect: "local",
      run: ({ url, path, options }, ctx) =>
        ctx.call("http", "fetchFile", [toWireRequest("GET", url, options ?? {}, ctx), path]) as Promise<never>,
    }),
    stream: method({
      summary:
        "Opens an answer to be read in parts: iterate over it, or give a function that gets each part. Its `timeoutMs` is for each part.",
      input: {
        url: httpUrl,
        options: z.union([streamOptions, callback([bytesOrText], anyValue, ["part"])]).optional(),
      },
      output: handle("http.stream"),
      effect: "local",
      async run({ url, options }, ctx) {
        const given = typeof options === "function" ? { onChunk: options } : options;
        const {
          as = "text",
          method: verb = "GET",
          onChunk,
          ...rest
        } = (given ?? {}) as HttpOptions & {
          as?: PartKind;
          method?: string;
          onChunk?: Callback;
        };
        const { id, ...fields } = (await ctx.call("http", "open", [
          toWireRequest(verb.toUpperCase(), url, rest, ctx),
          as,
        ])) as { id: string };
        const stream = ctx.handle("http.stream", { id }, fields);
        if (!onChunk) return stream;
        try {
          for (;;) {
            const part = await ctx.call("http.stream", "next", [stream]);
            if (part === null || part === undefined) return stream;
            await onChunk(part);
          }
        } finally {
          await ctx.call("http.stream", "close", [stream]);
        }
      },
    }),
    exchange: method({
      summary: "Sends a request and reads the whole answer.",
      input: { request: wireRequest },
      output: exchanged,
      effect: "write",
      internal: true,
      ...onHost,
      async run({ request }, ctx) {
        const open = await sendRequest(request, ctx);
        return { ...headOf(open), body: await readBody(open) };
      },
    }),
    fetchFile: method({
      summary: "Sends a request and writes the answer to a file.",
      input: { request: wireRequest, path: z.string() },
      output: z.object({ ...head, path: z.string(), bytes: z.number() }),
      effect: "write",
      internal: true,
      ...onHost,
      async run({ request, path }, ctx) {
        ctx.call("fs", "askWrite", [path]);
        const open = await sendRequest(request, ctx);
        if (!open.response.ok) {
          open.deadline.stop();
          await open.response.body?.cancel();
          throw new LlmspellError("http.status", `${request.url} answered with the status ${open.response.status}`, {
            details: { status: open.response.status, url: request.url },
          });
        }
        return { ...headOf(open), path, bytes: await writeBody(open, path, ctx) };
      },
    }),
    open: method({
      summary: "Sends a request; the answer's body is read later.",
      input: { request: wireRequest, as: z.enum(["text", "bytes", "lines"]) },
      output: z.object({ ...head, id: z.string() }),
      effect: "write",
      internal: true,
      ...onHost,
      async run({ request, as }, ctx) {
        const open = await sendRequest(request, ctx);
        open.deadline.stop();
        const streams = openStreams(ctx);
        const id = randomUUID();
        streams.set(id, new HttpStream(open, as));
        return { ...headOf(open), id };
      },
    }),
    askHost: method({
      summary: "Asks the policy for the host of a redirect.",
      input: { url: z.string() },
      output: z.null(),
      effect: "local",
      sync: true,
      internal: true,
      capability: "net",
      target: ({ url }) => hostOf(url),
      run: () => null,
    }),
  },
  handles: {
    "http.response": {
      summary:
        "An answer: `status`, `statusText`, `ok` (2xx), `headers` (lower-case names), `url` (after redirects), `body` (text, or bytes where it is none).",
      fields: { ...head, body: z.union([z.string(), bytes]) },
      methods: {
        json: handleMethod<Exchanged>()({
          summary: "Reads the body as JSON. Throws parse.invalid.",
          input: {},
          output: anyValue,
          effect: "pure",
          sync: true,
          run: (_, ctx, { state }) => ctx.call("json", "decode", [textOf(state)]),
        }),
        text: handleMethod<Exchanged>()({
          summary: "The body as text in its charset; bytes that are none become U+FFFD.",
          input: {},
          output: z.string(),
          effect: "pure",
          sync: true,
          run: (_, __, { state }) => textOf(state),
        }),
        bytes: handleMethod<Exchanged>()({
          summary: "The body as bytes.",
          input: {},
          output: bytes,
          effect: "pure",
          sync: true,
          run: (_, __, { state }) => state.body,
        }),
      },
    },
    "http.stream": {
      summary: "An answer whose body is read in parts: `status`, `statusText`, `ok`, `headers`, `url`.",
      fields: head,
      iterator: "next",
      leave: "close",
      methods: {
        next: handleMethod<{ id: string }>()({
          summary: "Waits for the next part; nil at the end.",
          input: {},
          output: bytesOrText.nullable(),
          effect: "read",
          run: (_, ctx, { state }) => streamOf(ctx, state).next(),
        }),
        close: handleMethod<{ id: string }>()({
          summary: "Ends the request.",
          input: {},
          output: z.null(),
          effect: "local",
          async run(_, ctx, { state }) {
            await openStreams(ctx).get(state.id)?.close();
            return null;
          },
        }),
      },
    },
  },
});

async function writeBody(open: OpenResponse, path: string, ctx: CallContext): Promise<number> {
  const limit = ctx.use(WORKSPACE).maxFileBytes;
  const files = workspaceFiles(ctx);
  const staged = guard("write", path, () => files.stage(files.jail.writable(path)));
  let length = 0;
  try {
    for await (const part of bodyParts(open, false)) {
      length += part.length;
      if (length > limit)
        throw new LlmspellError(
          "value.too_large",
          `the answer of ${open.host} is longer than the ${limit} bytes that a file may have`,
        );
      guard("write", path, () => fs.writeFileSync(staged.fd, part));
    }
    guard("write", path, () => staged.commit());
    return length;
  } finally {
    staged.dispose();
  }
}
