import { TomlDate, TomlError, type TomlValue, parse } from "smol-toml";
import { type DocumentText, type LocatedDocument, type Place, documentError } from "./located-document.ts";

/** Levels of nesting. */
const MAX_DEPTH = 64;

/** TOML 1.0. */
export function parseToml(source: DocumentText): LocatedDocument {
  const { text } = source;
  try {
    const value = withoutDates(parse(text, { maxDepth: MAX_DEPTH }));
    let places: ReadonlyMap<string, Place> | undefined;
    return { value, placeOf: (path) => nearest((places ??= findPlaces(text)), path) };
  } catch (cause) {
    if (cause instanceof RangeError)
      throw documentError(source, "it is nested too deeply", { line: 1, column: 1 }, cause);
    if (!(cause instanceof TomlError)) throw cause;
    const problem = (cause.message.split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "it is no valid TOML: ");
    throw documentError(source, problem, { line: cause.line, column: cause.column }, cause);
  }
}

function withoutDates(value: TomlValue): unknown {
  if (typeof value !== "object") return value;
  if (value instanceof TomlDate) return value.toISOString();
  if (Array.isArray(value)) return value.map(withoutDates);
  // Tables of the parser are plain: a key `__proto__` stays an own property.
  for (const [key, item] of Object.entries(value as Record<string, TomlValue>)) {
    Object.defineProperty(value, key, {
      value: withoutDates(item),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return value;
}

function nearest(places: ReadonlyMap<string, Place>, path: readonly PropertyKey[]): Place {
  for (let length = path.length; length > 0; length--) {
    const place = places.get(JSON.stringify(path.slice(0, length).map(String)));
    if (place) return place;
  }
  return { line: 1, column: 1 };
}

/**
 * Where tables and keys stand, line by line: the parser does not tell. Of what is inside an inline table or an array the
 * place is that of its key.
 */
function findPlaces(text: string): Map<string, Place> {
  const places = new Map<string, Place>();
  const note = (path: readonly string[], place: Place) => {
    for (let length = 1; length <= path.length; length++) {
      const key = JSON.stringify(path.slice(0, length));
      if (!places.has(key)) places.set(key, place);
    }
  };
  const counts = new Map<string, number>();
  let table: string[] = [];
  let quotes: string | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    if (quotes !== undefined) {
      quotes = openQuotes(line, quotes);
      continue;
    }
    const place = { line: index + 1, column: line.length - line.trimStart().length + 1 };
    const [, brackets, header] = /^\s*(\[\[?)([^\]]+)\]/.exec(line) ?? [];
    if (brackets && header) {
      table = inArrays(readKeys(header), counts);
      if (brackets === "[[") {
        const key = JSON.stringify(table);
        const count = counts.get(key) ?? 0;
        counts.set(key, count + 1);
        table.push(String(count));
      }
      note(table, place);
      continue;
    }
    const [, keys] = /^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=/.exec(line) ?? [];
    if (keys) note([...table, ...readKeys(keys)], place);
    quotes = openQuotes(line);
  }
  return places;
}

function readKeys(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|([\w-]+)/g)].map(
    ([, basic, literal, bare]) => basic ?? literal ?? bare ?? "",
  );
}

/** The path with the index of the last item after each array of tables on the way. */
function inArrays(keys: readonly string[], counts: ReadonlyMap<string, number>): string[] {
  const path: string[] = [];
  for (const [index, key] of keys.entries()) {
    path.push(key);
    const count = counts.get(JSON.stringify(path));
    if (count !== undefined && index < keys.length - 1) path.push(String(count - 1));
  }
  return path;
}

/** The quotes of a text of several lines that is still open at a line's end. */
function openQuotes(line: string, open?: string): string | undefined {
  let quotes = open;
  for (const [found] of line.matchAll(/"""|'''/g)) {
    if (quotes === undefined) quotes = found;
    else if (quotes === found) quotes = undefined;
  }
  return quotes;
}
