import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { globMatcher } from "../file/glob-matcher.ts";
import { below, filePath, overwrite } from "../file/paths.ts";
import { defineTool } from "../tool.ts";
import type { ToolFiles } from "../tool-host.ts";
import { readArchive } from "./read-archive.ts";

export const archiveExtract = defineTool({
  name: "archive_extract",
  category: "archive",
  description:
    "Unpacks a zip, tar.gz or tar archive into a folder. Archives that lead out of it, hold links or unpack without end are refused whole.",
  tags: ["archive", "zip", "tar", "unpack", "extract"],
  parameters: z.object({
    path: filePath.describe("The archive."),
    to: z.string().min(1).default(".").describe("Folder to unpack into; it is made if need be."),
    include: z.array(z.string()).optional().describe('Only what fits one of these patterns, e.g. ["*.csv"].'),
    exclude: z.array(z.string()).default([]).describe("Patterns of what is left out."),
    strip: z.int().min(0).max(20).default(0).describe("Leading folders to drop from each name."),
    overwrite,
  }),
  returns: z.object({ to: z.string(), files: z.array(z.string()), count: z.int(), bytes: z.int() }),
  effect: "write",
  permissions: ["fs.read", "fs.write"],
  destructive: true,
  examples: [{ description: "Into a folder of its own", args: { path: "bundle.zip", to: "unpacked" } }],
  async execute({ path, to, strip, overwrite: replace, ...wanted }, { files, signal }) {
    const archive = files.readBytes(path);
    const targets = await plan(archive, path, { files, to, strip, replace, wanted: selector(wanted) });
    const written: string[] = [];
    const made: string[] = [];
    let bytes = 0;
    try {
      for await (const entry of readArchive(archive, path)) {
        signal.throwIfAborted();
        const target = targets.get(entry.name);
        if (target === undefined) continue;
        const content = await entry.read();
        const isNew = !files.exists(target);
        files.write(target, content);
        if (isNew) made.push(target);
        written.push(target);
        bytes += content.length;
      }
    } catch (error) {
      for (const file of made) files.remove(file);
      throw error;
    }
    return { to, files: written, count: written.length, bytes };
  },
});

/** Where each file goes, by its name in the archive: all is checked before the first is written. */
async function plan(
  archive: Uint8Array,
  path: string,
  options: { files: ToolFiles; to: string; strip: number; replace: boolean; wanted: (name: string) => boolean },
): Promise<ReadonlyMap<string, string>> {
  const targets = new Map<string, string>();
  const taken = new Set<string>();
  for await (const { name, type } of readArchive(archive, path)) {
    if (type === "folder" || !options.wanted(name)) continue;
    if (type !== "file") {
      throw new LlmspellError(
        "tool.unsafe",
        `the archive "${path}" holds a ${type === "link" ? "link" : "special file"}: "${name}"`,
        {
          details: { path, name },
          hint: "Leave it out by exclude.",
        },
      );
    }
    const rest = name.split("/").slice(options.strip).join("/");
    if (rest === "") continue;
    const target = below(options.to, rest);
    if (taken.has(target)) throw new LlmspellError("input.invalid", `strip makes two files of the archive "${target}"`);
    if (!options.replace && options.files.exists(target)) {
      throw new LlmspellError("fs.exists", `"${target}" exists already`, {
        details: { path: target },
        hint: "Unpack into another folder, or pass overwrite: true.",
      });
    }
    taken.add(target);
    targets.set(name, target);
  }
  return targets;
}

function selector({
  include,
  exclude,
}: {
  include?: string[] | undefined;
  exclude: string[];
}): (name: string) => boolean {
  const [wanted, unwanted] = [include?.map(globMatcher), exclude.map(globMatcher)];
  return (name) => (wanted?.some((fits) => fits(name)) ?? true) && !unwanted.some((fits) => fits(name));
}
