import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { defineTool } from "../tool.ts";
import { decodeText } from "./encoding.ts";
import { filePath } from "./paths.ts";
import { unifiedDiff } from "./unified-diff.ts";

export const fileEdit = defineTool({
  name: "file_edit",
  category: "file",
  description:
    "Replaces a text in a file that stands there exactly once (or everywhere with replace_all). Give enough lines around it that it is unique; answers the diff.",
  tags: ["file", "edit", "replace", "code"],
  parameters: z.object({
    path: filePath,
    old_text: z.string().min(1).describe("Text as it stands in the file, indentation included."),
    new_text: z.string().describe("What takes its place; empty removes it."),
    replace_all: z.boolean().default(false).describe("Replaces every occurrence."),
    dry_run: z.boolean().default(false).describe("Only shows the diff."),
  }),
  returns: z.object({ path: z.string(), replacements: z.int(), diff: z.string() }),
  effect: "write",
  permissions: ["fs.read", "fs.write"],
  destructive: true,
  examples: [{ description: "One place", args: { path: "notes.txt", old_text: "second", new_text: "2nd" } }],
  async execute({ path, old_text: given, new_text: replacement, replace_all: all, dry_run: dryRun }, { files }) {
    const bytes = files.readBytes(path);
    const text = decodeText(bytes, "utf-8", path);
    // A model writes "\n" whatever the file has.
    const windows = !text.includes(given) && text.includes("\r\n");
    const [old, fresh] = windows ? [toWindows(given), toWindows(replacement)] : [given, replacement];
    if (old === fresh) throw new LlmspellError("input.invalid", "old_text and new_text are the same");
    const places = findAll(text, old);
    if (places.length === 0) throw notFound(path, text, given);
    if (places.length > 1 && !all) throw notUnique(path, text, places);
    const changed = text.split(old).join(fresh);
    const { diff } = await unifiedDiff({ path, text }, { path, text: changed });
    if (!dryRun) files.write(path, hasByteOrderMark(bytes) ? `\ufeff${changed}` : changed);
    return { path, replacements: places.length, diff };
  },
});

function findAll(text: string, part: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) places.push(at);
  return places;
}

function toWindows(text: string): string {
  return text.replace(/\r?\n/g, "\r\n");
}

function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function notUnique(path: string, text: string, places: number[]): LlmspellError {
  const lines = places.slice(0, 10).map((at) => lineAt(text, at));
  return new LlmspellError(
    "tool.no_match",
    `old_text stands ${places.length} times in "${path}": lines ${lines.join(", ")}`,
    {
      details: { path, lines },
      hint: "Add lines around it until it is unique, or pass replace_all: true.",
    },
  );
}

function notFound(path: string, text: string, given: string): LlmspellError {
  const first = given
    .split("\n")
    .find((line) => line.trim() !== "")
    ?.trim();
  const near = first === undefined ? -1 : text.split("\n").findIndex((line) => line.trim() === first);
  return new LlmspellError("tool.no_match", `old_text does not stand in "${path}"`, {
    details: { path, ...(near >= 0 ? { line: near + 1 } : {}) },
    hint:
      near >= 0
        ? `Line ${near + 1} is like its first line: check indentation and the lines that follow with file_read.`
        : "Read the file with file_read and copy the text exactly.",
  });
}
