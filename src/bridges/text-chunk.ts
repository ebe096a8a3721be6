import { LlmspellError } from "../errors.ts";
import { codePointLength } from "./code-points.ts";
import { checkSize } from "./pure-method.ts";

export interface ChunkOptions {
  size: number;
  overlap?: number | undefined;
  by?: "chars" | "words" | "lines" | "sentences" | "paragraphs" | undefined;
}

/** A piece of the text and what it counts towards the size of a chunk. */
interface Unit {
  text: string;
  weight: number;
}

/** Cuts a text into pieces, see `text.chunk`. Throws `input.invalid`, `value.too_large`. */
export function chunkText(text: string, { size, overlap = 0, by = "chars" }: ChunkOptions): string[] {
  if (overlap >= size)
    throw new LlmspellError("input.invalid", `text.chunk: overlap (${overlap}) must be less than size (${size})`);
  if (by === "chars") return chunkCharacters(text, size, overlap);
  return pack(unitsOf(text, by, size), size, overlap);
}

function chunkCharacters(text: string, size: number, overlap: number): string[] {
  const characters = Array.from(text);
  const step = size - overlap;
  const count = characters.length <= size ? 1 : Math.ceil((characters.length - overlap) / step);
  checkSize("text.chunk", count * size);
  if (text === "") return [];
  return Array.from({ length: count }, (_, index) => characters.slice(index * step, index * step + size).join(""));
}

function unitsOf(text: string, by: Exclude<ChunkOptions["by"], "chars" | undefined>, size: number): Unit[] {
  if (by === "words") return wordsOf(text).map((word) => ({ text: word, weight: 1 }));
  if (by === "lines") return splitAfter(text, /\n/g).map((line) => ({ text: line, weight: 1 }));
  const pieces = by === "paragraphs" ? splitAfter(text, /\n[ \t\r]*\n\s*/g) : sentencesOf(text);
  return pieces.flatMap((piece) => cutToSize(piece, size));
}

/** Words with the white space before them; what ends the text goes to the last one. */
function wordsOf(text: string): string[] {
  if (text.trim() === "") return text === "" ? [] : [text];
  return text.match(/\s*\S+(?:\s+$)?/g) ?? [];
}

/** A sentence or paragraph that is too long for one piece becomes several. */
function cutToSize(piece: string, size: number): Unit[] {
  const length = codePointLength(piece);
  if (length <= size) return [{ text: piece, weight: length }];
  return chunkCharacters(piece, size, 0).map((text) => ({ text, weight: codePointLength(text) }));
}

/** Whole units in each piece, as many as fit; each piece starts with the last units of the one before, up to the overlap. */
function pack(units: readonly Unit[], size: number, overlap: number): string[] {
  const chunks: string[] = [];
  let total = 0;
  let start = 0;
  while (start < units.length) {
    let end = start;
    let weight = 0;
    while (end < units.length && (end === start || weight + (units[end] as Unit).weight <= size))
      weight += (units[end++] as Unit).weight;
    const chunk = units
      .slice(start, end)
      .map((unit) => unit.text)
      .join("");
    total += chunk.length;
    checkSize("text.chunk", total);
    chunks.push(chunk);
    if (end >= units.length) break;
    let repeated = 0;
    let next = end;
    // Never the whole piece again, and room for one new unit.
    while (next - 1 > start) {
      const more = repeated + (units[next - 1] as Unit).weight;
      if (more > overlap || more + (units[end] as Unit).weight > size) break;
      repeated = more;
      next -= 1;
    }
    start = next;
  }
  return chunks;
}

function splitAfter(text: string, separator: RegExp): string[] {
  const parts: string[] = [];
  let start = 0;
  for (const match of text.matchAll(separator)) {
    parts.push(text.slice(start, match.index + match[0].length));
    start = match.index + match[0].length;
  }
  if (start < text.length) parts.push(text.slice(start));
  return parts;
}

/** Sentences with the white space after them. Their joined text is the text. */
export function sentencesOf(text: string): string[] {
  checkSize("text sentences", text.length, 4 * 1024 * 1024);
  return [...new Intl.Segmenter("en", { granularity: "sentence" }).segment(text)].map(({ segment }) => segment);
}
