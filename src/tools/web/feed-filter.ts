import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { defineTool } from "../tool.ts";
import { feedFields } from "./feed-schema.ts";
import { type FeedItem, loadFeed } from "./read-feed.ts";
import { maxBytesField, timeoutField, webUrl } from "./request-fields.ts";

export const feedFilter = defineTool({
  name: "feed_filter",
  category: "web",
  description:
    "Reads one or several feeds and answers the items that fit: words, categories, author, dates. Newest first, each address once.",
  tags: ["feed", "rss", "news", "filter", "monitor"],
  parameters: z.object({
    urls: z.union([webUrl, z.array(webUrl).min(1).max(50)]).describe("A feed's address, or several."),
    keywords: z
      .array(z.string().min(1))
      .optional()
      .describe("At least one must stand in title, summary, content or categories."),
    exclude: z.array(z.string().min(1)).optional().describe("None of these may."),
    all: z.boolean().default(false).describe("All keywords must be there, not only one."),
    category: z.string().optional().describe("A category that the item has."),
    author: z.string().optional().describe("Part of the author's name."),
    since: z.string().optional().describe("Only items published from this ISO date on."),
    until: z.string().optional().describe("Only items published before this ISO date."),
    limit: z.int().min(1).max(1000).default(50).describe("Most items."),
    timeout_ms: timeoutField,
    max_bytes: maxBytesField,
  }),
  returns: z.object({
    items: z.array(feedFields.items.element.extend({ feed: z.string().describe("Title of its feed.") })),
    total: z.int().describe("Items that fit, before the limit."),
    failed: z
      .array(z.object({ url: z.string(), error: z.string() }))
      .describe("Feeds that could not be read, of several."),
  }),
  effect: "read",
  permissions: ["net"],
  timeoutMs: 600_000,
  examples: [
    {
      description: "News on a topic",
      args: { urls: ["https://example.com/a.xml", "https://example.com/b.xml"], keywords: ["sqlite", "postgres"] },
    },
  ],
  async execute(args, host) {
    const { urls, limit, timeout_ms: timeoutMs, max_bytes: maxBytes } = args;
    const fits = filterOf(args);
    const addresses = typeof urls === "string" ? [urls] : urls;
    const feeds = await Promise.allSettled(addresses.map((url) => loadFeed(host, url, { timeoutMs, maxBytes })));
    const failed: { url: string; error: string }[] = [];
    const items = new Map<string, FeedItem & { feed: string }>();
    for (const [index, feed] of feeds.entries()) {
      if (feed.status === "rejected") {
        if (addresses.length === 1 || (LlmspellError.is(feed.reason) && feed.reason.final)) throw feed.reason;
        failed.push({
          url: addresses[index] as string,
          error: feed.reason instanceof Error ? feed.reason.message : String(feed.reason),
        });
        continue;
      }
      for (const item of feed.value.items.filter(fits)) {
        const key = item.url || item.id;
        if (!items.has(key)) items.set(key, { ...item, feed: feed.value.title });
      }
    }
    const sorted = [...items.values()].toSorted((a, b) => timeOf(b) - timeOf(a));
    return { items: sorted.slice(0, limit).map(({ content: _, ...item }) => item), total: sorted.length, failed };
  },
});

interface Filter {
  keywords?: string[] | undefined;
  exclude?: string[] | undefined;
  all: boolean;
  category?: string | undefined;
  author?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

function filterOf({
  keywords = [],
  exclude = [],
  all,
  category,
  author,
  since,
  until,
}: Filter): (item: FeedItem) => boolean {
  const [from, to] = [instant("since", since), instant("until", until)];
  return (item) => {
    const text = [item.title, item.summary, item.content, ...item.categories].join("\n").toLowerCase();
    const has = (word: string) => text.includes(word.toLowerCase());
    const time = timeOf(item);
    return (
      (keywords.length === 0 || (all ? keywords.every(has) : keywords.some(has))) &&
      !exclude.some(has) &&
      (category === undefined || item.categories.some((each) => each.toLowerCase() === category.toLowerCase())) &&
      (author === undefined || (item.author ?? "").toLowerCase().includes(author.toLowerCase())) &&
      (from === undefined || time >= from) &&
      (to === undefined || (time < to && time !== Number.NEGATIVE_INFINITY))
    );
  };
}

function instant(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return ms;
  throw new LlmspellError("parse.invalid", `${name}: "${text}" is no date`, {
    hint: "Write it as 2026-01-31 or 2026-01-31T08:00:00Z.",
  });
}

/** Items without a date are the oldest. */
function timeOf({ published, updated }: FeedItem): number {
  const date = published ?? updated;
  return date === undefined ? Number.NEGATIVE_INFINITY : Date.parse(date);
}
