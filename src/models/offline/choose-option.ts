import { cosineSimilarity } from "../similarity.ts";
import { embedOffline } from "./embedding.ts";
import { humanize, sentimentOf } from "./find-values.ts";
import { keywords, words } from "./text.ts";

/**
 * The option that a text speaks of: one that it names (the first named wins over later ones), or by mood for
 * positive/negative/neutral, or by common words and spelling. Without any sign: `neutral`, `other`, `unknown`, ... where
 * there is one, else the first.
 */
export function chooseOption(options: readonly string[], text: string, hint = ""): string {
  const lower = ` ${words(text).join(" ")} `;
  const named = options
    .map((option) => ({ option, at: lower.indexOf(` ${words(humanize(option)).join(" ")} `) }))
    .filter(({ at }) => at >= 0)
    .toSorted((a, b) => a.at - b.at);
  const mood = moodOption(options, text);
  // A question often names all the options: then naming says nothing.
  if (named.length > 0 && named.length < options.length) return (named[0] as { option: string }).option;
  if (mood !== undefined) return mood;
  const roots = new Set(keywords(text));
  const vector = embedOffline(text);
  const scored = options.map((option) => {
    const own = keywords(humanize(option));
    const common = own.filter((word) => roots.has(word)).length;
    return { option, score: common + Math.max(0, cosineSimilarity(embedOffline(humanize(option)), vector)) };
  });
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a));
  if (best.score > 0.12) return best.option;
  const neutral = options.find((option) =>
    /^(?:neutral|other|unknown|none|n\/a|general|misc|medium|unclear)/i.test(option),
  );
  return neutral ?? (hint !== "" && named[0] ? named[0].option : (options[0] as string));
}

function moodOption(options: readonly string[], text: string): string | undefined {
  const positive = options.find((option) => /^(?:positive|good|happy|pos)$/i.test(option));
  const negative = options.find((option) => /^(?:negative|bad|unhappy|neg)$/i.test(option));
  if (positive === undefined || negative === undefined) return undefined;
  const mood = sentimentOf(text);
  if (mood > 0) return positive;
  if (mood < 0) return negative;
  return options.find((option) => /^(?:neutral|mixed|other)$/i.test(option)) ?? positive;
}
