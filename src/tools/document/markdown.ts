import { parseHtml } from "../web/parse-html.ts";

/** HTML as Markdown, tables included. Scripts and styles are dropped, and addresses that run something. */
export async function toMarkdown(html: string): Promise<string> {
  const [{ NodeHtmlMarkdown }, { default: render }] = await Promise.all([
    import("node-html-markdown"),
    import("dom-serializer"),
  ]);
  // Through a tree of bounded depth: what reads it next recurses.
  const bounded = withoutScriptLinks(render(await parseHtml(html)));
  // The line break before the end of a block of code would become an empty line.
  return NodeHtmlMarkdown.translate(bounded.replaceAll("\n</code></pre>", "</code></pre>"), {
    bulletMarker: "-",
    maxConsecutiveNewlines: 2,
  }).trim();
}

/** HTML as a serializer writes it (attributes in double quotes), without addresses but those of the web, of mail and of places. */
export function withoutScriptLinks(html: string): string {
  return html.replaceAll(/ (href|src)="([^"]*)"/g, (whole, _name, address: string) => {
    const scheme = /^[^/?#]*?:/.exec(address.replaceAll(/&#?\w+;|\s/g, ""))?.[0].toLowerCase();
    const encoded = /&#|&(?:colon|tab|newline);/i.test(address);
    return !encoded && (scheme === undefined || ["http:", "https:", "mailto:", "tel:"].includes(scheme)) ? whole : "";
  });
}
