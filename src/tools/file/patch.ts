import type { StructuredPatch } from "diff";
import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { defineTool } from "../tool.ts";
import type { ToolFiles } from "../tool-host.ts";
import { decodeText } from "./encoding.ts";

const MAX_PATCH = 5_000_000;
const MAX_FILES = 1000;

export const filePatch = defineTool({
  name: "file_patch",
  category: "file",
  description:
    "Applies a unified diff (of git or diff -u) to the files it names, or to one given file: all of it or, if a part does not fit, nothing.",
  tags: ["file", "patch", "diff", "code"],
  parameters: z.object({
    patch: z
      .string()
      .min(1)
      .max(MAX_PATCH)
      .describe("The unified diff; it may change, make, rename and delete several files."),
    path: z.string().min(1).optional().describe("File to change, where the diff is of one file and names another."),
    fuzz: z.int().min(0).max(3).default(0).describe("Lines of context that may differ."),
    dry_run: z.boolean().default(false).describe("Only checks whether it fits."),
  }),
  returns: z.object({
    files: z.array(
      z.object({
        path: z.string(),
        action: z.enum(["changed", "created", "deleted", "renamed"]),
        added: z.int(),
        removed: z.int(),
      }),
    ),
    applied: z.boolean(),
  }),
  effect: "write",
  permissions: ["fs.read", "fs.write"],
  destructive: true,
  examples: [
    {
      description: "One line of one file",
      args: {
        patch: "--- a/notes.txt\n+++ b/notes.txt\n@@ -1,3 +1,3 @@\n first\n-second\n+2nd\n third\n",
        dry_run: true,
      },
    },
  ],
  async execute({ patch, path, fuzz, dry_run: dryRun }, { files }) {
    const changes = await plan(files, await parse(patch), path, fuzz);
    if (!dryRun) apply(files, changes);
    return {
      files: changes.map(({ path: file, action, added, removed }) => ({ path: file, action, added, removed })),
      applied: !dryRun,
    };
  },
});

interface Change {
  path: string;
  action: "changed" | "created" | "deleted" | "renamed";
  added: number;
  removed: number;
  /** Content by path as it was (undefined: none) and as it shall be. */
  edits: { path: string; before: Uint8Array | undefined; after: string | undefined }[];
}

async function parse(patch: string): Promise<StructuredPatch[]> {
  const { parsePatch } = await import("diff");
  let parsed: StructuredPatch[];
  try {
    parsed = parsePatch(patch);
  } catch (cause) {
    throw new LlmspellError(
      "parse.invalid",
      `the patch is no valid unified diff: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
        hint: "Each hunk starts with @@ -line,count +line,count @@, and its lines with a space, + or -.",
      },
    );
  }
  const useful = parsed.filter(
    (part) => part.hunks.length > 0 || part.isRename || part.isCreate || part.isDelete || part.isBinary,
  );
  if (useful.length === 0) {
    throw new LlmspellError("parse.invalid", "the patch holds no change", {
      hint: "A unified diff has lines ---, +++ and @@.",
    });
  }
  if (useful.length > MAX_FILES)
    throw new LlmspellError("value.too_large", `the patch changes more than ${MAX_FILES} files`);
  return useful;
}

/** All changes, worked out before the first is made. Throws `tool.no_match` for a hunk that does not fit. */
async function plan(
  files: ToolFiles,
  parts: StructuredPatch[],
  given: string | undefined,
  fuzz: number,
): Promise<Change[]> {
  const { applyPatch } = await import("diff");
  if (given !== undefined && parts.length > 1) {
    throw new LlmspellError("input.invalid", `the patch changes ${parts.length} files, so path cannot say which`, {
      hint: "Leave path out.",
    });
  }
  const seen = new Set<string>();
  return parts.map((part) => {
    const from = given ?? stripped(part.oldFileName);
    const to = given ?? stripped(part.newFileName);
    const target = to ?? from;
    if (target === undefined) {
      throw new LlmspellError("input.invalid", "the patch does not say which file it changes", { hint: "Pass path." });
    }
    if (part.isBinary)
      throw new LlmspellError("input.invalid", `the patch of "${target}" is binary, which cannot be applied`);
    for (const path of new Set([from ?? target, target])) {
      if (seen.has(path)) throw new LlmspellError("input.invalid", `the patch names "${path}" twice`);
      seen.add(path);
    }
    if (from === undefined && files.exists(target)) {
      throw new LlmspellError("fs.exists", `the patch makes "${target}", which exists already`, {
        details: { path: target },
      });
    }
    const before = from === undefined ? undefined : files.readBytes(from);
    const text = before === undefined ? "" : decodeText(before, "utf-8", from ?? target);
    const patched = applyPatch(text, part, { fuzzFactor: fuzz });
    if (patched === false) throw doesNotFit(from ?? target, text, part);
    const count = (mark: string) =>
      part.hunks.reduce((sum, hunk) => sum + hunk.lines.filter((line) => line.startsWith(mark)).length, 0);
    const counts = { added: count("+"), removed: count("-") };
    if (to === undefined) {
      return { path: target, action: "deleted", ...counts, edits: [{ path: target, before, after: undefined }] };
    }
    if (from !== undefined && from !== to) {
      if (files.exists(to))
        throw new LlmspellError("fs.exists", `the patch renames "${from}" to "${to}", which exists already`);
      const edits: Change["edits"] = [{ path: to, before: undefined, after: patched }];
      if (!part.isCopy) edits.push({ path: from, before, after: undefined });
      return { path: to, action: part.isCopy ? "created" : "renamed", ...counts, edits };
    }
    return {
      path: to,
      action: from === undefined ? "created" : "changed",
      ...counts,
      edits: [{ path: to, before, after: patched }],
    };
  });
}

/** Undoes what was done when a write fails; each write is whole or nothing by itself. */
function apply(files: ToolFiles, changes: readonly Change[]): void {
  const done: Change["edits"] = [];
  try {
    for (const edit of changes.flatMap(({ edits }) => edits)) {
      if (edit.after === undefined) files.remove(edit.path);
      else files.write(edit.path, edit.after);
      done.push(edit);
    }
  } catch (error) {
    for (const { path, before } of done.toReversed()) {
      if (before) files.write(path, before);
      else files.remove(path);
    }
    throw error;
  }
}

/** The path of a file header, without `a/` or `b/`; undefined for /dev/null and where there is none. */
function stripped(name: string | undefined): string | undefined {
  if (name === undefined || name === "/dev/null" || name === "") return undefined;
  return name.replace(/^[ab]\//, "");
}

function doesNotFit(path: string, text: string, part: StructuredPatch): LlmspellError {
  const lines = new Set(text.split(/\r?\n/));
  for (const [index, hunk] of part.hunks.entries()) {
    const missing = hunk.lines.find((line) => /^[ -]/.test(line) && !lines.has(line.slice(1)));
    if (missing === undefined) continue;
    return new LlmspellError(
      "tool.no_match",
      `the patch does not fit "${path}": hunk ${index + 1} (line ${hunk.oldStart}) wants a line that is not there: ${JSON.stringify(missing.slice(1, 120))}`,
      {
        details: { path, hunk: index + 1, line: hunk.oldStart },
        hint: "Read the file with file_read and make the diff anew; nothing was changed.",
      },
    );
  }
  return new LlmspellError("tool.no_match", `the patch does not fit "${path}"`, {
    details: { path },
    hint: "Its context stands in another order in the file: make the diff anew, or pass fuzz; nothing was changed.",
  });
}
