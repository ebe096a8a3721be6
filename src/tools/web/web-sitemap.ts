import { promisify } from "node:util";
import zlib from "node:zlib";
import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import type { ToolHost } from "../tool-host.ts";
import { defineTool } from "../tool.ts";
import { checkXml } from "./check-xml.ts";
import { compilePattern } from "./compile-pattern.ts";
import { decodeText } from "./decode-text.ts";
import { timeoutField, webUrl } from "./request-fields.ts";
import { MAX_BYTES, download, send } from "./send.ts";

/** sitemaps.org allows 50 MB unpacked; more than this no run needs at once. */
const MAX_SITEMAP_BYTES = MAX_BYTES;
const MAX_SITEMAPS = 100;

interface Entry {
  url: string;
  last_modified?: string;
  change_frequency?: string;
  priority?: number;
}

interface Sitemap {
  kind: "urls" | "index";
  entries: Entry[];
}

export const webSitemap = defineTool({
  name: "web_sitemap",
  category: "web",
  description:
    "Lists the pages of a web site from its sitemap: index files are followed, packed ones unpacked. Give a site's address (robots.txt and /sitemap.xml are looked at) or a sitemap's.",
  tags: ["web", "sitemap", "crawl"],
  parameters: z.object({
    url: webUrl.describe("Of the site, or of its sitemap."),
    pattern: z.string().max(500).optional().describe("Regular expression that addresses must match."),
    since: z.string().optional().describe("Only pages modified from this ISO date on."),
    limit: z.int().min(1).max(50_000).default(1000).describe("Most pages."),
    max_sitemaps: z.int().min(1).max(MAX_SITEMAPS).default(20).describe("Most sitemap files that are loaded."),
    timeout_ms: timeoutField.describe("For each file. Default 30,000."),
  }),
  returns: z.object({
    urls: z.array(
      z.object({
        url: z.string(),
        last_modified: z.string().optional(),
        change_frequency: z.string().optional(),
        priority: z.number().optional(),
      }),
    ),
    total: z.int().describe("Pages found that fit, before the limit."),
    sitemaps: z.array(z.string()).describe("The files that were read."),
    complete: z.boolean().describe("False where max_sitemaps left files out."),
  }),
  effect: "read",
  permissions: ["net"],
  timeoutMs: 600_000,
  examples: [{ description: "Pages of a blog", args: { url: "https://example.com/", pattern: "/blog/" } }],
  async execute({ url, pattern, since, limit, max_sitemaps: maxSitemaps, timeout_ms: timeoutMs }, host) {
    const matches = pattern === undefined ? () => true : await compilePattern(pattern);
    const from = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
    if (Number.isNaN(from)) throw new LlmspellError("parse.invalid", `since: "${since}" is no date`);
    const waiting = await startOf(host, url, timeoutMs);
    const seen = new Set(waiting);
    const read: string[] = [];
    const pages = new Map<string, Entry>();
    for (let next = waiting.shift(); next !== undefined && read.length < maxSitemaps; next = waiting.shift()) {
      const { kind, entries } = await loadSitemap(host, next, timeoutMs);
      read.push(next);
      for (const entry of entries) {
        const modified = Date.parse(entry.last_modified ?? "");
        if (kind === "index") {
          if (!seen.has(entry.url) && !(modified < from)) waiting.push(entry.url);
          seen.add(entry.url);
        } else if (matches(entry.url) && !(modified < from) && (since === undefined || !Number.isNaN(modified))) {
          pages.set(entry.url, entry);
        }
      }
    }
    const urls = [...pages.values()];
    return { urls: urls.slice(0, limit), total: urls.length, sitemaps: read, complete: seen.size === read.length };
  },
});

