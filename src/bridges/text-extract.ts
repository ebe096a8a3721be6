import { z } from "zod";
import { pure } from "./pure-method.ts";
import { escapeHtml, stripHtml, unescapeHtml } from "./text-html.ts";

const text = z.string();

/** What can be found in texts: models' answers, pages. All in one pass. */
export const extractMethods = {
  codeBlocks: pure({
    summary:
      "The fenced code blocks of a Markdown text, e.g. a model's answer; one that is not closed goes to the end.",
    input: { text, language: z.string().optional().describe("Only blocks of this language.") },
    output: z.array(z.object({ language: z.string(), code: z.string() })),
    run: (input) =>
      codeBlocks(input.text).filter((block) => input.language === undefined || block.language === input.language),
  }),
  urls: pure({
    summary: "The http and https addresses in a text, in order, without repeats.",
    input: { text },
    output: z.array(z.string()),
    run: (input) => [...new Set((input.text.match(/https?:\/\/[^\s<>"'`{}|\\^]+/g) ?? []).map(trimUrl))],
  }),
  emails: pure({
    summary: "The e-mail addresses in a text, in order, without repeats.",
    input: { text },
    output: z.array(z.string()),
    run: (input) => [...new Set(emails(input.text))],
  }),
  stripHtml: pure({
    summary:
      "The text of an HTML page or fragment: tags, comments, scripts and styles removed, blocks on lines of their own, entities decoded.",
    input: { html: z.string() },
    output: text,
    run: ({ html }) => stripHtml(html),
  }),
  escapeHtml: pure({
    summary: "With `& < > \" '` as entities, for use in HTML text and attributes.",
    input: { text },
    output: text,
    run: (input) => escapeHtml(input.text),
  }),
  unescapeHtml: pure({
    summary: "With numeric and common named entities decoded; unknown ones stay.",
    input: { text },
    output: text,
    run: (input) => unescapeHtml(input.text),
  }),
};

function codeBlocks(given: string): { language: string; code: string }[] {
  const blocks: { language: string; code: string }[] = [];
  let open: { fence: string; language: string; lines: string[] } | undefined;
  const close = () => {
    if (open) blocks.push({ language: open.language, code: open.lines.join("\n") });
    open = undefined;
  };
  for (const line of given.split(/\r?\n/)) {
    const [, fence = "", info = ""] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (!open && fence !== "" && !(fence.startsWith("`") && info.includes("`"))) {
      open = { fence, language: info.trim().split(/\s/)[0]?.toLowerCase() ?? "", lines: [] };
    } else if (open && fence.startsWith(open.fence) && info.trim() === "") {
      close();
    } else {
      open?.lines.push(line);
    }
  }
  close();
  return blocks;
}

/** Without the punctuation of the sentence around it; a closing bracket stays where it was opened inside. */
function trimUrl(url: string): string {
  let end = url.length;
  let open = 0;
  for (const char of url) open += char === "(" ? 1 : char === ")" ? -1 : 0;
  while (end > 0) {
    const last = url[end - 1] as string;
    if (last === ")" && open < 0) open += 1;
    else if (!".,;:!?]*_".includes(last)) break;
    end -= 1;
  }
  return url.slice(0, end);
}

function emails(given: string): string[] {
  const found: string[] = [];
  for (let at = given.indexOf("@"); at !== -1; at = given.indexOf("@", at + 1)) {
    const before = given.slice(Math.max(0, at - 64), at);
    const after = given.slice(at + 1, at + 255);
    let start = before.length;
    while (start > 0 && /[A-Za-z0-9.!#$%&*+/=?^_{|}~-]/.test(before[start - 1] as string)) start -= 1;
    const local = before.slice(start).replace(/^\.+/, "");
    const domain = /^[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}/.exec(after)?.[0];
    if (local !== "" && domain !== undefined && /\.[A-Za-z]{2,}$/.test(domain)) found.push(`${local}@${domain}`);
  }
  return found;
}
