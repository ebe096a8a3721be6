import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import type { ToolHost } from "../tool-host.ts";
import { defineTool } from "../tool.ts";
import { decodeText } from "./decode-text.ts";
import { baseOf, elementsNamed, parseHtml } from "./parse-html.ts";
import { readFeed } from "./read-feed.ts";
import { maxBytesField, timeoutField, webUrl } from "./request-fields.ts";
import { download, send } from "./send.ts";

const TYPES: Readonly<Record<string, string>> = {
  "application/rss+xml": "rss",
  "application/atom+xml": "atom",
  "application/feed+json": "json",
  "application/rdf+xml": "rdf",
};

/** Where feeds often are though a page does not say so. */
const USUAL = ["/feed", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feed.json"];

interface Found {
  url: string;
  title: string;
  format: string;
  source: "page" | "itself" | "usual";
}

export const feedDiscover = defineTool({
  name: "feed_discover",
  category: "web",
  description:
    "Finds the feeds of a web site: those that its page names, and on request those at usual places (/feed, /rss.xml, ...).",
  tags: ["feed", "rss", "atom", "discover"],
  parameters: z.object({
    url: webUrl,
    probe: z.boolean().default(true).describe("Whether to try usual places where the page names no feed."),
    timeout_ms: timeoutField,
    max_bytes: maxBytesField,
  }),
  returns: z.object({
    url: z.string(),
    feeds: z.array(
      z.object({
        url: z.string(),
        title: z.string(),
        format: z.string().describe("rss, atom, rdf or json."),
        source: z
          .enum(["page", "itself", "usual"])
          .describe("Named by the page, the address itself, or found at a usual place."),
      }),
    ),
  }),
  effect: "read",
  permissions: ["net"],
  timeoutMs: 600_000,
  examples: [{ description: "Feeds of a blog", args: { url: "https://example.com/blog" } }],
  async execute({ url, probe, timeout_ms: timeoutMs, max_bytes: maxBytes }, host) {
    const limits = { timeoutMs, maxBytes };
    const answer = await download(host, url, limits);
    const text = decodeText(answer.body, answer.headers.get("content-type"));
    const itself = await feedOf(text, answer.url);
    if (itself) return { url: answer.url, feeds: [{ ...itself, source: "itself" }] };
    const document = await parseHtml(text);
    const base = baseOf(document, answer.url);
    const feeds = new Map<string, Found>();
    for (const { attribs } of elementsNamed(document, "link")) {
      const format = TYPES[(attribs["type"] ?? "").toLowerCase().split(";", 1)[0]?.trim() ?? ""];
      const address = attribs["href"];
      if (!/\balternate\b/i.test(attribs["rel"] ?? "") || format === undefined) continue;
      if (address === undefined || !URL.canParse(address, base)) continue;
      const { href, protocol } = new URL(address, base);
      if (/^https?:$/.test(protocol))
        feeds.set(href, { url: href, title: attribs["title"] ?? "", format, source: "page" });
    }
    if (feeds.size > 0 || !probe) return { url: answer.url, feeds: [...feeds.values()] };
    return { url: answer.url, feeds: await probed(host, answer.url, limits) };
  },
});

async function probed(
  host: ToolHost,
  base: string,
  limits: { timeoutMs?: number | undefined; maxBytes?: number | undefined },
): Promise<Found[]> {
  const feeds = new Map<string, Found>();
  for (const path of USUAL) {
    const answer = await send(host, new URL(path, base).href, limits).catch((error: unknown) => {
      if (LlmspellError.is(error) && !error.final && error.code !== "permission.denied") return undefined;
      throw error;
    });
    if (!answer || answer.status !== 200) continue;
    const feed = await feedOf(decodeText(answer.body, answer.headers.get("content-type")), answer.url);
    if (feed) feeds.set(feed.url, { ...feed, source: "usual" });
  }
  return [...feeds.values()];
}

async function feedOf(text: string, url: string): Promise<Omit<Found, "source"> | undefined> {
  if (!/^\s*(<\?xml|<rss|<feed|<rdf:RDF|\{)/i.test(text.replace(/^\ufeff/, ""))) return undefined;
  try {
    const { title, format } = await readFeed(text, url);
    return { url, title, format };
  } catch {
    return undefined;
  }
}
