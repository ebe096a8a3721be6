import { LlmspellError } from "../../errors.ts";
import { baseOf, elementsNamed, parseHtml } from "./parse-html.ts";
import { pageText } from "./page-text.ts";

/** The work of finding the article grows with the square of the depth. */
const MAX_DEPTH = 100;
const MAX_ELEMENTS = 60_000;

export interface ReadablePage {
  title: string;
  byline?: string;
  site_name?: string;
  published?: string;
  language?: string;
  excerpt?: string;
  /** Whether an article was found; otherwise the content is that of the whole page. */
  article: boolean;
  content: string;
  links: { url: string; text: string }[];
}

/** What of a page is for its reader, by Mozilla's Readability. Scripts are not run, nothing is loaded. */
export async function readablePage(html: string, url: string, format: "text" | "markdown"): Promise<ReadablePage> {
  const document = await parseHtml(html, MAX_DEPTH);
  if (elementsNamed(document, "body", "p", "div", "span", "td", "li", "a").length > MAX_ELEMENTS) {
    throw new LlmspellError("value.too_large", `the page has more than ${MAX_ELEMENTS} elements`, {
      hint: "Take its parts with web_scrape.",
    });
  }
  for (const element of elementsNamed(document, "script", "style", "template", "noscript")) element.children = [];
  const base = baseOf(document, url);
  const [{ default: render }, { parseHTML }, { Readability }] = await Promise.all([
    import("dom-serializer"),
    import("linkedom"),
    import("@mozilla/readability"),
  ]);
  const hasRoot = elementsNamed(document, "html").length > 0;
  const written = render(document);
  const page = parseHTML(hasRoot ? written : `<html><body>${written}</body></html>`).document;
  const language = page.documentElement?.getAttribute("lang") ?? undefined;
  const title = page.querySelector("title")?.textContent?.trim() ?? "";
  const found = new Readability(page, { maxElemsToParse: MAX_ELEMENTS }).parse();
  const article = found?.content ? await parseHtml(found.content) : document;
  for (const element of elementsNamed(article, "title")) element.children = [];
  const links = absoluteLinks(article, base);
  return {
    title: found?.title?.trim() || title,
    ...given("byline", found?.byline),
    ...given("site_name", found?.siteName),
    ...given("published", found?.publishedTime),
    ...given("language", found?.lang ?? language),
    ...given("excerpt", found?.excerpt),
    article: Boolean(found?.content),
    content: format === "text" ? pageText(article) : await toMarkdown(render(article)),
    links,
  };
}

/** Links of a tree by absolute address, each once; addresses in the tree become absolute too. */
function absoluteLinks(root: Awaited<ReturnType<typeof parseHtml>>, base: string): { url: string; text: string }[] {
  const links = new Map<string, string>();
  for (const element of elementsNamed(root, "a", "img")) {
    const name = element.name === "a" ? "href" : "src";
    const address = element.attribs[name];
    if (address === undefined) continue;
    const url = URL.canParse(address, base) ? new URL(address, base) : undefined;
    // Nothing that a reader of the answer could run or load from here.
    if (!url || !/^(https?|mailto):$/.test(url.protocol)) delete element.attribs[name];
    else element.attribs[name] = url.href;
    if (element.name !== "a" || !url || !/^https?:$/.test(url.protocol)) continue;
    const text = pageText(element).replaceAll("\n", " ");
    if (!links.get(url.href)) links.set(url.href, text);
  }
  return [...links].map(([url, text]) => ({ url, text }));
}

async function toMarkdown(html: string): Promise<string> {
  const { NodeHtmlMarkdown } = await import("node-html-markdown");
  return NodeHtmlMarkdown.translate(html, { bulletMarker: "-", maxConsecutiveNewlines: 2 }).trim();
}

function given(name: string, value: string | null | undefined): Record<string, string> {
  const text = value?.trim() ?? "";
  return text === "" ? {} : { [name]: text };
}
