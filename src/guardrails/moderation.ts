import { disjoint, type Finding } from "./finding.ts";

/** What is looked for without a list of one's own: plain calls for harm. A start, no judge of everything. */
export const HARMFUL_PHRASES: Readonly<Record<string, readonly string[]>> = {
  violence: [
    "kill him",
    "kill her",
    "kill them",
    "kill you",
    "shoot up a",
    "how to make a bomb",
    "build a pipe bomb",
    "mass shooting",
  ],
  self_harm: ["kill yourself", "kill myself", "end my life", "commit suicide", "hurt myself", "cut myself"],
  weapons: ["nerve agent synthesis", "make ricin", "enrich uranium at home", "ghost gun instructions"],
  crime: ["how to launder money", "buy stolen credit cards", "make counterfeit money", "hire a hitman"],
};

/** Whole words and phrases, whatever their case and the blanks between. */
export class WordList {
  readonly #byFirst = new Map<string, { rule: string; words: readonly string[] }[]>();

  constructor(lists: Readonly<Record<string, readonly string[]>>) {
    for (const [rule, phrases] of Object.entries(lists)) {
      for (const phrase of phrases) {
        const words = wordsOf(phrase).map(({ word }) => word);
        const [first] = words;
        if (first === undefined) continue;
        const known = this.#byFirst.get(first);
        if (known) known.push({ rule, words });
        else this.#byFirst.set(first, [{ rule, words }]);
      }
    }
  }

  find(text: string): Finding[] {
    const words = wordsOf(text);
    const found = words.flatMap(({ word, start }, index) =>
      (this.#byFirst.get(word) ?? []).flatMap(({ rule, words: wanted }) => {
        const last = words[index + wanted.length - 1];
        return last && wanted.every((each, offset) => words[index + offset]?.word === each)
          ? [{ rule, start, end: last.end }]
          : [];
      }),
    );
    return disjoint(found);
  }
}

function wordsOf(text: string): { word: string; start: number; end: number }[] {
  return [...text.matchAll(/[\p{L}\p{M}\p{N}'’]+/gu)].map((match) => ({
    word: match[0].toLowerCase().replaceAll("’", "'"),
    start: match.index,
    end: match.index + match[0].length,
  }));
}
