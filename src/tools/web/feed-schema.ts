import { z } from "zod";

/** An entry of a feed, as the feed tools answer and take it. */
const feedItem = z.object({
  id: z.string(),
  title: z.string(),
  url: z.string(),
  published: z.string().optional().describe("ISO 8601."),
  updated: z.string().optional(),
  author: z.string().optional(),
  summary: z.string().optional().describe("Text."),
  content: z.string().optional().describe("HTML, as in the feed."),
  categories: z.array(z.string()),
  enclosures: z.array(z.object({ url: z.string(), type: z.string().optional(), length: z.number().optional() })),
});

export const feedFields = {
  url: z.string(),
  format: z.enum(["rss", "atom", "rdf", "json"]),
  title: z.string(),
  description: z.string().optional(),
  link: z.string().optional().describe("The feed's site."),
  language: z.string().optional(),
  updated: z.string().optional(),
  items: z.array(feedItem),
  total: z.int().describe("Items before the limit."),
};
