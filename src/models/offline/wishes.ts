/** The form that a prompt wishes its answer to have. */
export interface Wishes {
  /** How many sentences, points, words: undefined where the prompt does not say. */
  count?: number;
  unit: "sentences" | "items" | "words" | "keywords" | "title";
  /** Items that are questions, steps, ideas, ...: the noun as written, in the plural. */
  noun?: string;
}

const NUMBERS: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  single: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  couple: 2,
  few: 3,
  several: 4,
};
const NUMBER = "(\\d{1,4}|a|an|one|single|two|three|four|five|six|seven|eight|nine|ten|couple of|few|several)";
const ITEM_NOUNS =
  "questions|points|bullets|bullet points|items|steps|ideas|reasons|examples|tips|facts|topics|subtopics|aspects|arguments|suggestions|options|names|sections|queries|headlines|titles|benefits|risks|challenges|recommendations|findings|takeaways|lines";

/** Reads `in two sentences`, `three questions about`, `as bullet points`, `at most 50 words`, `keywords`, `a title`. */
export function readWishes(question: string): Wishes {
  const text = question.slice(0, 1000).toLowerCase();
  const number = (word: string | undefined): number | undefined =>
    word === undefined ? undefined : Math.min(NUMBERS[word.replace(" of", "")] ?? (Number.parseInt(word, 10) || 1), 50);
  const items = new RegExp(`${NUMBER}\\s+(?:[a-z-]+\\s+){0,3}(${ITEM_NOUNS})\\b`).exec(text);
  if (items) return { unit: "items", count: number(items[1]) ?? 3, noun: items[2] as string };
  const sentence = new RegExp(`${NUMBER}\\s+(?:[a-z-]+\\s+){0,2}sentences?\\b`).exec(text);
  if (sentence) return { unit: "sentences", count: number(sentence[1]) ?? 2 };
  const word = /(\d{1,4})\s+words?\b/.exec(text);
  if (word) return { unit: "words", count: Number(word[1]) };
  if (/\b(keywords?|tags)\b/.test(text))
    return { unit: "keywords", count: number(new RegExp(`${NUMBER}\\s+(?:keywords?|tags)`).exec(text)?.[1]) ?? 5 };
  if (/\b(title|headline)\b/.test(text)) return { unit: "title" };
  const plural = new RegExp(
    `\\b(?:list|give|name|suggest|write|propose|generate|identify|as|with|what are)\\b[^.?!]{0,60}?\\b(${ITEM_NOUNS})\\b`,
  ).exec(text);
  if (plural) return { unit: "items", count: 3, noun: plural[1] as string };
  if (/^\s*list\b/.test(text)) return { unit: "items", count: 5 };
  return { unit: "sentences" };
}

const FORM = new RegExp(
  `(?:\\b(?:please\\s+)?(?:answer|reply|respond|write)\\s+)?\\b(?:in|with|using|as|at most|no more than|up to)\\s+(?:at most\\s+|no more than\\s+|about\\s+)?(?:${NUMBER}\\s+)?(?:[a-z-]+\\s+){0,2}(?:sentences?|words?|keywords?|${ITEM_NOUNS})\\b[.!]?`,
  "gi",
);

/** A question without what it wishes of the form: only what is left says what the answer is about. */
export function withoutWishes(question: string): string {
  return question.replace(FORM, " ").trim();
}
