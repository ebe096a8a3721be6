import { z } from "zod";
import { defineTool } from "../tool.ts";
import { globMatcher } from "./glob-matcher.ts";
import { folderPath } from "./paths.ts";
import { entryOf, excludePatterns, hiddenFlag, listedEntry, requireFolder } from "./listed-entry.ts";
import { walk } from "./walk.ts";

export const fileList = defineTool({
  name: "file_list",
  category: "file",
  description:
    "Lists what a folder holds, by name; recursive with all below it. Use file_search to find files by size or date.",
  tags: ["file", "folder", "list"],
  parameters: z.object({
    path: folderPath,
    recursive: z.boolean().default(false).describe("Also what lies in folders below."),
    glob: z.string().optional().describe('Only what fits, e.g. "*.md" or "src/**/*.ts".'),
    details: z.boolean().default(false).describe("With size and time of the last change."),
    hidden: hiddenFlag,
    exclude: excludePatterns,
    limit: z.int().min(1).max(100_000).default(1000).describe("Most entries to list."),
  }),
  returns: z.object({
    path: z.string(),
    entries: z.array(listedEntry),
    count: z.int(),
    truncated: z.boolean().describe("Whether there are more than limit."),
  }),
  effect: "read",
  permissions: ["fs.read"],
  idempotent: true,
  examples: [
    { description: "The workspace", args: {} },
    { description: "All Markdown files", args: { recursive: true, glob: "*.md", details: true } },
  ],
  execute({ path, recursive, glob, details, hidden, exclude, limit }, { files }) {
    requireFolder(files, path);
    const fits = glob === undefined ? () => true : globMatcher(glob);
    const entries = [];
    for (const entry of walk(files, path, {
      recursive: recursive || (glob?.includes("/") ?? false),
      hidden,
      exclude,
    })) {
      if (!fits(entry.path)) continue;
      if (entries.length >= limit) return { path, entries, count: entries.length, truncated: true };
      entries.push(entryOf(files, entry, details));
    }
    return { path, entries, count: entries.length, truncated: false };
  },
});
