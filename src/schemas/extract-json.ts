import { NO_VALUE, type Repair, parseLenient, parseLenientPrefix } from "./parse-lenient.ts";

const MAX_STARTS = 16;

/** A value that a text may mean, and what it took to read it. */
export interface Reading {
  value: unknown;
  repaired: Repair[];
}

/**
 * The values that a model's answer may mean, likeliest first: the whole text, the contents of fenced blocks, whatever
 * follows an opening brace or bracket in the prose, last the bare text itself. The caller takes the first that fits.
 */
export function* jsonCandidates(text: string): Generator<unknown> {
  for (const { value } of jsonReadings(text)) yield value;
  const trimmed = text.trim();
  if (trimmed !== "" && tryParse(trimmed) === NO_VALUE) yield trimmed;
}

/** The same with what was repaired, and without the bare text. */
export function* jsonReadings(text: string): Generator<Reading> {
  const trimmed = text.trim();
  if (trimmed === "") return;
  const strict = tryParse(trimmed);
  if (strict !== NO_VALUE) {
    yield { value: strict, repaired: [] };
    return;
  }
  for (const { content, closed } of fencedBlocks(trimmed)) {
    const repairs = new Set<Repair>(closed ? ["fence"] : ["fence", "cut off"]);
    const value = tryParse(content);
    const repaired = value === NO_VALUE && /^[[{]/.test(content) ? parseLenient(content, { repairs }) : value;
    if (repaired !== NO_VALUE) yield { value: repaired, repaired: [...repairs] };
  }
  let starts = 0;
  for (let at = nextStart(trimmed, 0); at >= 0 && starts < MAX_STARTS; at = nextStart(trimmed, at + 1), starts++) {
    const repairs = new Set<Repair>();
    const { value, end } = parseLenientPrefix(trimmed.slice(at), { repairs });
    if (at > 0 || trimmed.slice(at + end).trim() !== "") repairs.add("prose around");
    if (value !== NO_VALUE) yield { value, repaired: [...repairs] };
  }
  if (/[[{]|^```/.test(trimmed)) return;
  const repairs = new Set<Repair>();
  const value = parseLenient(trimmed, { repairs });
  if (value !== NO_VALUE) yield { value, repaired: [...repairs] };
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return NO_VALUE;
  }
}

function nextStart(text: string, from: number): number {
  for (let at = from; at < text.length; at++) if (text[at] === "{" || text[at] === "[") return at;
  return -1;
}

/** Contents of ``` blocks; the last one may be open. */
export function fencedBlocks(text: string): { content: string; closed: boolean }[] {
  const parts = text.split("```");
  return parts.flatMap((part, index) =>
    index % 2 === 1
      ? [{ content: part.replace(/^[\w-]*[ \t]*\r?\n?/, "").trim(), closed: index < parts.length - 1 }]
      : [],
  );
}
