import type { Document, Element } from "domhandler";
import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { defineTool } from "../tool.ts";
import { decodeText } from "./decode-text.ts";
import { baseOf, parseHtml, selectElements } from "./parse-html.ts";
import { pageText } from "./page-text.ts";
import { maxBytesField, timeoutField, webUrl } from "./request-fields.ts";
import { download } from "./send.ts";

const MAX_FIELDS = 50;

const field = z.union([
  z.string().describe('A CSS selector, or "selector@attribute"; "@attribute" is one of the item itself.'),
  z.strictObject({
    selector: z.string().optional().describe("CSS selector. Default: the item itself."),
    attribute: z.string().optional().describe("Answers this attribute instead of the text."),
    html: z.boolean().optional().describe("Answers the HTML inside instead of the text."),
    all: z.boolean().optional().describe("Answers all that it finds as a list, not the first."),
  }),
]);
type Field = z.output<typeof field>;

export const webScrape = defineTool({
  name: "web_scrape",
  category: "web",
  description:
    "Takes data out of a web page by CSS selectors: fields of the page, or with `items` one object for each element of a list. Use it for tables and lists; to read an article use web_fetch.",
  tags: ["web", "scrape", "css", "selector", "extract"],
  parameters: z.object({
    url: webUrl.optional(),
    fields: z
      .record(z.string(), field)
      .describe('What is answered: name -> selector, e.g. {title: "h1", image: "img@src"}.'),
    items: z.string().optional().describe("CSS selector of the elements of a list; fields are looked up in each."),
    html: z.string().optional().describe("HTML to take from instead of loading an address."),
    limit: z.int().min(1).max(10_000).default(1000).describe("Most items."),
    timeout_ms: timeoutField,
    max_bytes: maxBytesField,
  }),
  returns: z.object({
    url: z.string(),
    data: z.record(z.string(), z.unknown()).optional().describe("The fields; null where nothing was found."),
    items: z.array(z.record(z.string(), z.unknown())).optional(),
    total: z.int().optional().describe("Items found, before the limit."),
  }),
  effect: "read",
  permissions: ["net"],
  timeoutMs: 600_000,
  examples: [
    {
      description: "A list of headlines",
      args: { url: "https://example.com/news", items: "article", fields: { title: "h2", link: "a@href" } },
    },
    { description: "From HTML at hand", args: { html: "<h1>Hi</h1>", fields: { title: "h1" } } },
  ],
  async execute({ url, html, items, fields, limit, timeout_ms: timeoutMs, max_bytes: maxBytes }, host) {
    if ((url === undefined) === (html === undefined))
      throw new LlmspellError("input.invalid", "pass either url or html");
    const names = Object.keys(fields);
    if (names.length === 0 || names.length > MAX_FIELDS) {
      throw new LlmspellError("input.invalid", `fields wants 1 to ${MAX_FIELDS} names`);
    }
    const answer = url === undefined ? undefined : await download(host, url, { timeoutMs, maxBytes });
    const document = await parseHtml(
      answer ? decodeText(answer.body, answer.headers.get("content-type")) : (html ?? ""),
    );
    const at = answer?.url ?? "";
    const base = answer ? baseOf(document, answer.url) : undefined;
    if (items === undefined) return { url: at, data: await take(document, fields, base) };
    const elements = await selectElements(items, document);
    const taken: Record<string, unknown>[] = [];
    for (const element of elements.slice(0, limit)) taken.push(await take(element, fields, base));
    return { url: at, items: taken, total: elements.length };
  },
});

async function take(
  root: Document | Element,
  fields: Record<string, Field>,
  base: string | undefined,
): Promise<Record<string, unknown>> {
  const data: [string, unknown][] = [];
  for (const [name, given] of Object.entries(fields)) {
    const { selector, attribute, html = false, all = false } = typeof given === "string" ? parseField(given) : given;
    const elements = selector === undefined ? [root] : await selectElements(selector, root);
    const values: unknown[] = [];
    for (const element of all ? elements : elements.slice(0, 1))
      values.push(await valueOf(element, attribute, html, base));
    data.push([name, all ? values : (values[0] ?? null)]);
  }
  return Object.fromEntries(data);
}

/** `a.more@href` -> the selector `a.more`, the attribute `href`. An `@` inside of brackets is part of the selector. */
function parseField(text: string): { selector?: string; attribute?: string; html?: boolean; all?: boolean } {
  const split = /^(.*?)@([\w:.-]+)$/s.exec(text);
  if (!split) return { selector: text };
  const [, selector = "", attribute = ""] = split;
  return { attribute, ...(selector.trim() === "" ? {} : { selector: selector.trim() }) };
}

const ADDRESSES = new Set(["href", "src", "action", "poster", "data-src"]);

async function valueOf(
  element: Document | Element,
  attribute: string | undefined,
  html: boolean,
  base: string | undefined,
): Promise<string | null> {
  if (html) {
    const { default: render } = await import("dom-serializer");
    return render(element.children);
  }
  if (attribute === undefined) return pageText(element);
  const value = "attribs" in element ? element.attribs[attribute] : undefined;
  if (value === undefined) return null;
  return base !== undefined && ADDRESSES.has(attribute) && URL.canParse(value, base)
    ? new URL(value, base).href
    : value;
}
