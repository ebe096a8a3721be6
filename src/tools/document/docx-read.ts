import { z } from "zod";
import { filePath } from "../file/paths.ts";
import { defineTool } from "../tool.ts";
import { toMarkdown, withoutScriptLinks } from "./markdown.ts";
import { badFile, readOfficeFile } from "./office-file.ts";

export const docxRead = defineTool({
  name: "docx_read",
  category: "document",
  description:
    "Reads a Word document (DOCX) as Markdown, plain text or HTML: headings, lists, tables and links; images are left out.",
  tags: ["docx", "word", "document", "read"],
  parameters: z.object({
    path: filePath,
    format: z.enum(["markdown", "text", "html"]).default("markdown").describe("What to make of it."),
  }),
  returns: z.object({
    content: z.string(),
    format: z.string(),
    warnings: z.array(z.string()).describe("What could not be carried over."),
  }),
  effect: "read",
  permissions: ["fs.read"],
  examples: [{ description: "As Markdown", args: { path: "letter.docx" } }],
  async execute({ path, format }, { files }) {
    const buffer = Buffer.from(await readOfficeFile(files, path, "DOCX", "word/document.xml"));
    const { default: mammoth } = await import("mammoth");
    const images = mammoth.images.imgElement(async () => ({ src: "" }));
    const reading =
      format === "text"
        ? mammoth.extractRawText({ buffer })
        : mammoth.convertToHtml({ buffer }, { convertImage: images, externalFileAccess: false });
    const { value, messages } = await reading.catch((cause: unknown) => {
      throw badFile(path, "DOCX", cause instanceof Error ? cause.message : String(cause), undefined, cause);
    });
    const html = format === "text" ? "" : withoutScriptLinks(value.replaceAll(/<img[^>]*>/g, ""));
    const content = format === "text" ? value.trim() : format === "html" ? html : await toMarkdown(html);
    return { content, format, warnings: [...new Set(messages.map(({ message }) => message))].slice(0, 50) };
  },
});
