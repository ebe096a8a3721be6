/** Plain text analysis for the offline model: English first, harmless for other languages. Everything here is linear. */

const STOPWORDS = new Set(
  (
    "a an and are as at be been but by can could did do does for from had has have he her his how i if in into is it its just me more most my " +
    "no not of on or our please she should so some such than that the their them then there these they this those to too us was we were what " +
    "when where which who whom why will with would you your about also any each all between over under out up down may might must only own same very " +
    "give list write explain describe tell summarize summarise answer question text following provide using use based make create name find say show"
  ).split(" "),
);

/** Lower-case words of letters and digits. */
export function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+(?:['\u2019][\p{L}]+)?/gu) ?? [];
}

/** Words that carry meaning, without their commonest endings. */
export function keywords(text: string): string[] {
  return words(text)
    .filter((word) => !STOPWORDS.has(word) && (word.length > 1 || /\p{N}/u.test(word)))
    .map(stem);
}

/** A light stemmer: enough that `answers`, `answered` and `answering` meet. */
export function stem(word: string): string {
  if (word.length > 5 && word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  for (const ending of ["ingly", "edly", "ing", "ed", "ly", "es", "s"]) {
    if (word.length - ending.length >= (ending === "s" ? 3 : 4) && word.endsWith(ending) && !word.endsWith("ss"))
      return word
        .slice(0, -ending.length)
        .replace(/(.)\1$/, "$1")
        .replace(/e$/, "");
  }
  return word.length > 4 ? word.replace(/e$/, "") : word;
}

const ABBREVIATION = /(?:^|[\s(])(?:[A-Z]|mr|mrs|ms|dr|prof|st|vs|e\.g|i\.e|etc|no|fig|approx|inc|ltd)\.$/i;

/** Sentences, list items and lines, without their bullets. */
export function sentences(text: string): string[] {
  const result: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const clean = stripBullet(line.trim());
    if (clean === "") continue;
    let start = 0;
    for (let at = 0; at < clean.length; at++) {
      const char = clean[at] as string;
      if (!".!?\u3002\uff01\uff1f".includes(char)) continue;
      const after = clean[at + 1];
      const ends = after === undefined || after === " " || char > "\u2fff";
      if (!ends || (char === "." && ABBREVIATION.test(clean.slice(Math.max(0, at - 8), at + 1)))) continue;
      push(result, clean.slice(start, at + 1));
      start = at + 1;
    }
    push(result, clean.slice(start));
  }
  return result;
}

function push(list: string[], text: string): void {
  const trimmed = text.trim();
  if (trimmed !== "") list.push(trimmed);
}

export function stripBullet(line: string): string {
  return line.replace(/^(?:[-*\u2022\u00b7+]|\d{1,3}[.)]|#{1,6})\s+/, "");
}

/** Lines that are list items, without their bullets. */
export function listItems(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => /^(?:[-*\u2022\u00b7+]|\d{1,3}[.)])\s+\S/.test(line))
    .map(stripBullet);
}

/** How much of the query's meaning a text covers, rare words of the collection counting more; `known` stems count for nothing. In [0, 1]. */
export function createScorer(
  collection: readonly string[],
  query: string,
): (text: string, known?: ReadonlySet<string>) => number {
  const frequency = new Map<string, number>();
  for (const text of collection)
    for (const word of new Set(keywords(text))) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const weight = (word: string): number => Math.log(1 + collection.length / (frequency.get(word) ?? 0.5));
  const wanted = new Map([...new Set(keywords(query))].map((word) => [word, weight(word)]));
  const total = [...wanted.values()].reduce((sum, each) => sum + each, 0);
  if (total === 0) return () => 0;
  return (text, known) => {
    let found = 0;
    for (const word of new Set(keywords(text))) if (!known?.has(word)) found += wanted.get(word) ?? 0;
    return found / total;
  };
}

/** The commonest meaningful words in their first spelling, the commonest first. */
export function topKeywords(text: string, count: number): string[] {
  const seen = new Map<string, { word: string; count: number; first: number }>();
  words(text).forEach((word, index) => {
    if (STOPWORDS.has(word) || word.length < 3 || /^\p{N}+$/u.test(word)) return;
    const key = stem(word);
    const entry = seen.get(key);
    if (entry) entry.count += 1;
    else seen.set(key, { word, count: 1, first: index });
  });
  return [...seen.values()]
    .toSorted((a, b) => b.count - a.count || a.first - b.first)
    .slice(0, count)
    .map((entry) => entry.word);
}
