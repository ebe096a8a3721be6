import { createScorer, keywords, sentences, stem, words } from "./text.ts";

/** `firstName`, `first_name` -> `first name`. */
export function humanize(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[_\-.]+/g, " ")
    .toLowerCase()
    .trim();
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** What stands after a label: `Name: Ada`, `name = Ada`, `the name is Ada`. Up to the end of the line or clause. */
export function labelled(text: string, label: string): string | undefined {
  const name = escape(label).replace(/ /g, "[ _-]?");
  const line = new RegExp(
    `(?:^|[\\n,;({"'])[ \\t"'*-]{0,8}${name}["'*]{0,4}[ \\t]{0,4}[:=][ \\t]*([^\\n;]{1,2000})`,
    "i",
  ).exec(text)?.[1];
  const said = line ?? new RegExp(`\\b${name} (?:is|are|was|equals|of) ([^\\n,;.]{1,200})`, "i").exec(text)?.[1];
  const inQuotes = /^\s*(?:"([^"]*)"|'([^']*)'(?!\w)|\u201c([^\u201d]*)\u201d)/.exec(said ?? "");
  const bare = inQuotes
    ? (inQuotes[1] ?? inQuotes[2] ?? inQuotes[3])
    : said?.trim().replace(/^["'\u201c]|["'\u201d,]+$/g, "");
  const value = bare?.trim();
  return value === "" ? undefined : value;
}

/** Numbers of a text with where they stand. Thousands separators are read; a number within a word is none. */
export function numbersIn(text: string): { value: number; at: number; text: string }[] {
  const found: { value: number; at: number; text: string }[] = [];
  for (const match of text.matchAll(/(?<![\p{L}\d.])-?(?:\d{1,3}(?:,\d{3})+|\d{1,18})(?:\.\d{1,18})?(?![\d])/gu)) {
    found.push({ value: Number(match[0].replaceAll(",", "")), at: match.index, text: match[0] });
  }
  return found;
}

/** The number that belongs to some words: after the label, else the nearest one to any of the words. */
export function numberFor(text: string, hints: readonly string[]): number | undefined {
  const all = numbersIn(text);
  if (all.length === 0) return undefined;
  const lower = text.toLowerCase();
  let best: { distance: number; value: number } | undefined;
  for (const hint of hints) {
    const root = stem(hint);
    for (
      let at = lower.indexOf(root), tries = 0;
      at >= 0 && tries < 50;
      at = lower.indexOf(root, at + root.length), tries++
    ) {
      for (const number of all) {
        const after = number.at >= at;
        const distance = after ? number.at - at : (at - number.at) * 1.1 + 1;
        const between = lower.slice(Math.min(at, number.at), Math.max(at, number.at));
        if (distance < 120 && !/[.!?\n]\s/.test(between) && (!best || distance < best.distance))
          best = { distance, value: number.value };
      }
    }
  }
  return best?.value ?? (all.length === 1 ? all[0]?.value : undefined);
}

const EMAIL = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/;
const URI = /\bhttps?:\/\/[^\s<>"')\]]{1,2000}/;
const DATE = /\b\d{4}-\d{2}-\d{2}\b/;
const TIME = /\b\d{1,2}:\d{2}(?::\d{2})?\b/;
const MONTHS = "january february march april may june july august september october november december".split(" ");

/** A value of a JSON Schema format found in a text. */
export function formatIn(text: string, format: string): string | undefined {
  switch (format) {
    case "email":
      return EMAIL.exec(text)?.[0];
    case "uri":
    case "url":
    case "uri-reference":
      return URI.exec(text)?.[0].replace(/[.,;:!?]+$/, "");
    case "date":
      return dateIn(text);
    case "time": {
      const time = TIME.exec(text)?.[0];
      return time === undefined
        ? undefined
        : `${time.padStart(time.length === 4 || time.length === 7 ? time.length + 1 : time.length, "0")}${time.length < 6 ? ":00" : ""}Z`;
    }
    case "date-time": {
      const full = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})/.exec(text)?.[0];
      const date = dateIn(text);
      return full ?? (date === undefined ? undefined : `${date}T00:00:00Z`);
    }
    case "uuid":
      return /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/i.exec(text)?.[0];
    case "ipv4":
      return /\b\d{1,3}(?:\.\d{1,3}){3}\b/.exec(text)?.[0];
    default:
      return undefined;
  }
}

