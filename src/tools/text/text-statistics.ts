import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { defineTool } from "../tool.ts";

const MOST_CHARACTERS = 2_000_000;
const WORDS_PER_MINUTE = 238;

/** The most frequent words of English, which say nothing about what a text is about. */
const STOP_WORDS = new Set(
  (
    "a about after all also an and any are as at be because been but by can could did do does for from had has have he her his how i if in " +
    "into is it its just like me more most my no not of on one or other our out over she so some such than that the their them then there " +
    "these they this to up us was we were what when which who will with would you your"
  ).split(" "),
);

export const textStatistics = defineTool({
  name: "text_statistics",
  category: "text",
  description:
    "Counts characters, words, sentences, paragraphs and lines of a text, estimates reading time and readability (Flesch, for English), and names its most frequent words.",
  tags: ["count", "readability", "keywords", "words"],
  parameters: z.object({
    text: z.string().describe("The text."),
    keywords: z.int().min(0).max(100).default(10).describe("How many of the most frequent words to name."),
  }),
  returns: z.object({
    characters: z.int().describe("Code points, white space included."),
    characters_without_spaces: z.int(),
    words: z.int(),
    unique_words: z.int(),
    sentences: z.int(),
    paragraphs: z.int(),
    lines: z.int(),
    average_word_length: z.number(),
    average_sentence_length: z.number().describe("In words."),
    reading_minutes: z.number().describe(`At ${WORDS_PER_MINUTE} words a minute.`),
    flesch_reading_ease: z
      .number()
      .nullable()
      .describe("0 (hard) to 100 (easy), by English syllables; null without words."),
    flesch_kincaid_grade: z.number().nullable().describe("School grade that it takes to understand it."),
    keywords: z.array(z.object({ word: z.string(), count: z.int() })),
  }),
  effect: "pure",
  permissions: [],
  examples: [{ description: "A short text", args: { text: "The cat sat. The cat slept.", keywords: 3 } }],
  execute({ text, keywords }) {
    if (text.length > MOST_CHARACTERS) {
      throw new LlmspellError(
        "value.too_large",
        `text_statistics: the text is longer than ${MOST_CHARACTERS} characters`,
        {
          hint: "Split it with text_split first.",
        },
      );
    }
    const words = wordsOf(text);
    const sentences = sentenceCount(text);
    const letters = words.reduce((sum, word) => sum + word.length, 0);
    const perSentence = sentences === 0 ? 0 : words.length / sentences;
    return {
      characters: [...text].length,
      characters_without_spaces: [...text.replaceAll(/\s/g, "")].length,
      words: words.length,
      unique_words: new Set(words).size,
      sentences,
      paragraphs: text.split(/\n[^\S\n]*\n/).filter((part) => part.trim() !== "").length,
      lines: text === "" ? 0 : text.replace(/\n$/, "").split("\n").length,
      average_word_length: rounded(words.length === 0 ? 0 : letters / words.length),
      average_sentence_length: rounded(perSentence),
      reading_minutes: rounded(words.length / WORDS_PER_MINUTE),
      ...readability(words, perSentence),
      keywords: mostFrequent(words, keywords),
    };
  },
});

function wordsOf(text: string): string[] {
  const segments = new Intl.Segmenter("en", { granularity: "word" }).segment(text);
  return [...segments].flatMap(({ segment, isWordLike }) => (isWordLike ? [segment.toLowerCase()] : []));
}

function sentenceCount(text: string): number {
  const segments = new Intl.Segmenter("en", { granularity: "sentence" }).segment(text);
  return [...segments].filter(({ segment }) => /[\p{L}\p{N}]/u.test(segment)).length;
}

/** Flesch (1948) and Kincaid et al. (1975). */
function readability(words: readonly string[], perSentence: number) {
  if (words.length === 0) return { flesch_reading_ease: null, flesch_kincaid_grade: null };
  const perWord = words.reduce((sum, word) => sum + syllables(word), 0) / words.length;
  return {
    flesch_reading_ease: rounded(206.835 - 1.015 * perSentence - 84.6 * perWord),
    flesch_kincaid_grade: rounded(0.39 * perSentence + 11.8 * perWord - 15.59),
  };
}

/** Groups of vowels, without a silent e at the end. An estimate, as such formulas are. */
function syllables(word: string): number {
  const groups = word.replace(/(?<=[^laeiouy])e$/, "").match(/[aeiouyà-öø-ÿ]+/g);
  return Math.max(1, groups?.length ?? 0);
}

function mostFrequent(words: readonly string[], most: number): { word: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const word of words)
    if (word.length > 2 && !STOP_WORDS.has(word) && !/^\d+$/.test(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .map(([word, count]) => ({ word, count }))
    .toSorted((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1))
    .slice(0, most);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
