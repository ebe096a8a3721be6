import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { defineTool } from "../tool.ts";
import { decodeText, textEncoding } from "./encoding.ts";
import { filePath } from "./paths.ts";

const MAX_CHARACTERS = 1_000_000;

export const fileRead = defineTool({
  name: "file_read",
  category: "file",
  description:
    "Reads a text file, all of it or some lines (offset, limit). With encoding base64 it reads any file as bytes. Use file_grep to find a place first.",
  tags: ["file", "read", "text"],
  parameters: z.object({
    path: filePath,
    offset: z.int().min(1).optional().describe("First line to read, from 1."),
    limit: z.int().min(1).optional().describe("Most lines to read. Default: to the end."),
    encoding: z
      .union([textEncoding, z.literal("base64")])
      .default("utf-8")
      .describe("How the text is encoded; base64 for bytes."),
  }),
  returns: z.object({
    path: z.string(),
    content: z.string(),
    encoding: z.string(),
    size: z.int().describe("Bytes of the file."),
    total_lines: z.int().optional(),
    first_line: z.int().optional(),
    last_line: z.int().optional(),
    truncated: z.boolean().describe("Whether lines follow after last_line."),
  }),
  effect: "read",
  permissions: ["fs.read"],
  idempotent: true,
  examples: [
    { description: "A whole file", args: { path: "notes.txt" } },
    { description: "Lines 2 and 3", args: { path: "notes.txt", offset: 2, limit: 2 } },
  ],
  execute({ path, offset = 1, limit, encoding }, { files }) {
    const bytes = files.readBytes(path);
    if (encoding === "base64") {
      return {
        path,
        content: checkLength(path, Buffer.from(bytes).toString("base64")),
        encoding,
        size: bytes.length,
        truncated: false,
      };
    }
    const text = decodeText(bytes, encoding, path);
    const lines = linesOf(text);
    const last = limit === undefined ? lines.length : Math.min(lines.length, offset + limit - 1);
    if (offset > 1 && offset > lines.length) {
      throw new LlmspellError("input.invalid", `"${path}" has ${lines.length} lines, none from ${offset} on`, {
        hint: "Lines count from 1.",
      });
    }
    const whole = offset === 1 && last === lines.length;
    return {
      path,
      content: checkLength(path, whole ? text : lines.slice(offset - 1, last).join("")),
      encoding,
      size: bytes.length,
      total_lines: lines.length,
      first_line: offset,
      last_line: last,
      truncated: last < lines.length,
    };
  },
});

/** Lines with their ends. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function checkLength(path: string, content: string): string {
  if (content.length <= MAX_CHARACTERS) return content;
  throw new LlmspellError(
    "value.too_large",
    `what is to be read of "${path}" has ${content.length} characters, more than ${MAX_CHARACTERS}`,
    {
      details: { path, characters: content.length, limit: MAX_CHARACTERS },
      hint: "Read some lines at a time with offset and limit, or find the place with file_grep.",
    },
  );
}
