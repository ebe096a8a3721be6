import { createHash } from "node:crypto";
import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import type { ToolHost } from "../tool-host.ts";
import { defineTool } from "../tool.ts";
import { decodeText } from "./decode-text.ts";
import { parseHtml, selectElements } from "./parse-html.ts";
import { pageText } from "./page-text.ts";
import { maxBytesField, timeoutField, webUrl } from "./request-fields.ts";
import { download, mediaType } from "./send.ts";

const DEFAULT_STORE = ".llmspell/page-watch.json";
const MAX_LINES = 20_000;

const seenPage = z.object({ text: z.string(), hash: z.string(), checked_at: z.string() });
type SeenPage = z.output<typeof seenPage>;

export const pageWatch = defineTool({
  name: "page_watch",
  category: "web",
  description:
    "Compares a web page, or the part that a selector finds, with how it was at the last call, and says which lines came and went. What was seen is kept in a file of the workspace.",
  tags: ["web", "monitor", "watch", "change"],
  parameters: z.object({
    url: webUrl,
    selector: z.string().optional().describe("CSS selector of the part to watch. Default: the whole page."),
    store: z.string().default(DEFAULT_STORE).describe("File of the workspace where it is kept what was seen."),
    keep: z.boolean().default(true).describe("False only compares: the next call compares with the same text again."),
    timeout_ms: timeoutField,
    max_bytes: maxBytesField,
  }),
  returns: z.object({
    url: z.string(),
    changed: z.boolean(),
    first: z.boolean().describe("Seen for the first time: nothing to compare with."),
    added: z.array(z.string()).describe("Lines that are new, in their order."),
    removed: z.array(z.string()).describe("Lines that are gone."),
    text: z.string(),
    hash: z.string(),
    checked_at: z.string(),
    previous_at: z.string().nullable(),
  }),
  effect: "write",
  permissions: ["net", "fs.read", "fs.write"],
  timeoutMs: 600_000,
  examples: [{ description: "Watch a price", args: { url: "https://example.com/item", selector: ".price" } }],
  async execute({ url, selector, store, keep, timeout_ms: timeoutMs, max_bytes: maxBytes }, host) {
    const seen = readStore(host, store);
    const answer = await download(host, url, { timeoutMs, maxBytes });
    const content = decodeText(answer.body, answer.headers.get("content-type"));
    const html = /html|^$/.test(mediaType(answer.headers));
    const text = html || selector !== undefined ? await watchedText(content, selector) : content.trim();
    const hash = createHash("sha256").update(text).digest("hex");
    const key = selector === undefined ? url : `${url} ${selector}`;
    const before = Object.hasOwn(seen, key) ? seen[key] : undefined;
    const checkedAt = new Date(host.now()).toISOString();
    if (keep) {
      const all = Object.fromEntries([
        ...Object.entries(seen).filter(([name]) => name !== key),
        [key, { text, hash, checked_at: checkedAt }],
      ]);
      host.files.write(store, `${JSON.stringify(all, null, 2)}\n`);
    }
    const changed = before !== undefined && before.hash !== hash;
    return {
      url: answer.url,
      changed,
      first: before === undefined,
      ...(changed ? difference(before.text, text) : { added: [], removed: [] }),
      text,
      hash,
      checked_at: checkedAt,
      previous_at: before?.checked_at ?? null,
    };
  },
});

async function watchedText(html: string, selector: string | undefined): Promise<string> {
  const document = await parseHtml(html);
  if (selector === undefined) return pageText(document);
  const elements = await selectElements(selector, document);
  if (elements.length > 0) return elements.map((element) => pageText(element)).join("\n");
  throw new LlmspellError("input.invalid", `the page has nothing that "${selector}" finds`, {
    hint: "A page that is made by scripts in the browser has its content elsewhere.",
  });
}

function readStore(host: ToolHost, store: string): Record<string, SeenPage> {
  if (!host.files.exists(store)) return {};
  try {
    return z.record(z.string(), seenPage).parse(JSON.parse(host.files.read(store)));
  } catch (cause) {
    if (LlmspellError.is(cause)) throw cause;
    throw new LlmspellError("parse.invalid", `${store} holds something else than seen pages`, {
      cause,
      hint: "Pass another store.",
    });
  }
}

/** Lines by how often they stand there: what moved only is no change worth telling. */
function difference(before: string, after: string): { added: string[]; removed: string[] } {
  const [old, now] = [before, after].map((text) => text.split("\n").slice(0, MAX_LINES)) as [string[], string[]];
  return { added: beyond(now, old), removed: beyond(old, now) };
}

function beyond(lines: readonly string[], others: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = counts.get(line) ?? 0;
    counts.set(line, count - 1);
    return count <= 0;
  });
}
