import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { defineTool } from "../tool.ts";
import { decodeText, looksLikeText } from "./decode-text.ts";
import { readablePage } from "./readable-page.ts";
import { maxBytesField, timeoutField, webUrl } from "./request-fields.ts";
import { download, mediaType } from "./send.ts";

const HTML = new Set(["text/html", "application/xhtml+xml"]);

export const webFetch = defineTool({
  name: "web_fetch",
  aliases: ["fetch_page"],
  category: "web",
  description:
    "Reads a web page: its article without menus and advertising, as Markdown or text, with title, author and links. Plain text and JSON come as they are. Use it to read what a search found.",
  tags: ["web", "page", "article", "read", "markdown"],
  parameters: z.object({
    url: webUrl,
    format: z.enum(["markdown", "text"]).default("markdown").describe("Form of the content."),
    max_chars: z.int().min(1).max(5_000_000).default(100_000).describe("The content is cut after so many characters."),
    links: z.boolean().default(true).describe("Whether to list the links of the content."),
    timeout_ms: timeoutField,
    max_bytes: maxBytesField,
  }),
  returns: z.object({
    url: z.string().describe("After redirects."),
    kind: z.enum(["page", "text", "json"]),
    content_type: z.string(),
    title: z.string(),
    byline: z.string().optional(),
    site_name: z.string().optional(),
    published: z.string().optional(),
    language: z.string().optional(),
    excerpt: z.string().optional(),
    article: z
      .boolean()
      .optional()
      .describe("False where no article was found: the content is that of the whole page."),
    content: z.string(),
    truncated: z.boolean(),
    links: z.array(z.object({ url: z.string(), text: z.string() })).optional(),
  }),
  effect: "read",
  permissions: ["net"],
  timeoutMs: 600_000,
  examples: [
    { description: "Read an article", args: { url: "https://example.com/article" } },
    {
      description: "Its first lines as plain text",
      args: { url: "https://example.com/article", format: "text", max_chars: 2000 },
    },
  ],
  async execute({ url, format, max_chars: maxChars, links, timeout_ms: timeoutMs, max_bytes: maxBytes }, host) {
    const headers = { accept: "text/html, application/xhtml+xml, text/*;q=0.9, application/json;q=0.8, */*;q=0.1" };
    const answer = await download(host, url, { headers, timeoutMs, maxBytes });
    const type = mediaType(answer.headers);
    if (!looksLikeText(answer.body)) throw notText(answer.url, type, answer.body);
    const text = decodeText(answer.body, answer.headers.get("content-type"));
    if (isPdf(answer.body)) throw notText(answer.url, type, answer.body);
    const found = { url: answer.url, content_type: type };
    if (HTML.has(type) || (type === "" && /^\s*(<!doctype html|<html)/i.test(text))) {
      const { content, links: all, ...page } = await readablePage(text, answer.url, format);
      return { ...found, kind: "page", ...page, ...cut(content, maxChars), ...(links ? { links: all } : {}) };
    }
    const kind = /[/+]json$/.test(type) ? "json" : "text";
    return { ...found, kind, title: "", ...cut(text, maxChars) };
  },
});

function cut(text: string, length: number): { content: string; truncated: boolean } {
  return text.length <= length
    ? { content: text, truncated: false }
    : { content: text.slice(0, length).toWellFormed(), truncated: true };
}

function isPdf(body: Uint8Array): boolean {
  return Buffer.from(body.subarray(0, 5)).toString("latin1") === "%PDF-";
}

function notText(url: string, type: string, body: Uint8Array): LlmspellError {
  const pdf = isPdf(body);
  return new LlmspellError("parse.invalid", `${url} is ${pdf ? "a PDF" : `no page (${type || "unknown type"})`}`, {
    details: { url, content_type: type, size: body.length },
    hint: pdf ? "Store it with http.download and read it with pdf_read." : "Store it with http.download.",
  });
}
