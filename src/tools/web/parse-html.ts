import type { AnyNode, Document, Element } from "domhandler";
import { LlmspellError } from "../../errors.ts";

/** As browsers do: what is nested deeper stands beside its parent. Also bounds what recursion sees. */
const MAX_DEPTH = 512;
/** Deeper than this is no page: the parser's own work would grow with the square. */
const REFUSED_DEPTH = 4096;
/** With the texts between them what a run's memory holds by default. */
const MAX_ELEMENTS = 150_000;
const MAX_SELECTOR = 500;

/** A page as a tree. Any text is HTML; nothing in it is run or loaded. Throws `parse.invalid` for what is made to be deep, `value.too_large`. */
export async function parseHtml(html: string, maxDepth = MAX_DEPTH): Promise<Document> {
  const [{ Parser }, { DomHandler }] = await Promise.all([import("htmlparser2"), import("domhandler")]);
  const handler = new DomHandler();
  let depth = 0;
  let skipped = 0;
  let elements = 0;
  const count = () => {
    if (++elements > MAX_ELEMENTS)
      throw new LlmspellError("value.too_large", `the page has more than ${MAX_ELEMENTS} elements`);
  };
  const parser = new Parser({
    onparserinit: (parser) => handler.onparserinit(parser),
    onreset: () => handler.onreset(),
    onend: () => handler.onend(),
    onerror: (error) => handler.onerror(error),
    ontext: (text) => handler.ontext(text),
    oncomment(text) {
      count();
      handler.oncomment(text);
    },
    oncommentend: () => handler.oncommentend(),
    oncdatastart: () => handler.oncdatastart(),
    oncdataend: () => handler.oncdataend(),
    onprocessinginstruction: (name, text) => handler.onprocessinginstruction(name, text),
    onopentag(name, attributes) {
      if (depth >= maxDepth) {
        skipped++;
        if (depth + skipped <= REFUSED_DEPTH) return;
        throw new LlmspellError("parse.invalid", `the page nests its elements more than ${REFUSED_DEPTH} deep`);
      }
      depth++;
      count();
      handler.onopentag(name, attributes);
    },
    onclosetag() {
      if (skipped > 0) {
        skipped--;
        return;
      }
      depth--;
      handler.onclosetag();
    },
  });
  parser.end(html);
  return handler.root;
}

/** The elements that a CSS selector finds, in the order of the page. Throws `input.invalid`. */
export async function selectElements(selector: string, root: Document | Element): Promise<Element[]> {
  if (selector.length > MAX_SELECTOR) {
    throw new LlmspellError("input.invalid", `a selector may have ${MAX_SELECTOR} characters`);
  }
  const { selectAll } = await import("css-select");
  try {
    return selectAll<AnyNode, Element>(selector, root);
  } catch (cause) {
    throw new LlmspellError("input.invalid", `"${selector}" is no selector: ${(cause as Error).message}`, {
      cause,
      hint: "Selectors are those of CSS: #id, .class, tag, [attribute], a > b, :not(), :nth-child().",
    });
  }
}

/** What relative addresses of a page start from: its `<base>`, else its own address. */
export function baseOf(document: Document, url: string): string {
  const base = elementsNamed(document, "base").find(({ attribs }) => attribs["href"] !== undefined)?.attribs["href"];
  return base !== undefined && URL.canParse(base, url) ? new URL(base, url).href : url;
}

/** All elements of some names, in order; without recursion. */
export function elementsNamed(root: Document | Element, ...names: string[]): Element[] {
  const found: Element[] = [];
  const stack = [...root.children].toReversed();
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (!("children" in node)) continue;
    if ("name" in node && names.includes(node.name)) found.push(node);
    for (let index = node.children.length - 1; index >= 0; index--) {
      const child = node.children[index];
      if (child) stack.push(child);
    }
  }
  return found;
}
