import { keywords, words } from "./text.ts";

const OFFLINE_DIMENSIONS = 256;

/**
 * A deterministic embedding: a hashed bag of word stems and letter trigrams, each with a sign of its own, scaled to length
 * 1. Texts with common words are near, paraphrases without common words are not: it knows spelling, not meaning.
 */
export function embedOffline(text: string, dimensions = OFFLINE_DIMENSIONS): number[] {
  const vector = Array.from({ length: dimensions }, () => 0);
  const add = (feature: string, weight: number): void => {
    const hash = fnv1a(feature);
    const index = hash % dimensions;
    vector[index] = (vector[index] as number) + (hash >>> 31 === 1 ? -weight : weight);
  };
  const stems = keywords(text);
  for (const word of stems.length > 0 ? stems : words(text)) {
    add(`w:${word}`, 1);
    const padded = `^${word}$`;
    for (let at = 0; at + 3 <= padded.length && at < 20; at++) add(`t:${padded.slice(at, at + 3)}`, 0.25);
  }
  const size = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return size === 0 ? vector : vector.map((value) => value / size);
}

/** FNV-1a, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/), over UTF-16 units, with a final mix for the low bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash ^= text.charCodeAt(at);
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
