import { NO_VALUE, parseLenient } from "./parse-lenient.ts";

const MAX_STARTS = 16;

/**
 * The values that a model's answer may mean, likeliest first: the whole text, the contents of fenced blocks, whatever
 * follows an opening brace or bracket in the prose, last the bare text itself. The caller takes the first that fits.
 */
export function* jsonCandidates(text: string): Generator<unknown> {
  const trimmed = text.trim();
  if (trimmed === "") return;
  const strict = tryParse(trimmed);
  if (strict !== NO_VALUE) {
    yield strict;
    return;
  }
  for (const block of fencedBlocks(trimmed)) {
    const value = tryParse(block);
    const repaired = value === NO_VALUE && /^[[{]/.test(block) ? parseLenient(block) : value;
    if (repaired !== NO_VALUE) yield repaired;
  }
  let starts = 0;
  for (let at = nextStart(trimmed, 0); at >= 0 && starts < MAX_STARTS; at = nextStart(trimmed, at + 1), starts++) {
    const value = parseLenient(trimmed.slice(at));
    if (value !== NO_VALUE) yield value;
  }
  if (!/[[{]/.test(trimmed)) yield parseLenient(trimmed);
  yield trimmed;
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
function fencedBlocks(text: string): string[] {
  const parts = text.split("```");
  return parts.filter((_, index) => index % 2 === 1).map((part) => part.replace(/^[\w-]*[ \t]*\r?\n?/, "").trim());
}
