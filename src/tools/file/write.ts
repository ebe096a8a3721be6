import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { defineTool } from "../tool.ts";
import { encodeText } from "./encoding.ts";
import { filePath } from "./paths.ts";

const writeEncoding = z
  .enum(["utf-8", "utf-16le", "latin1", "base64"])
  .default("utf-8")
  .describe("How the content is written; base64: the content holds bytes in base64.");
const content = z.string().describe("What to write.");

export const fileWrite = defineTool({
  name: "file_write",
  aliases: ["file_writer"],
  category: "file",
  description:
    "Writes a file, replacing what was there at once or not at all, and makes missing folders. To change a part of a file use file_edit.",
  tags: ["file", "write", "text"],
  parameters: z.object({
    path: filePath,
    content,
    mode: z
      .enum(["overwrite", "create", "append"])
      .default("overwrite")
      .describe("create: an error where the file exists; append: adds to its end."),
    encoding: writeEncoding,
  }),
  returns: z.object({ path: z.string(), bytes: z.int().describe("Bytes written."), created: z.boolean() }),
  effect: "write",
  permissions: ["fs.read", "fs.write"],
  destructive: true,
  examples: [{ description: "A new file", args: { path: "out/report.md", content: "# Report\n" } }],
  execute({ path, content: text, mode, encoding }, { files }) {
    const bytes = encodeText(text, encoding);
    const existed = files.exists(path);
    if (mode === "append") files.append(path, bytes);
    else if (mode === "create" && existed) throw existsAlready(path);
    else files.write(path, bytes);
    return { path, bytes: bytes.length, created: !existed };
  },
});

export const fileAppend = defineTool({
  name: "file_append",
  category: "file",
  description: "Adds text to the end of a file, which it makes if need be.",
  tags: ["file", "write", "append", "log"],
  parameters: z.object({
    path: filePath,
    content,
    newline: z.boolean().default(false).describe("Ends the content with a line break where it has none."),
    encoding: writeEncoding,
  }),
  returns: z.object({
    path: z.string(),
    bytes: z.int().describe("Bytes added."),
    size: z.int().describe("Bytes of the file now."),
  }),
  effect: "write",
  permissions: ["fs.read", "fs.write"],
  examples: [{ description: "A line of a log", args: { path: "log.txt", content: "done", newline: true } }],
  execute({ path, content: text, newline, encoding }, { files }) {
    const bytes = encodeText(newline && !text.endsWith("\n") ? `${text}\n` : text, encoding);
    files.append(path, bytes);
    return { path, bytes: bytes.length, size: files.stat(path).size };
  },
});

function existsAlready(path: string): LlmspellError {
  return new LlmspellError("fs.exists", `"${path}" exists already`, {
    details: { path },
    hint: 'Choose another name, or pass mode "overwrite" or "append".',
  });
}
