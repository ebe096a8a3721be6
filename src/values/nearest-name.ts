/** The known name that a mistyped one most likely means, case aside; undefined when none is near. */
export function nearestName(wanted: string, known: readonly string[]): string | undefined {
  const lower = wanted.toLowerCase();
  const most = Math.max(1, Math.ceil(wanted.length / 3));
  let nearest: { name: string; distance: number } | undefined;
  for (const name of known) {
    const found = distance(lower, name.toLowerCase());
    if (found <= most && found < (nearest?.distance ?? Infinity)) nearest = { name, distance: found };
  }
  return nearest?.name;
}

/** Levenshtein distance of two names; names over 64 letters are far from everything. */
function distance(a: string, b: string): number {
  if (a.length > 64 || b.length > 64) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, (row[j - 1] as number) + same));
    }
    row = next;
  }
  return row[b.length] as number;
}
