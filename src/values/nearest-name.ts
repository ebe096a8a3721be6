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

/** How many letters are wrong, missing, too many or swapped with the next; names over 64 letters are far from everything. */
function distance(a: string, b: string): number {
  if (a.length > 64 || b.length > 64) return Infinity;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : Infinity;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + same, swapped));
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}
