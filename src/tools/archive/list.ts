import { z } from "zod";
import { defineTool } from "../tool.ts";
import { filePath } from "../file/paths.ts";
import { archiveFormat, formatOfBytes } from "./archive-format.ts";
import { readArchive } from "./read-archive.ts";

export const archiveList = defineTool({
  name: "archive_list",
  category: "archive",
  description: "Lists what a zip, tar.gz or tar archive holds, without unpacking it.",
  tags: ["archive", "zip", "tar", "list"],
  parameters: z.object({
    path: filePath.describe("The archive."),
    limit: z.int().min(1).max(10_000).default(1000).describe("Most entries to list."),
  }),
  returns: z.object({
    format: archiveFormat,
    entries: z.array(
      z.object({
        name: z.string(),
        type: z.enum(["file", "folder", "link", "other"]),
        size: z.int(),
        modified: z.string().optional(),
      }),
    ),
    count: z.int(),
    total_size: z.int().describe("Bytes of all files, unpacked."),
    truncated: z.boolean(),
  }),
  effect: "read",
  permissions: ["fs.read"],
  examples: [{ description: "A zip archive", args: { path: "bundle.zip" } }],
  async execute({ path, limit }, { files }) {
    const bytes = files.readBytes(path);
    const entries = [];
    let [count, total] = [0, 0];
    for await (const { name, type, size, modified } of readArchive(bytes, path)) {
      count += 1;
      total += size;
      if (count <= limit) entries.push({ name, type, size, ...(modified ? { modified: modified.toISOString() } : {}) });
    }
    return { format: formatOfBytes(bytes, path), entries, count, total_size: total, truncated: count > limit };
  },
});