function dateIn(text: string): string | undefined {
  const plain = DATE.exec(text)?.[0];
  if (plain) return plain;
  const names = MONTHS.map((month) => `${month.slice(0, 3)}(?:${month.slice(3)})?`).join("|");
  const dayFirst = new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?(?: of)? (${names})\\.?,? (\\d{4})\\b`, "i").exec(text);
  const monthFirst = new RegExp(`\\b(${names})\\.? (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})\\b`, "i").exec(text);
  const [day, month, year] = dayFirst
    ? dayFirst.slice(1)
    : monthFirst
      ? [monthFirst[2], monthFirst[1], monthFirst[3]]
      : [];
  if (!day || !month || !year) return undefined;
  const index = MONTHS.findIndex((name) => name.startsWith(month.slice(0, 3).toLowerCase())) + 1;
  return `${year}-${String(index).padStart(2, "0")}-${day.padStart(2, "0")}`;
}

/** Runs of capitalised words: names of people, places, things. Sentence beginnings count only when repeated or longer than one word. */
export function namesIn(text: string): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(
    /\p{Lu}[\p{L}\p{M}'\u2019-]*(?: (?:(?:de|van|von|der|of|la|le) )?\p{Lu}[\p{L}\p{M}'\u2019-]*){0,4}/gu,
  )) {
    const before = text.slice(Math.max(0, match.index - 2), match.index);
    const opens = match.index === 0 || /[.!?\n:"]\s?$/.test(before);
    const isName = match[0].includes(" ") || !opens;
    const name = match[0].replace(/^(?:The|A|An|In|On|At|My|Our|Extract|Please|From|Mr|Mrs|Ms|Dr) /, "");
    if (isName && !NOT_NAMES.has(name)) found.push(name);
  }
  return [...new Set(found)];
}

const NOT_NAMES = new Set("I The A An In On At It This That These Those He She We They You JSON Please".split(" "));

/** The text between the first pair of quotes. */
export function quoted(text: string): string | undefined {
  return (
    /["\u201c]([^"\u201c\u201d\n]{1,500})["\u201d]/.exec(text)?.[1] ??
    /(?:^|\s)'([^'\n]{1,500})'(?=[\s.,;:!?)]|$)/.exec(text)?.[1] ??
    /`([^`\n]{1,500})`/.exec(text)?.[1]
  );
}

/** The sentence that has most in common with some words; undefined when none has anything. */
export function sentenceFor(text: string, hint: string): string | undefined {
  const all = sentences(text);
  const score = createScorer(all, hint);
  let best: { sentence: string; score: number } | undefined;
  for (const sentence of all) {
    const each = score(sentence);
    if (each > (best?.score ?? 0)) best = { sentence, score: each };
  }
  return best?.sentence;
}

const POSITIVE = new Set(
  keywords(
    "good great excellent love loved wonderful amazing happy best nice perfect fantastic enjoy enjoyed pleased awesome like liked brilliant superb delightful recommend fast beautiful glad thanks helpful easy",
  ),
);
const NEGATIVE = new Set(
  keywords(
    "bad terrible awful hate hated horrible worst poor disappointing disappointed broken slow sad angry annoying useless waste ugly fail failed problem refund rude never boring wrong difficult crash crashes",
  ),
);
const NEGATIONS = new Set([
  "not",
  "no",
  "never",
  "hardly",
  "don't",
  "didn't",
  "isn't",
  "wasn't",
  "can't",
  "won't",
  "doesn't",
]);

/** Which way a text leans: above 0 positive, below 0 negative. A negation turns the next word round. */
export function sentimentOf(text: string): number {
  let score = 0;
  let turn = 1;
  for (const word of words(text)) {
    const root = stem(word);
    if (NEGATIONS.has(word.replace("\u2019", "'"))) {
      turn = -1;
      if (word === "never") score -= 0.5;
      continue;
    }
    if (POSITIVE.has(root)) score += turn;
    else if (NEGATIVE.has(root)) score -= turn;
    else continue;
    turn = 1;
  }
  return score;
}
