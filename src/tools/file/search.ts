import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { defineTool } from "../tool.ts";
import { globMatcher } from "./glob-matcher.ts";
import { entryOf, excludePatterns, hiddenFlag, listedEntry, requireFolder } from "./listed-entry.ts";
import { folderPath } from "./paths.ts";
import { walk } from "./walk.ts";

const time = z.string().optional();

export const fileSearch = defineTool({
  name: "file_search",
  category: "file",
  description:
    "Finds files and folders by name, pattern, size and date of the last change. Use file_grep to search in their text.",
  tags: ["file", "search", "find"],
  parameters: z.object({
    glob: z.string().optional().describe('Pattern of the path, e.g. "*.log" or "src/**/*.ts".'),
    name: z.string().optional().describe("Text that the name holds; case does not matter."),
    path: folderPath,
    type: z.enum(["file", "folder", "any"]).default("file").describe("What is looked for."),
    min_size: z.int().min(0).optional().describe("Bytes."),
    max_size: z.int().min(0).optional().describe("Bytes."),
    modified_after: time.describe("Date or time in ISO 8601."),
    modified_before: time.describe("Date or time in ISO 8601."),
    sort: z
      .enum(["path", "size", "modified"])
      .default("path")
      .describe("size and modified: the largest or newest first."),
    hidden: hiddenFlag,
    exclude: excludePatterns,
    limit: z.int().min(1).max(10_000).default(200).describe("Most results."),
  }),
  returns: z.object({
    results: z.array(listedEntry),
    count: z.int().describe("All that fit."),
    truncated: z.boolean(),
  }),
  effect: "read",
  permissions: ["fs.read"],
  idempotent: true,
  examples: [
    { description: "By pattern", args: { glob: "*.txt" } },
    { description: "The largest files", args: { min_size: 1, sort: "size", limit: 3 } },
  ],
  execute({ glob, name, path, type, sort, limit, ...wanted }, { files }) {
    requireFolder(files, path);
    const fits = glob === undefined ? () => true : globMatcher(glob);
    const part = name?.toLowerCase();
    const [after, before] = [parseTime(wanted.modified_after), parseTime(wanted.modified_before)];
    const found = [];
    for (const entry of walk(files, path, { recursive: true, hidden: wanted.hidden, exclude: wanted.exclude })) {
      if (type !== "any" && entry.isFolder !== (type === "folder")) continue;
      if (!fits(entry.path) || (part !== undefined && !entry.name.toLowerCase().includes(part))) continue;
      const stat = files.stat(entry.path);
      if (stat.size < (wanted.min_size ?? 0) || stat.size > (wanted.max_size ?? Infinity)) continue;
      if (stat.modifiedMs < (after ?? -Infinity) || stat.modifiedMs > (before ?? Infinity)) continue;
      found.push({ entry, stat });
    }
    if (sort === "size") found.sort((a, b) => b.stat.size - a.stat.size);
    else if (sort === "modified") found.sort((a, b) => b.stat.modifiedMs - a.stat.modifiedMs);
    else found.sort((a, b) => (a.entry.path < b.entry.path ? -1 : 1));
    return {
      results: found.slice(0, limit).map(({ entry, stat }) => entryOf(files, entry, true, stat)),
      count: found.length,
      truncated: found.length > limit,
    };
  },
});

function parseTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new LlmspellError("input.invalid", `"${text}" is no date`, {
    hint: 'Write it as "2024-05-06" or "2024-05-06T12:00:00Z".',
  });
}
