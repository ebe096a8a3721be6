import { setImmediate as nextTurn } from "node:timers/promises";
import { RE2JS } from "re2js";
import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { defineTool } from "../tool.ts";
import type { ToolFiles } from "../tool-host.ts";
import { globMatcher } from "./glob-matcher.ts";
import { excludePatterns, hiddenFlag } from "./listed-entry.ts";
import { walk } from "./walk.ts";

const MAX_FILE_BYTES = 5 * 1024 * 1024;
const MAX_LINE = 500;
const FILES_PER_TURN = 20;

const match = z.object({
  path: z.string(),
  line: z.int().describe("From 1."),
  text: z.string().describe(`The line, at most ${MAX_LINE} characters of it.`),
  before: z.array(z.string()).optional(),
  after: z.array(z.string()).optional(),
});

export const fileGrep = defineTool({
  name: "file_grep",
  category: "file",
  description:
    "Finds the lines that match a regular expression (RE2: linear time, no look-around) in a file or in all text files of a folder.",
  tags: ["file", "search", "text", "regex"],
  parameters: z.object({
    pattern: z.string().min(1).max(2000).describe("Regular expression, or the text itself with fixed."),
    path: z.string().min(1).default(".").describe("File or folder. Default: the workspace."),
    glob: z.string().optional().describe('Only in files that fit, e.g. "*.ts".'),
    fixed: z.boolean().default(false).describe("Takes the pattern as plain text."),
    ignore_case: z.boolean().default(false).describe("Upper and lower case are the same."),
    context: z.int().min(0).max(20).default(0).describe("Lines to show before and after each match."),
    max_matches: z.int().min(1).max(10_000).default(200).describe("Most lines that are answered."),
    hidden: hiddenFlag,
    exclude: excludePatterns,
  }),
  returns: z.object({
    matches: z.array(match),
    count: z.int(),
    files_searched: z.int(),
    files_skipped: z.int().describe("Binary files, and those of more than 5 MB."),
    truncated: z.boolean().describe("Whether there are more than max_matches."),
  }),
  effect: "read",
  permissions: ["fs.read"],
  idempotent: true,
  examples: [{ description: "Open tasks", args: { pattern: "TODO|FIXME", context: 1 } }],
  async execute(
    { pattern, path, glob, fixed, ignore_case: ignoreCase, context, max_matches: limit, ...options },
    host,
  ) {
    const regex = compile(fixed ? RE2JS.quote(pattern) : pattern, ignoreCase);
    const matches: z.output<typeof match>[] = [];
    const counts = { searched: 0, skipped: 0 };
    const answer = (truncated: boolean) => ({
      matches,
      count: matches.length,
      files_searched: counts.searched,
      files_skipped: counts.skipped,
      truncated,
    });
    for (const file of filesOf(host.files, path, glob, options)) {
      if ((counts.searched + counts.skipped) % FILES_PER_TURN === FILES_PER_TURN - 1) await nextTurn();
      host.signal.throwIfAborted();
      const lines = readLines(host.files, file);
      if (!lines) {
        counts.skipped += 1;
        continue;
      }
      counts.searched += 1;
      for (const [index, line] of lines.entries()) {
        if (!regex.test(line)) continue;
        if (matches.length >= limit) return answer(true);
        const shown = lines.slice(Math.max(0, index - context), index + context + 1).map(cut);
        const own = Math.min(index, context);
        matches.push({
          path: file,
          line: index + 1,
          text: cut(line),
          ...(context > 0 ? { before: shown.slice(0, own), after: shown.slice(own + 1) } : {}),
        });
      }
    }
    return answer(false);
  },
});

function compile(expression: string, ignoreCase: boolean): RE2JS {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(expression), ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (cause) {
    throw new LlmspellError(
      "parse.invalid",
      `the pattern cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
        hint: "Look-around and back references are not supported; pass fixed: true to find the text itself.",
      },
    );
  }
}

function* filesOf(
  files: ToolFiles,
  path: string,
  glob: string | undefined,
  options: { hidden: boolean; exclude: string[] },
): Generator<string> {
  const fits = glob === undefined ? () => true : globMatcher(glob);
  if (files.stat(path).type === "file") yield path;
  else
    for (const entry of walk(files, path, { recursive: true, ...options }))
      if (!entry.isFolder && fits(entry.path)) yield entry.path;
}

/** Undefined for a file that holds no text, is too large, or cannot be read (a link that leads out, a pipe). */
function readLines(files: ToolFiles, path: string): string[] | undefined {
  try {
    if (files.stat(path).size > MAX_FILE_BYTES) return undefined;
    const bytes = files.readBytes(path);
    if (bytes.subarray(0, 8000).includes(0)) return undefined;
    return new TextDecoder().decode(bytes).split(/\r?\n/);
  } catch (error) {
    if (LlmspellError.is(error) && !error.final) return undefined;
    throw error;
  }
}

function cut(line: string): string {
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line;
}
