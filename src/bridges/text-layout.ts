import { z } from "zod";
import { codePointLength, sliceCodePoints } from "./code-points.ts";
import { checkParts, checkSize, pure } from "./pure-method.ts";
import { sentencesOf } from "./text-chunk.ts";

const text = z.string();
const width = z.int().min(0).max(1_000_000);

/** Lines, widths and padding. */
export const layoutMethods = {
  lines: pure({
    summary:
      "The lines of a text without their ends (`\\n` or `\\r\\n`); a newline at the very end starts no further line.",
    input: { text },
    output: z.array(z.string()),
    run: (input) => {
      checkParts("text.lines", input.text, "\n");
      return linesOf(input.text);
    },
  }),
  words: pure({
    summary: "The words of a text: what white space separates.",
    input: { text },
    output: z.array(z.string()),
    run: (input) => input.text.match(/\S+/g) ?? [],
  }),
  wordCount: pure({
    summary: "Number of words: what white space separates.",
    input: { text },
    output: z.int(),
    run: (input) => (input.text.match(/\S+/g) ?? []).length,
  }),
  sentences: pure({
    summary: "The sentences of a text, trimmed.",
    input: { text },
    output: z.array(z.string()),
    run: (input) =>
      sentencesOf(input.text)
        .map((sentence) => sentence.trim())
        .filter((sentence) => sentence !== ""),
  }),
  isBlank: pure({
    summary: "Whether a text is empty or white space alone.",
    input: { text },
    output: z.boolean(),
    run: (input) => input.text.trim() === "",
  }),
  wrap: pure({
    summary:
      "Breaks lines at spaces so that none is longer than `width` characters (default 80); longer words stay whole.",
    input: { text, width: z.int().min(1).optional() },
    output: text,
    run: (input) =>
      input.text
        .split("\n")
        .map((line) => wrapLine(line, input.width ?? 80))
        .join("\n"),
  }),
  indent: pure({
    summary: "Puts spaces (default 2), or a text, before each line that is not blank.",
    input: { text, by: z.union([z.int().min(0).max(1000), z.string().max(1000)]).optional() },
    output: text,
    run: (input) => {
      const margin = typeof input.by === "string" ? input.by : " ".repeat(input.by ?? 2);
      const lines = input.text.split("\n");
      checkSize("text.indent", input.text.length + lines.length * margin.length);
      return lines.map((line) => (line.trim() === "" ? line : margin + line)).join("\n");
    },
  }),
  dedent: pure({
    summary: "Removes the margin that all lines share, and a first and last line that are blank.",
    input: { text },
    output: text,
    run: (input) => dedent(input.text),
  }),
  truncate: pure({
    summary: "At most `length` characters (or words), with an ellipsis (default `…`, counted) where something was cut.",
    input: {
      text,
      length: z.int().min(0),
      options: z
        .strictObject({ ellipsis: z.string().max(100).optional(), by: z.enum(["chars", "words"]).optional() })
        .optional(),
    },
    output: text,
    run: ({ text: given, length, options }) =>
      truncate(given, length, options?.ellipsis ?? "…", options?.by ?? "chars"),
  }),
  pad: pure({
    summary:
      "Fills up to `width` characters at the end (default), the start or both sides, with spaces or another text.",
    input: {
      text,
      width,
      options: z
        .strictObject({
          side: z.enum(["end", "start", "both"]).optional(),
          with: z.string().min(1).max(100).optional(),
        })
        .optional(),
    },
    output: text,
    run: ({ text: given, width: wanted, options }) => pad(given, wanted, options?.side ?? "end", options?.with ?? " "),
  }),
};

function linesOf(given: string): string[] {
  if (given === "") return [];
  const lines = given.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function wrapLine(line: string, limit: number): string {
  if (codePointLength(line) <= limit) return line;
  const margin = /^[ \t]*/.exec(line)?.[0] ?? "";
  const wrapped: string[] = [];
  let current: string[] = [];
  let length = 0;
  for (const word of line.match(/\S+/g) ?? []) {
    const size = codePointLength(word);
    if (current.length > 0 && length + 1 + size > limit) {
      wrapped.push(current.join(" "));
      current = [];
    }
    length = current.length === 0 ? size + (wrapped.length === 0 ? margin.length : 0) : length + 1 + size;
    current.push(word);
  }
  if (current.length > 0) wrapped.push(current.join(" "));
  return margin + wrapped.join("\n");
}

function dedent(given: string): string {
  const lines = given.split("\n");
  if (lines.length > 1 && lines[0]?.trim() === "") lines.shift();
  if (lines.length > 1 && lines.at(-1)?.trim() === "") lines.pop();
  let margin: string | undefined;
  for (const line of lines) {
    if (line.trim() === "") continue;
    const own = /^[ \t]*/.exec(line)?.[0] ?? "";
    if (margin === undefined) margin = own;
    let shared = 0;
    while (shared < margin.length && margin[shared] === own[shared]) shared += 1;
    margin = margin.slice(0, shared);
  }
  return lines.map((line) => (line.trim() === "" ? "" : line.slice(margin?.length ?? 0))).join("\n");
}

function truncate(given: string, length: number, ellipsis: string, by: "chars" | "words"): string {
  if (by === "words") {
    const words = /\S+/g;
    for (let count = 0; count < length; count++) if (!words.test(given)) return given;
    const end = words.lastIndex;
    return given.slice(end).trim() === "" ? given : given.slice(0, end) + ellipsis;
  }
  if (codePointLength(given) <= length) return given;
  const kept = Math.max(0, length - codePointLength(ellipsis));
  return sliceCodePoints(sliceCodePoints(given, 0, kept) + ellipsis, 0, length);
}

function pad(given: string, wanted: number, side: "end" | "start" | "both", filler: string): string {
  const missing = Math.max(0, wanted - codePointLength(given));
  const fill = (count: number) => sliceCodePoints(filler.repeat(Math.ceil(count / codePointLength(filler))), 0, count);
  if (side === "start") return fill(missing) + given;
  if (side === "end") return given + fill(missing);
  const before = Math.floor(missing / 2);
  return fill(before) + given + fill(missing - before);
}
