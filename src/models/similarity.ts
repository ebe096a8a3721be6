/** Cosine of the angle between two vectors: 1 same direction, 0 unrelated. 0 when either is null or lengths differ. */
export function cosineSimilarity(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return 0;
  let dot = 0;
  let squareA = 0;
  let squareB = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] as number;
    const y = b[i] as number;
    dot += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  const size = Math.sqrt(squareA) * Math.sqrt(squareB);
  return size === 0 ? 0 : dot / size;
}

/** How alike two texts are in their words, from 0 to 1: the cosine of their word counts. */
export function textSimilarity(a: string, b: string): number {
  const [first, second] = [wordCounts(a), wordCounts(b)];
  const names = [...new Set([...first.keys(), ...second.keys()])];
  if (names.length === 0) return 1;
  return cosineSimilarity(
    names.map((name) => first.get(name) ?? 0),
    names.map((name) => second.get(name) ?? 0),
  );
}

function wordCounts(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
