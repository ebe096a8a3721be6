import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { decodeText } from "../file/encoding.ts";
import { overwrite, refuseExisting } from "../file/paths.ts";
import { defineTool } from "../tool.ts";
import type { ToolHost } from "../tool-host.ts";
import { toMarkdown } from "./markdown.ts";

const MAX_CHARACTERS = 2_000_000;
const output = z.string().min(1).optional().describe("File to write. Default: the content is answered.");
const returns = z.object({ content: z.string().optional(), output_path: z.string().optional(), bytes: z.int() });
const common = {
  category: "document",
  effect: "write",
  permissions: ["fs.read", "fs.write"],
  destructive: true,
  idempotent: true,
} as const;

export const htmlToMarkdown = defineTool({
  ...common,
  name: "html_to_markdown",
  description:
    "Turns HTML into Markdown: headings, lists, tables, links, code. Scripts and styles are dropped. For pages of the web use web_fetch.",
  tags: ["html", "markdown", "convert"],
  parameters: z.object({
    html: z.string().optional().describe("The HTML."),
    path: z.string().min(1).optional().describe("HTML file, instead of html."),
    output_path: output,
    overwrite,
  }),
  returns,
  examples: [{ description: "A list", args: { html: "<h1>Title</h1><ul><li>one</li><li><b>two</b></li></ul>" } }],
  async execute({ html, path, output_path: to, overwrite: replace }, host) {
    if (to !== undefined) refuseExisting(host.files, to, replace);
    return answer(`${await toMarkdown(sourceOf(html, path, "html", host))}\n`, to, host);
  },
});

export const markdownToHtml = defineTool({
  ...common,
  name: "markdown_to_html",
  description:
    "Turns Markdown (CommonMark with tables) into HTML that is safe to show: HTML in it becomes text, links that run something are dropped.",
  tags: ["markdown", "html", "convert"],
  parameters: z.object({
    markdown: z.string().optional().describe("The Markdown."),
    path: z.string().min(1).optional().describe("Markdown file, instead of markdown."),
    output_path: output,
    overwrite,
    title: z.string().optional().describe("Makes a whole page with this title. Default: a fragment."),
  }),
  returns,
  examples: [{ description: "A fragment", args: { markdown: "# Title\n\n- one\n- **two**\n" } }],
  async execute({ markdown, path, output_path: to, overwrite: replace, title }, host) {
    if (to !== undefined) refuseExisting(host.files, to, replace);
    const text = sourceOf(markdown, path, "markdown", host);
    const { default: markdownIt } = await import("markdown-it");
    const renderer = markdownIt({ html: false, linkify: true });
    const fragment = renderer.render(text);
    return answer(title === undefined ? fragment : pageOf(renderer.utils.escapeHtml(title), fragment), to, host);
  },
});

function pageOf(title: string, body: string): string {
  return `<!doctype html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>${title}</title>\n</head>\n<body>\n${body}</body>\n</html>\n`;
}

function sourceOf(given: string | undefined, path: string | undefined, name: string, { files }: ToolHost): string {
  if ((given === undefined) === (path === undefined))
    throw new LlmspellError("input.invalid", `pass either ${name} or path`);
  const text = path === undefined ? (given ?? "") : decodeText(files.readBytes(path), "utf-8", path);
  if (text.length <= MAX_CHARACTERS) return text;
  throw new LlmspellError("value.too_large", `the ${name} has more than ${MAX_CHARACTERS} characters`);
}

function answer(content: string, to: string | undefined, { files }: ToolHost) {
  const bytes = Buffer.byteLength(content);
  if (to === undefined) return { content, bytes };
  files.write(to, content);
  return { output_path: to, bytes };
}
