const NAMED: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  copy: "©",
  reg: "®",
  trade: "™",
  hellip: "…",
  mdash: "—",
  ndash: "–",
  lsquo: "‘",
  rsquo: "’",
  ldquo: "“",
  rdquo: "”",
  laquo: "«",
  raquo: "»",
  bull: "•",
  middot: "·",
  euro: "€",
  pound: "£",
  yen: "¥",
  cent: "¢",
  sect: "§",
  para: "¶",
  deg: "°",
  plusmn: "±",
  times: "×",
  divide: "÷",
  frac12: "½",
  shy: "\u00ad",
  szlig: "ß",
  eacute: "é",
  egrave: "è",
  auml: "ä",
  ouml: "ö",
  uuml: "ü",
  Auml: "Ä",
  Ouml: "Ö",
  Uuml: "Ü",
  ccedil: "ç",
  ntilde: "ñ",
  agrave: "à",
  aacute: "á",
  iacute: "í",
  oacute: "ó",
};

const BLOCK = new Set(
  "address article aside blockquote br dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table td th tr ul".split(
    " ",
  ),
);
/** Elements whose content is not text for a reader. */
const HIDDEN = new Set(["script", "style", "noscript", "template", "svg", "head"]);

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replaceAll(/[&<>"']/g, (char) => entities[char] ?? char);
}

export function unescapeHtml(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,8}));/g,
    (entity, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return Object.hasOwn(NAMED, name) ? (NAMED[name] as string) : entity;
      const point = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
      return point > 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)
        ? String.fromCodePoint(point)
        : "\ufffd";
    },
  );
}

/** The readable text of HTML, in one pass. No sanitizer: the result is text, not HTML. */
export function stripHtml(html: string): string {
  const parts: string[] = [];
  // Only ASCII letters, so that positions stay the same.
  const lower = html.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
  let at = 0;
  let preformatted = false;
  const pushText = (text: string) => parts.push(preformatted ? text : text.replaceAll(/\s+/g, " "));
  while (at < html.length) {
    const open = html.indexOf("<", at);
    if (open === -1) break;
    pushText(html.slice(at, open));
    if (html.startsWith("<!--", open)) {
      const end = html.indexOf("-->", open + 4);
      at = end === -1 ? html.length : end + 3;
      continue;
    }
    const name = /^<\/?([a-z][a-z0-9]*)|^<[!?]/.exec(lower.slice(open, open + 32));
    if (!name) {
      parts.push("<");
      at = open + 1;
      continue;
    }
    at = tagEnd(html, open);
    const element = name[1] ?? "";
    if (element === "pre") preformatted = lower[open + 1] !== "/";
    if (BLOCK.has(element)) parts.push("\n");
    if (!HIDDEN.has(element) || lower[open + 1] === "/" || html[at - 2] === "/") continue;
    const end = lower.indexOf(`</${element}`, at);
    at = end === -1 ? html.length : end;
  }
  pushText(html.slice(at));
  const lines = unescapeHtml(parts.join(""))
    .split("\n")
    .map((line) => line.replaceAll(/[\s\u00a0]+/g, " ").trim());
  return lines
    .filter((line, index) => line !== "" || (lines[index - 1] ?? "") !== "")
    .join("\n")
    .trim();
}

/** After the `>` of the tag that opens at `open`; one in quotes does not count. */
function tagEnd(html: string, open: number): number {
  let quote = "";
  for (let at = open + 1; at < html.length; at++) {
    const char = html[at] as string;
    if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === ">") return at + 1;
    else if ((char === '"' || char === "'") && html[at - 1] === "=") quote = char;
  }
  return html.length;
}
