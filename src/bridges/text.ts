import { stripVTControlCharacters } from "node:util";
import { z } from "zod";
import { defineBridge } from "../bridge/define-bridge.ts";
import { codePointLength, sliceCodePoints } from "./code-points.ts";
import { MAX_RESULT, checkParts, checkSize, pure } from "./pure-method.ts";
import { caseMethods } from "./text-case.ts";
import { chunkText } from "./text-chunk.ts";
import { unifiedDiff } from "./text-diff.ts";
import { editDistance } from "./text-distance.ts";
import { extractMethods } from "./text-extract.ts";
import { layoutMethods } from "./text-layout.ts";

const text = z.string();

/** Text: lengths and positions count Unicode code points from 0. */
export const textBridge = defineBridge({
  name: "text",
  summary: "Text. Lengths and positions count Unicode code points, from 0.",
  methods: {
    ...caseMethods,
    ...layoutMethods,
    ...extractMethods,
    length: pure({
      summary: "Number of characters (code points).",
      input: { text },
      output: z.int(),
      run: (input) => codePointLength(input.text),
    }),
    slice: pure({
      summary: "The characters from `start` to before `end` (default: the end); negative positions count from the end.",
      input: { text, start: z.int(), end: z.int().optional() },
      output: text,
      run: (input) => sliceCodePoints(input.text, input.start, input.end),
    }),
    trim: pure({
      summary: "Without white space at the start, the end or both ends.",
      input: { text, side: z.enum(["both", "start", "end"]).optional() },
      output: text,
      run: ({ text: given, side = "both" }) =>
        side === "both" ? given.trim() : side === "start" ? given.trimStart() : given.trimEnd(),
    }),
    split: pure({
      summary: "The parts between each occurrence of a literal separator; an empty one splits between characters.",
      input: {
        text,
        separator: z.string(),
        limit: z.int().min(1).optional().describe("Largest number of parts; the last one is the rest."),
      },
      output: z.array(z.string()),
      run: ({ text: given, separator, limit }) => split(given, separator, limit),
    }),
    join: pure({
      summary: "All items as one text, with a separator in between (default none).",
      input: {
        items: z.array(z.union([z.string(), z.number(), z.bigint(), z.boolean()])),
        separator: z.string().optional(),
      },
      output: text,
      run: ({ items, separator = "" }) => {
        checkSize(
          "text.join",
          items.reduce<number>((sum, item) => sum + String(item).length + separator.length, 0),
        );
        return items.join(separator);
      },
    }),
    contains: pure({
      summary: "Whether a text contains another one.",
      input: { text, part: z.string(), options: z.strictObject({ ignoreCase: z.boolean().optional() }).optional() },
      output: z.boolean(),
      run: ({ text: given, part, options }) => fold(given, options).includes(fold(part, options)),
    }),
    startsWith: pure({
      summary: "Whether a text starts with another one.",
      input: { text, part: z.string(), options: z.strictObject({ ignoreCase: z.boolean().optional() }).optional() },
      output: z.boolean(),
      run: ({ text: given, part, options }) => fold(given, options).startsWith(fold(part, options)),
    }),
    endsWith: pure({
      summary: "Whether a text ends with another one.",
      input: { text, part: z.string(), options: z.strictObject({ ignoreCase: z.boolean().optional() }).optional() },
      output: z.boolean(),
      run: ({ text: given, part, options }) => fold(given, options).endsWith(fold(part, options)),
    }),
    find: pure({
      summary: "Position of the first occurrence of a literal part, at or after `from`, or nil.",
      input: { text, part: z.string(), from: z.int().min(0).optional() },
      output: z.int().nullable(),
      run: ({ text: given, part, from = 0 }) => {
        const rest = sliceCodePoints(given, from);
        const at = rest.indexOf(part);
        return at === -1 ? null : from + codePointLength(rest.slice(0, at));
      },
    }),
    count: pure({
      summary: "How often a literal part occurs, without overlaps.",
      input: { text, part: z.string().min(1) },
      output: z.int(),
      run: ({ text: given, part }) => {
        let count = 0;
        for (let at = given.indexOf(part); at !== -1; at = given.indexOf(part, at + part.length)) count += 1;
        return count;
      },
    }),
    replace: pure({
      summary: "Replaces each occurrence of a literal part, or the first `limit` of them.",
      input: { text, part: z.string().min(1), replacement: z.string(), limit: z.int().min(0).optional() },
      output: text,
      run: ({ text: given, part, replacement, limit }) => {
        const parts = split(given, part, limit === undefined ? undefined : limit + 1);
        checkSize("text.replace", given.length + parts.length * Math.max(0, replacement.length - part.length));
        return parts.join(replacement);
      },
    }),
    replicate: pure({
      summary: "A text several times, with a separator in between (default none).",
      input: { text, times: z.int().min(0), separator: z.string().optional() },
      output: text,
      run: ({ text: given, times, separator = "" }) => {
        checkSize("text.replicate", times * (given.length + separator.length));
        return times === 0 ? "" : (given + separator).repeat(times - 1) + given;
      },
    }),
    reverse: pure({
      summary: "The characters in reverse order; accents and joined emoji stay whole.",
      input: { text },
      output: text,
      run: ({ text: given }) => {
        checkSize("text.reverse", given.length, 1024 * 1024);
        return [...new Intl.Segmenter("en").segment(given)]
          .map(({ segment }) => segment)
          .toReversed()
          .join("");
      },
    }),
    normalize: pure({
      summary: "A Unicode normalization form; NFC by default.",
      input: { text, form: z.enum(["NFC", "NFD", "NFKC", "NFKD"]).optional() },
      output: text,
      run: ({ text: given, form }) => given.normalize(form),
    }),
    stripAnsi: pure({
      summary: "Without the escape sequences that colour a terminal.",
      input: { text },
      output: text,
      run: ({ text: given }) => stripVTControlCharacters(given),
    }),
    chunk: pure({
      summary:
        "Cuts a text into overlapping pieces of at most `size` units, for embeddings: characters, words or lines, or whole sentences or " +
        "paragraphs packed up to `size` characters (a longer one is cut). Joined without overlap, the pieces are the text.",
      input: {
        text,
        options: z.strictObject({
          size: z.int().min(1).describe("Units of each piece."),
          overlap: z
            .int()
            .min(0)
            .optional()
            .describe("Units that each piece repeats of the one before; less than size. Default 0."),
          by: z.enum(["chars", "words", "lines", "sentences", "paragraphs"]).optional().describe('Default "chars".'),
        }),
      },
      output: z.array(z.string()),
      run: ({ text: given, options }) => chunkText(given, options),
    }),
    distance: pure({
      summary:
        "Levenshtein distance: how many characters must be inserted, removed or replaced. Fails with `value.too_large` for long texts.",
      input: { a: z.string(), b: z.string() },
      output: z.int(),
      run: ({ a, b }) => editDistance("text.distance", a, b),
    }),
    similarity: pure({
      summary: "How alike two texts are, from 0 to 1: one minus the Levenshtein distance over the longer length.",
      input: { a: z.string(), b: z.string() },
      output: z.number(),
      run: ({ a, b }) => {
        const longer = Math.max(codePointLength(a), codePointLength(b));
        return longer === 0 ? 1 : 1 - editDistance("text.similarity", a, b) / longer;
      },
    }),
    diff: pure({
      summary: "A unified diff of two texts by lines; empty when they are equal.",
      input: {
        a: z.string(),
        b: z.string(),
        options: z
          .strictObject({
            context: z.int().min(0).max(1000).optional().describe("Unchanged lines around each change. Default 3."),
            from: z.string().optional().describe('Name of the old text. Default "a".'),
            to: z.string().optional().describe('Name of the new text. Default "b".'),
          })
          .optional(),
      },
      output: text,
      run: ({ a, b, options }) => unifiedDiff(a, b, options ?? {}),
    }),
  },
});

function fold(given: string, options: { ignoreCase?: boolean | undefined } | undefined): string {
  return options?.ignoreCase ? given.toLowerCase() : given;
}

function split(given: string, separator: string, limit = Infinity): string[] {
  if (separator === "") {
    checkSize("text.split", given.length, MAX_RESULT / 8);
    const characters = Array.from(given);
    return characters.length <= limit
      ? characters
      : [...characters.slice(0, limit - 1), characters.slice(limit - 1).join("")];
  }
  checkParts("text.split", given, separator);
  if (limit === Infinity) return given.split(separator);
  const parts: string[] = [];
  let start = 0;
  for (let at = given.indexOf(separator); at !== -1 && parts.length < limit - 1; at = given.indexOf(separator, start)) {
    parts.push(given.slice(start, at));
    start = at + separator.length;
  }
  parts.push(given.slice(start));
  return parts;
}
