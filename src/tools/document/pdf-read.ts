import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { filePath } from "../file/paths.ts";
import { defineTool } from "../tool.ts";
import { badFile } from "./office-file.ts";

const MAX_CHARACTERS = 2_000_000;

export const pdfRead = defineTool({
  name: "pdf_read",
  category: "document",
  description:
    "Reads the text of a PDF file page by page, with title, author and number of pages. Scanned pages hold no text.",
  tags: ["pdf", "document", "text", "read"],
  parameters: z.object({
    path: filePath,
    first_page: z.int().min(1).default(1).describe("First page to read, from 1."),
    last_page: z.int().min(1).optional().describe("Default: the last, at most 100 pages after the first."),
    password: z.string().optional().describe("Of an encrypted file."),
  }),
  returns: z.object({
    pages: z.array(z.object({ page: z.int(), text: z.string() })),
    total_pages: z.int(),
    truncated: z.boolean().describe("Whether pages follow after the last one answered."),
    metadata: z
      .record(z.string(), z.string())
      .describe("title, author, subject, keywords, creator, producer, where given."),
  }),
  effect: "read",
  permissions: ["fs.read"],
  examples: [{ description: "The first page", args: { path: "paper.pdf", last_page: 1 } }],
  async execute({ path, first_page: first, last_page: lastWanted, password }, { files, signal }) {
    const { getDocumentProxy } = await import("unpdf");
    const bytes = files.readBytes(path);
    // The library takes the bytes over; it gets a copy of its own.
    const options = {
      verbosity: 0,
      isEvalSupported: false,
      useSystemFonts: false,
      ...(password === undefined ? {} : { password }),
    };
    const pdf = await getDocumentProxy(new Uint8Array(bytes), options).catch((cause: unknown) => {
      throw toPdfError(cause, path, password !== undefined);
    });
    try {
      const total = pdf.numPages;
      if (first > total)
        throw new LlmspellError("input.invalid", `"${path}" has ${total} pages, none from ${first} on`);
      const last = Math.min(lastWanted ?? first + 99, total);
      const pages = [];
      let characters = 0;
      for (let number = first; number <= last; number++) {
        signal.throwIfAborted();
        const { items } = await (await pdf.getPage(number)).getTextContent();
        const text = items
          .map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : ""))
          .join("")
          .trimEnd();
        characters += text.length;
        if (characters > MAX_CHARACTERS) {
          throw new LlmspellError(
            "value.too_large",
            `the pages ${first} to ${last} of "${path}" hold more than ${MAX_CHARACTERS} characters`,
            {
              hint: "Read fewer pages with first_page and last_page.",
            },
          );
        }
        pages.push({ page: number, text });
      }
      const { info } = await pdf.getMetadata();
      return {
        pages,
        total_pages: total,
        truncated: last < total,
        metadata: metadataOf(info as Record<string, unknown>),
      };
    } catch (cause) {
      throw LlmspellError.is(cause) || signal.aborted ? cause : toPdfError(cause, path, password !== undefined);
    } finally {
      await pdf.loadingTask.destroy();
    }
  },
});

function metadataOf(info: Record<string, unknown>): Record<string, string> {
  const names = ["Title", "Author", "Subject", "Keywords", "Creator", "Producer"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = info[name];
      return typeof value === "string" && value !== "" ? [[name.toLowerCase(), value]] : [];
    }),
  );
}

function toPdfError(cause: unknown, path: string, hadPassword: boolean): LlmspellError {
  const { name = "", message = String(cause) } = cause as Partial<Error>;
  if (name === "PasswordException") {
    return badFile(path, "PDF", hadPassword ? "the password is wrong" : "it is encrypted", "Pass its password.", cause);
  }
  return badFile(path, "PDF", message, undefined, cause);
}
