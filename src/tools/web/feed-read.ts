import { z } from "zod";
import { defineTool } from "../tool.ts";
import { feedFields } from "./feed-schema.ts";
import { loadFeed } from "./read-feed.ts";
import { maxBytesField, timeoutField, webUrl } from "./request-fields.ts";

export const feedRead = defineTool({
  name: "feed_read",
  category: "web",
  description:
    "Reads a feed (RSS, Atom, RDF or JSON Feed) in one form: its title and its items with title, address, date, author and text.",
  tags: ["feed", "rss", "atom", "news"],
  parameters: z.object({
    url: webUrl,
    limit: z.int().min(1).max(1000).default(50).describe("Most items, as the feed orders them."),
    content: z.boolean().default(false).describe("Whether items have their full content where the feed holds it."),
    timeout_ms: timeoutField,
    max_bytes: maxBytesField,
  }),
  returns: z.object(feedFields),
  effect: "read",
  permissions: ["net"],
  timeoutMs: 600_000,
  examples: [{ description: "The ten newest", args: { url: "https://example.com/feed.xml", limit: 10 } }],
  async execute({ url, limit, content, timeout_ms: timeoutMs, max_bytes: maxBytes }, host) {
    const feed = await loadFeed(host, url, { timeoutMs, maxBytes });
    const items = feed.items.slice(0, limit).map(({ content: full, ...item }) => ({
      ...item,
      ...(content && full !== undefined ? { content: full } : {}),
    }));
    return { ...feed, items, total: feed.items.length };
  },
});
