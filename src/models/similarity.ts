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
