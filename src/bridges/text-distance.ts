import { LlmspellError } from "../errors.ts";

/** Most cells of the distance table: about a second of work. */
const MAX_CELLS = 200_000_000;

/** Levenshtein distance in code points, row by row (Wagner and Fischer 1974). Throws `value.too_large` when the texts are too long for that. */
export function editDistance(method: string, first: string, second: string): number {
  if (first === second) return 0;
  let [a, b] = [codePoints(first), codePoints(second)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  [a, b] = [a.subarray(start, a.length - end), b.subarray(start, b.length - end)];
  if (a.length === 0 || b.length === 0) return Math.max(a.length, b.length);
  if (a.length * b.length > MAX_CELLS) {
    throw new LlmspellError(
      "value.too_large",
      `${method}: texts of ${a.length} and ${b.length} differing characters are too long to compare`,
    );
  }
  return rows(a, b);
}

function rows(a: Uint32Array, b: Uint32Array): number {
  const row = Uint32Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i++) {
    let diagonal = row[0] as number;
    row[0] = i + 1;
    for (let j = 0; j < b.length; j++) {
      const above = row[j + 1] as number;
      const replaced = diagonal + (a[i] === b[j] ? 0 : 1);
      row[j + 1] = Math.min(above + 1, (row[j] as number) + 1, replaced);
      diagonal = above;
    }
  }
  return row[b.length] as number;
}

function codePoints(text: string): Uint32Array {
  const points = new Uint32Array(text.length);
  let length = 0;
  for (const character of text) points[length++] = character.codePointAt(0) as number;
  return points.subarray(0, length);
}
