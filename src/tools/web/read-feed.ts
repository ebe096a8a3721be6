import { LlmspellError } from "../../errors.ts";
import type { ToolHost } from "../tool-host.ts";
import { checkXml } from "./check-xml.ts";
import { decodeText } from "./decode-text.ts";
import { pageText } from "./page-text.ts";
import { parseHtml } from "./parse-html.ts";
import { download } from "./send.ts";

export type FeedFormat = "rss" | "atom" | "rdf" | "json";

export interface FeedItem {
  id: string;
  title: string;
  url: string;
  /** ISO 8601 in UTC where the feed's date can be understood. */
  published?: string;
  updated?: string;
  author?: string;
  summary?: string;
  content?: string;
  categories: string[];
  enclosures: { url: string; type?: string; length?: number }[];
}

export interface Feed {
  url: string;
  format: FeedFormat;
  title: string;
  description?: string;
  /** Of the site. */
  link?: string;
  language?: string;
  updated?: string;
  items: FeedItem[];
}

export interface FeedRequest {
  timeoutMs?: number | undefined;
  maxBytes?: number | undefined;
}

const ACCEPT =
  "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1";

/** Loads and reads a feed of any format. Throws `parse.invalid` for what is none. */
export async function loadFeed(host: ToolHost, url: string, request: FeedRequest): Promise<Feed> {
  const answer = await download(host, url, { headers: { accept: ACCEPT }, ...request });
  return readFeed(decodeText(answer.body, answer.headers.get("content-type")), answer.url);
}

/** RSS 0.9x to 2.0, RDF, Atom and JSON Feed in one form; relative addresses start from `base`. */
export async function readFeed(text: string, base: string): Promise<Feed> {
  if (!text.trimStart().startsWith("{")) {
    const root = await checkXml(text, base);
    if (!/^(rss|feed|rdf:rdf|([\w-]+:)?feed)$/i.test(root)) {
      throw new LlmspellError("parse.invalid", `${base} is no feed but <${root}>`, {
        hint: "feed_discover finds the feeds of a page.",
      });
    }
  }
  const { parseFeed } = await import("feedsmith");
  let parsed: Parsed;
  try {
    parsed = parseFeed(text) as unknown as Parsed;
  } catch (cause) {
    throw new LlmspellError("parse.invalid", `${base} is no feed: ${(cause as Error).message}`, {
      cause,
      hint: "feed_discover finds the feeds of a page.",
    });
  }
  const { format, feed } = parsed;
  const items = listOf(format === "atom" ? feed["entries"] : feed["items"]);
  const link = format === "json" ? textOf(feed["home_page_url"]) : linkOf(feed);
  const read: FeedItem[] = [];
  for (const item of items) read.push(await itemOf(item, base));
  return {
    url: base,
    format,
    title: await plain(feed["title"]),
    ...given("description", await plain(feed["description"] ?? feed["subtitle"] ?? feed["tagline"])),
    ...given("link", link === undefined ? "" : absolute(link, base)),
    ...given("language", textOf(feed["language"]) ?? ""),
    ...given("updated", dateOf(feed["updated"] ?? feed["lastBuildDate"] ?? feed["pubDate"]) ?? ""),
    items: read,
  };
}

interface Parsed {
  format: FeedFormat;
  feed: Part;
}
/** A part of a parsed feed: what it holds depends on the format and on its author. */
type Part = Record<string, unknown>;

async function itemOf(item: Part, base: string): Promise<FeedItem> {
  const dc = partOf(item["dc"]);
  const url = textOf(item["url"]) ?? linkOf(item) ?? "";
  const id = textOf(item["id"]) ?? textOf(partOf(item["guid"])["value"]) ?? textOf(item["guid"]);
  const published = dateOf(
    item["pubDate"] ?? item["published"] ?? item["date_published"] ?? dc["date"] ?? listOfAny(dc["dates"])[0],
  );
  const updated = dateOf(item["updated"] ?? item["date_modified"]);
  const content =
    textOf(item["content_html"]) ??
    textOf(item["content_text"]) ??
    textOf(partOf(item["content"])["encoded"]) ??
    textOf(item["content"]);
  const authors = [...listOfAny(item["authors"]), item["author"], dc["creator"], ...listOfAny(dc["creators"])];
  const address = url === "" ? "" : absolute(url, base);
  return {
    id: id ?? address,
    title: await plain(item["title"]),
    url: address,
    ...given("published", published ?? ""),
    ...given("updated", updated ?? ""),
    ...given("author", nameOf(authors)),
    ...given("summary", await plain(item["summary"] ?? item["description"])),
    ...given("content", content ?? ""),
    categories: [...listOfAny(item["categories"]), ...listOfAny(item["tags"])]
      .map(
        (each) =>
          textOf(each) ??
          textOf(partOf(each)["name"]) ??
          textOf(partOf(each)["label"]) ??
          textOf(partOf(each)["term"]) ??
          "",
      )
      .filter((each) => each !== ""),
    enclosures: enclosuresOf(item, base),
  };
}

function enclosuresOf(item: Part, base: string): FeedItem["enclosures"] {
  const linked = listOf(item["links"]).filter((link) => link["rel"] === "enclosure");
  return [...listOf(item["enclosures"]), ...listOf(item["attachments"]), ...linked].flatMap((each) => {
    const url = textOf(each["url"]) ?? textOf(each["href"]);
    if (url === undefined) return [];
    const type = textOf(each["type"]) ?? textOf(each["mime_type"]);
    const length = Number(each["length"] ?? each["size_in_bytes"] ?? Number.NaN);
    return [
      {
        url: absolute(url, base),
        ...(type === undefined ? {} : { type }),
        ...(Number.isSafeInteger(length) ? { length } : {}),
      },
    ];
  });
}

/** `link` of RSS; of Atom's links the one to the page. */
function linkOf(part: Part): string | undefined {
  const links = listOf(part["links"]);
  const page =
    links.find(({ rel }) => rel === undefined || rel === "alternate") ??
    links.find(({ rel }) => rel !== "self" && rel !== "enclosure");
  return textOf(part["link"]) ?? textOf(page?.["href"]);
}

function nameOf(authors: readonly unknown[]): string {
  const names = authors.map(
    (each) => textOf(each) ?? textOf(partOf(each)["name"]) ?? textOf(partOf(each)["email"]) ?? "",
  );
  return [...new Set(names.filter((name) => name !== ""))].join(", ");
}

function dateOf(value: unknown): string | undefined {
  const text = value instanceof Date ? value.toISOString() : textOf(value);
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** Titles and summaries may be HTML: their text. */
async function plain(value: unknown): Promise<string> {
  const text = textOf(value) ?? "";
  return /[<&]/.test(text) ? pageText(await parseHtml(text)) : text.trim();
}

/** The value, or the text of an element that has attributes besides. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value.trim() === "" ? undefined : value.trim();
  if (typeof value === "number") return String(value);
  if (typeof value !== "object" || value === null) return undefined;
  const { value: inner } = value as { value?: unknown };
  return typeof inner === "string" ? textOf(inner) : undefined;
}

function partOf(value: unknown): Part {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Part) : {};
}

function listOfAny(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function listOf(value: unknown): Part[] {
  return listOfAny(value).map((each) => partOf(each));
}

function absolute(url: string, base: string): string {
  return URL.canParse(url, base) ? new URL(url, base).href : url;
}

function given(name: string, value: string): Record<string, string> {
  return value === "" ? {} : { [name]: value };
}
