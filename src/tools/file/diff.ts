import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { defineTool } from "../tool.ts";
import { decodeText } from "./encoding.ts";
import { unifiedDiff } from "./unified-diff.ts";

export const fileDiff = defineTool({
  name: "file_diff",
  category: "file",
  description: "Compares two text files, or a file and a text, as a unified diff that file_patch can apply.",
  tags: ["file", "diff", "compare"],
  parameters: z.object({
    from: z.string().min(1).describe("The old file."),
    to: z.string().min(1).optional().describe("The new file."),
    to_text: z.string().optional().describe("The new content, instead of to."),
    context: z.int().min(0).max(100).default(3).describe("Lines around each change."),
  }),
  returns: z.object({
    diff: z.string().describe("Empty when they are the same."),
    identical: z.boolean(),
    added: z.int(),
    removed: z.int(),
  }),
  effect: "read",
  permissions: ["fs.read"],
  idempotent: true,
  examples: [{ description: "A file and a new text", args: { from: "notes.txt", to_text: "first\nchanged\n" } }],
  async execute({ from, to, to_text: text, context }, { files }) {
    if ((to === undefined) === (text === undefined)) {
      throw new LlmspellError("input.invalid", "pass what to compare with: either to (a file) or to_text");
    }
    const before = decodeText(files.readBytes(from), "utf-8", from);
    const after = to === undefined ? (text ?? "") : decodeText(files.readBytes(to), "utf-8", to);
    return unifiedDiff({ path: from, text: before }, { path: to ?? from, text: after }, context);
  },
});
