/** Markup that is safe to put into a page as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | undefined | readonly Part[];

/** Builds markup: whatever is put in is escaped, unless it is markup itself. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  let text = strings[0] as string;
  for (const [index, part] of parts.entries()) text += textOf(part) + (strings[index + 1] as string);
  return new Markup(text);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function textOf(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "object") return part.map(textOf).join("");
  // Control characters have no place in a page, and would reach the terminal of who looks at its source; those that turn
  // the direction of a text would show another one than there is.
  return String(part).replaceAll(
    /[&<>"']|(?![\t\n\r])\p{Cc}|[\u202A-\u202E\u2066-\u2069]/gu,
    (character) => ESCAPES[character] ?? "\ufffd",
  );
}
