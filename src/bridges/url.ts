import { z } from "zod";
import { defineBridge } from "../bridge/define-bridge.ts";
import { anyObject } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { type ScriptObject, type ScriptValue, setKey, TextValue } from "../values/script-value.ts";
import { parseError, pure } from "./pure-method.ts";

const parts = z.object({
  href: z.string(),
  origin: z.string(),
  protocol: z.string().describe("Without the colon."),
  username: z.string(),
  password: z.string(),
  host: z.string().describe("Name and port."),
  hostname: z.string(),
  port: z.int().nullable().describe("Nil for the protocol's own."),
  path: z.string(),
  query: z.string().describe("Without the question mark."),
  params: anyObject.describe("The query's parameters; a list where one is repeated."),
  hash: z.string().describe("Without the #."),
});

const buildParts = z.strictObject({
  base: z.string().optional().describe("An address that the other parts change."),
  protocol: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  host: z.string().optional(),
  port: z.int().min(0).max(65_535).optional(),
  path: z.string().optional(),
  params: anyObject.optional().describe("Added to the base's parameters; nil removes one."),
  hash: z.string().optional(),
});

/** Addresses after the WHATWG URL standard. */
export const urlBridge = defineBridge({
  name: "url",
  summary: "Addresses (WHATWG URL).",
  methods: {
    parse: pure({
      summary: "The parts of an absolute address, or of one relative to `base`. Fails with `parse.invalid`.",
      input: { text: z.string(), base: z.string().optional() },
      output: parts,
      run: ({ text, base }) => describeUrl(parseUrl("url.parse", text, base)),
    }),
    build: pure({
      summary: "An address from its parts: `host` (protocol default https) or `base`, then whatever else is given.",
      input: { parts: buildParts },
      output: z.string(),
      run: ({ parts: given }) => build(given),
    }),
    resolve: pure({
      summary: "A reference resolved against a base address, as a browser follows a link.",
      input: { base: z.string(), reference: z.string() },
      output: z.string(),
      run: ({ base, reference }) => parseUrl("url.resolve", reference, base).href,
    }),
    join: pure({
      summary: "A base address with path segments appended, one slash between each; `..` is no way out: it is encoded.",
      input: { base: z.string() },
      rest: z.union([z.string(), z.int()]),
      output: z.string(),
      run: ({ base, rest }) => {
        const url = parseUrl("url.join", base);
        const segments = rest
          .flatMap((part) => String(part).split("/"))
          .filter((segment) => segment !== "" && segment !== ".");
        const encoded = segments.map((segment) => (segment === ".." ? "%252E%252E" : encodeURIComponent(segment)));
        url.pathname = [url.pathname.replace(/\/$/, ""), ...encoded].join("/");
        return url.href;
      },
    }),
    encode: pure({
      summary: "Percent-encodes a text for use as one path segment or query value. Fails on a lone surrogate.",
      input: { text: z.string() },
      output: z.string(),
      run: ({ text }) => {
        if (!text.isWellFormed()) throw new LlmspellError("input.invalid", "url.encode: the text has a lone surrogate");
        return encodeURIComponent(text);
      },
    }),
    decode: pure({
      summary: "Decodes percent escapes; `+` stays a plus. Fails with `parse.invalid` on a broken escape.",
      input: { text: z.string() },
      output: z.string(),
      run: ({ text }) => {
        try {
          return decodeURIComponent(text);
        } catch (cause) {
          throw parseError("url.decode", "the text has a percent escape that is broken or no UTF-8", {}, cause);
        }
      },
    }),
    parseQuery: pure({
      summary: "The parameters of a query string, with or without the question mark; a list where one is repeated.",
      input: { text: z.string() },
      output: anyObject,
      run: ({ text }) => paramsOf(new URLSearchParams(text)),
    }),
    formatQuery: pure({
      summary: "A query string without the question mark; lists repeat their parameter, nil is left out.",
      input: { params: anyObject },
      output: z.string(),
      run: ({ params }) => {
        const query = new URLSearchParams();
        setParams("url.formatQuery", query, params);
        return query.toString();
      },
    }),
    isValid: pure({
      summary: "Whether a text is an absolute address, of one of these protocols if any are named.",
      input: { text: z.string(), options: z.strictObject({ protocols: z.array(z.string()).optional() }).optional() },
      output: z.boolean(),
      run: ({ text, options }) => {
        const url = URL.parse(text);
        return (
          url !== null && (options?.protocols === undefined || options.protocols.includes(url.protocol.slice(0, -1)))
        );
      },
    }),
  },
});

function parseUrl(method: string, text: string, base?: string): URL {
  const url = URL.parse(text, base);
  if (url) return url;
  const what =
    base === undefined
      ? `"${text.slice(0, 200)}" is no absolute address`
      : `"${text.slice(0, 200)}" with base "${base.slice(0, 200)}" is no address`;
  throw parseError(method, what);
}

function describeUrl(url: URL): z.output<typeof parts> {
  return {
    href: url.href,
    origin: url.origin,
    protocol: url.protocol.slice(0, -1),
    username: url.username,
    password: url.password,
    host: url.host,
    hostname: url.hostname,
    port: url.port === "" ? null : Number(url.port),
    path: url.pathname,
    query: url.search.slice(1),
    params: paramsOf(url.searchParams),
    hash: url.hash.slice(1),
  };
}

function build({
  base,
  protocol,
  username,
  password,
  host,
  port,
  path,
  params,
  hash,
}: z.output<typeof buildParts>): string {
  if (base === undefined && host === undefined)
    throw new LlmspellError("input.invalid", "url.build: host or base is missing");
  const url = parseUrl("url.build", base ?? `${protocol?.replace(/:$/, "") ?? "https"}://${host}`);
  if (base !== undefined && protocol !== undefined) url.protocol = protocol;
  if (base !== undefined && host !== undefined) url.host = host;
  if (username !== undefined) url.username = username;
  if (password !== undefined) url.password = password;
  if (port !== undefined) url.port = String(port);
  if (path !== undefined) url.pathname = path;
  if (params !== undefined) setParams("url.build", url.searchParams, params);
  if (hash !== undefined) url.hash = hash;
  return url.href;
}

function paramsOf(query: URLSearchParams): ScriptObject {
  const params: ScriptObject = {};
  for (const key of new Set(query.keys())) {
    const all = query.getAll(key);
    setKey(params, key, all.length === 1 ? all[0] : all);
  }
  return params;
}

function setParams(method: string, query: URLSearchParams, params: ScriptObject): void {
  for (const key of Object.keys(params)) {
    const value = params[key];
    query.delete(key);
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== null && item !== undefined) query.append(key, paramText(method, key, item));
    }
  }
}

function paramText(method: string, key: string, value: ScriptValue): string {
  if (value instanceof TextValue) return value.text;
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object") return String(value);
  throw new LlmspellError("input.invalid", `${method}: the parameter "${key}" is no text, number or boolean`, {
    hint: "Encode it first, e.g. with json.encode.",
  });
}
