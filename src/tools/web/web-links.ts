import { z } from "zod";
import { defineTool } from "../tool.ts";
import { compilePattern } from "./compile-pattern.ts";
import { decodeText } from "./decode-text.ts";
import { baseOf, elementsNamed, parseHtml, selectElements } from "./parse-html.ts";
import { pageText } from "./page-text.ts";
import { maxBytesField, timeoutField, webUrl } from "./request-fields.ts";
import { download } from "./send.ts";

export const webLinks = defineTool({
  name: "web_links",
  category: "web",
  description:
    "Lists the links of a web page as absolute addresses with their texts, each once. Can keep those of the same host, or those that match a pattern.",
  tags: ["web", "links", "crawl"],
  parameters: z.object({
    url: webUrl,
    same_host: z.boolean().default(false).describe("Only links to the page's own host."),
    pattern: z.string().max(500).optional().describe("Regular expression that the address must match."),
    selector: z.string().optional().describe("Only links inside of what this CSS selector finds."),
    limit: z.int().min(1).max(10_000).default(500).describe("Most links."),
    timeout_ms: timeoutField,
    max_bytes: maxBytesField,
  }),
  returns: z.object({
    url: z.string(),
    links: z.array(
      z.object({
        url: z.string(),
        text: z.string(),
        title: z.string().optional(),
        rel: z.string().optional(),
        internal: z.boolean().describe("Whether it leads to the page's own host."),
      }),
    ),
    total: z.int().describe("How many were found, before the limit."),
  }),
  effect: "read",
  permissions: ["net"],
  timeoutMs: 600_000,
  examples: [
    { description: "Links to the same site", args: { url: "https://example.com/", same_host: true } },
    { description: "Linked PDF files", args: { url: "https://example.com/", pattern: "\\.pdf$" } },
  ],
  async execute(
    { url, same_host: sameHost, pattern, selector, limit, timeout_ms: timeoutMs, max_bytes: maxBytes },
    host,
  ) {
    const matches = pattern === undefined ? () => true : await compilePattern(pattern);
    const answer = await download(host, url, { timeoutMs, maxBytes });
    const document = await parseHtml(decodeText(answer.body, answer.headers.get("content-type")));
    const base = baseOf(document, answer.url);
    const { host: own } = new URL(answer.url);
    const scopes = selector === undefined ? [document] : await selectElements(selector, document);
    const links = new Map<string, object>();
    for (const element of new Set(
      scopes.flatMap((scope) => ("name" in scope && scope.name === "a" ? [scope] : elementsNamed(scope, "a", "area"))),
    )) {
      const address = element.attribs["href"];
      if (address === undefined || !URL.canParse(address, base)) continue;
      const target = new URL(address, base);
      target.hash = "";
      const internal = target.host === own;
      if (!/^https?:$/.test(target.protocol) || links.has(target.href)) continue;
      if ((sameHost && !internal) || !matches(target.href)) continue;
      const { title, rel } = element.attribs;
      links.set(target.href, {
        url: target.href,
        text: pageText(element).replaceAll("\n", " "),
        ...(title === undefined ? {} : { title }),
        ...(rel === undefined ? {} : { rel }),
        internal,
      });
    }
    return { url: answer.url, links: [...links.values()].slice(0, limit), total: links.size };
  },
});
