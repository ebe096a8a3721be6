const SURROGATE = /[\ud800-\udfff]/;

/** Length in code points; a lone surrogate counts as one. */
export function codePointLength(text: string): number {
  if (!SURROGATE.test(text)) return text.length;
  let length = 0;
  for (let at = 0; at < text.length; at += unitsAt(text, at)) length += 1;
  return length;
}

/** Code points from `start` to before `end`; negative positions count from the end. */
export function sliceCodePoints(text: string, start: number, end: number = Infinity): string {
  if (!SURROGATE.test(text)) return text.slice(start, end);
  if (start < 0 || end < 0) {
    const length = codePointLength(text);
    return sliceCodePoints(
      text,
      start < 0 ? Math.max(0, length + start) : start,
      end < 0 ? Math.max(0, length + end) : end,
    );
  }
  const toUnits = new UnitCursor(text);
  const from = toUnits.unitOf(start);
  return text.slice(from, Math.max(from, toUnits.unitOf(end)));
}

function unitsAt(text: string, at: number): number {
  const lead = text.charCodeAt(at);
  if (lead < 0xd800 || lead > 0xdbff) return 1;
  const trail = text.charCodeAt(at + 1);
  return trail >= 0xdc00 && trail <= 0xdfff ? 2 : 1;
}

/** Converts positions between UTF-16 units and code points in one pass: ask in rising order. */
export class UnitCursor {
  readonly #text: string;
  readonly #plain: boolean;
  #units = 0;
  #points = 0;

  constructor(text: string) {
    this.#text = text;
    this.#plain = !SURROGATE.test(text);
  }

  /** Code points before a position in units. */
  pointOf(unit: number): number {
    if (this.#plain) return unit;
    while (this.#units < unit && this.#units < this.#text.length) this.#step();
    return this.#points;
  }

  /** Units before a position in code points. */
  unitOf(point: number): number {
    if (this.#plain) return Math.min(point, this.#text.length);
    while (this.#points < point && this.#units < this.#text.length) this.#step();
    return this.#units;
  }

  #step(): void {
    this.#units += unitsAt(this.#text, this.#units);
    this.#points += 1;
  }
}
