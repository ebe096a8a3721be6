import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import type { ToolFileStat, ToolFiles } from "../tool-host.ts";
import type { WalkEntry } from "./walk.ts";

export const listedEntry = z.object({
  path: z.string().describe("Relative to the workspace."),
  name: z.string(),
  type: z.enum(["file", "folder"]),
  size: z.int().optional().describe("Bytes."),
  modified: z.string().optional().describe("Time of the last change, ISO 8601."),
});

export const hiddenFlag = z.boolean().default(false).describe("Also names that start with a dot.");
export const excludePatterns = z
  .array(z.string())
  .default(["node_modules"])
  .describe("Patterns of what is left out. Default: node_modules.");

export function entryOf({ stat }: Pick<ToolFiles, "stat">, entry: WalkEntry, details: boolean, known?: ToolFileStat) {
  const { path, name, isFolder } = entry;
  const type = isFolder ? ("folder" as const) : ("file" as const);
  if (!details) return { path, name, type };
  const { size, modifiedMs } = known ?? stat(path);
  return { path, name, type, size, modified: new Date(modifiedMs).toISOString() };
}

/** Throws `fs.not_found`, or `fs.failed` for a file. */
export function requireFolder(files: ToolFiles, path: string): void {
  if (files.stat(path).type === "folder") return;
  throw new LlmspellError("fs.failed", `"${path}" is a file, a folder is wanted`, {
    details: { path },
    hint: "Read a file with file_read.",
  });
}