/** The sitemaps to begin with: the address itself, or what the site's robots.txt names, or its `/sitemap.xml`. */
async function startOf(host: ToolHost, url: string, timeoutMs: number | undefined): Promise<string[]> {
  if (!URL.canParse(url)) throw new LlmspellError("parse.invalid", `"${url}" is no URL`);
  const { pathname } = new URL(url);
  if (/\.(xml|txt)(\.gz)?$/i.test(pathname)) return [url];
  const robots = await send(host, new URL("/robots.txt", url).href, { timeoutMs, maxBytes: MAX_SITEMAP_BYTES });
  const named = robots.status === 200 ? decodeText(robots.body, robots.headers.get("content-type")) : "";
  const found = [...named.matchAll(/^[ \t]*sitemap[ \t]*:[ \t]*(\S+)/gim)].map(([, address]) => address as string);
  const usable = found.filter((address) => URL.canParse(address, url)).map((address) => new URL(address, url).href);
  return usable.length > 0 ? [...new Set(usable)].slice(0, MAX_SITEMAPS) : [new URL("/sitemap.xml", url).href];
}

async function loadSitemap(host: ToolHost, url: string, timeoutMs: number | undefined): Promise<Sitemap> {
  const answer = await download(host, url, { timeoutMs, maxBytes: MAX_SITEMAP_BYTES });
  const body = await unpacked(answer.body, url);
  const text = decodeText(body, answer.headers.get("content-type")).replace(/^\ufeff/, "");
  if (!text.trimStart().startsWith("<")) return { kind: "urls", entries: fromLines(text, url) };
  return readSitemap(text, answer.url);
}

/** A `.gz` file; one that unpacks to more than a sitemap may have is refused on the way. */
async function unpacked(body: Uint8Array, url: string): Promise<Uint8Array> {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
  try {
    return await promisify(zlib.gunzip)(body, { maxOutputLength: MAX_SITEMAP_BYTES });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      throw new LlmspellError("value.too_large", `${url} unpacks to more than ${MAX_SITEMAP_BYTES} bytes`, { cause });
    }
    throw new LlmspellError("parse.invalid", `${url} is a damaged gzip file`, { cause });
  }
}

function fromLines(text: string, url: string): Entry[] {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const entries = lines.filter((line) => URL.canParse(line) && /^https?:/i.test(line)).map((line) => ({ url: line }));
  if (entries.length > 0 || lines.length === 0) return entries;
  throw new LlmspellError("parse.invalid", `${url} is no sitemap`);
}

async function readSitemap(text: string, url: string): Promise<Sitemap> {
  const tag = await checkXml(text, url);
  const prefix = tag.includes(":") ? `${tag.split(":", 1)[0]}:` : "";
  const root = tag.slice(prefix.length);
  if (root !== "urlset" && root !== "sitemapindex") {
    throw new LlmspellError("parse.invalid", `${url} is no sitemap but <${root}>`);
  }
  const { Parser } = await import("htmlparser2");
  // Elements of extensions (images, news) have another prefix.
  const own = (name: string) => (name.startsWith(prefix) ? name.slice(prefix.length) : "");
  const entries: Entry[] = [];
  let fields: Record<string, string> | undefined;
  let name = "";
  const parser = new Parser(
    {
      onopentag(tag) {
        name = own(tag);
        if (name === "url" || name === "sitemap") fields = {};
      },
      ontext(part) {
        if (fields && name !== "") fields[name] = (fields[name] ?? "") + part;
      },
      onclosetag(tag) {
        name = "";
        if (!["url", "sitemap"].includes(own(tag)) || !fields) return;
        const entry = entryOf(fields, url);
        if (entry) entries.push(entry);
        fields = undefined;
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(text);
  return { kind: root === "urlset" ? "urls" : "index", entries };
}

function entryOf(fields: Record<string, string>, base: string): Entry | undefined {
  const { loc = "", lastmod = "", changefreq = "", priority = "" } = fields;
  if (!URL.canParse(loc.trim(), base)) return undefined;
  const url = new URL(loc.trim(), base);
  if (!/^https?:$/.test(url.protocol)) return undefined;
  return {
    url: url.href,
    ...(lastmod.trim() === "" ? {} : { last_modified: lastmod.trim() }),
    ...(changefreq.trim() === "" ? {} : { change_frequency: changefreq.trim() }),
    ...(priority.trim() === "" || Number.isNaN(Number(priority)) ? {} : { priority: Number(priority) }),
  };
}
