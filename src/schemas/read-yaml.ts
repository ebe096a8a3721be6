import { type Document, parseDocument } from "yaml";
import { type Reading, fencedBlocks } from "./extract-json.ts";
import type { LenientOptions, Repair } from "./parse-lenient.ts";

/** A line that begins a map, a list or a flow collection. */
const BEGINS = /^\s*(-(\s|$)|("[^"]*"|'[^']*'|[\w.$@/][^:#{}[\],"']*)\s*:(\s|$)|[[{])/;
/** "Here is what you asked for:" */
const ANNOUNCES = /^[A-Z][^:]*\s[^:]*:\s*$/;
const MAX_CUTS = 8;
const MAX_DEPTH = 64;
const MAX_CLOSERS = 64;

type Options = Pick<LenientOptions, "partial">;

/**
 * The values that a text may mean as YAML, likeliest first: fenced blocks, else the text without the prose before and
 * behind it. Tabs become spaces; open quotes and brackets at the end are closed, last lines that are unfinished are left out.
 */
export function* yamlReadings(given: string, { partial = false }: Options = {}): Generator<Reading> {
  // The last line may go on.
  const text = partial ? given.slice(0, given.lastIndexOf("\n") + 1) : given;
  const strict = partial ? undefined : readStrictly(text);
  if (strict) {
    yield strict;
    return;
  }
  for (const { content, closed } of fencedBlocks(text)) {
    const reading = readOne(content, closed ? ["fence"] : ["fence", "cut off"], partial);
    if (reading) yield reading;
  }
  if (text.includes("```")) return;
  const bare = withoutProse(text);
  const reading = readOne(bare, bare.trim() === text.trim() ? [] : ["prose around"], partial);
  if (reading) yield reading;
}

/** A text that is YAML as it stands, and no prose that looks so. */
function readStrictly(text: string): Reading | undefined {
  const first = text.trimStart().split("\n", 1)[0] as string;
  if (first.startsWith("```")) return undefined;
  const document = parse(text);
  if (!document || document.errors.length > 0) return undefined;
  const value = valueOf(document);
  if (typeof value !== "object" || value === null) return undefined;
  const [key, ...others] = Object.keys(value);
  const isAnnounced =
    ANNOUNCES.test(first) && others.length > 0 && (value as Record<string, unknown>)[key as string] === null;
  return isAnnounced ? undefined : { value, repaired: [] };
}

function withoutProse(text: string): string {
  const lines = text.split("\n");
  let first = lines.findIndex((line) => BEGINS.test(line) || line.trim() === "---");
  if (first === -1) return text;
  if (ANNOUNCES.test(lines[first] as string)) {
    const next = lines.findIndex((line, at) => at > first && line.trim() !== "");
    const belongs = next === -1 || /^(\s|-(\s|$))/.test(lines[next] as string);
    if (!belongs && BEGINS.test(lines[next] as string)) first = next;
  }
  let last = lines.length;
  while (last > first + 1 && isProse(lines[last - 1] as string)) last -= 1;
  return lines.slice(first, last).join("\n");
}

/** A line at the margin that is no part of a map or list. */
function isProse(line: string): boolean {
  return line.trim() === "" || (/^\S/.test(line) && !BEGINS.test(line) && !/^[\]}#"'.]/.test(line));
}

function readOne(given: string, before: readonly Repair[], partial: boolean): Reading | undefined {
  if (given.trim() === "") return undefined;
  const repaired = new Set<Repair>(before);
  let text = given;
  if (/^ *\t/m.test(text)) {
    repaired.add("tabs");
    text = text.replace(/^[ \t]+/gm, (indent) => indent.replaceAll("\t", "  "));
  }
  const lines = text.split("\n");
  const most = partial ? 1 : MAX_CUTS;
  for (let cuts = 0; cuts <= most && lines.length > 0; cuts++, lines.pop()) {
    const { document, closed } = parseClosing(lines.join("\n"), cuts === 0 ? MAX_CLOSERS : 4);
    if (!document || document.errors.length > 0) continue;
    const value = valueOf(document);
    if (value === undefined) return undefined;
    if (cuts > 0 || closed) repaired.add("cut off");
    // A text without any structure is a value only where nothing was taken away for it.
    if (typeof value !== "object" && repaired.size > 0 && cuts > 0) return undefined;
    return { value, repaired: [...repaired] };
  }
  return undefined;
}

/** Closes what is open at the end. */
function parseClosing(given: string, most: number): { document: Document.Parsed | undefined; closed: boolean } {
  let text = given;
  for (let closers = 0; ; closers++) {
    const document = parse(text);
    const closer = document?.errors.map(({ message }) => closerOf(message)).find((found) => found !== undefined);
    if (closer === undefined || closers === most) return { document, closed: closers > 0 };
    text += closer;
  }
}

function closerOf(message: string): string | undefined {
  return /end with a ([\]}])/.exec(message)?.[1] ?? /[Mm]issing closing (["'])quote/.exec(message)?.[1];
}

function parse(text: string): Document.Parsed | undefined {
  if (isTooDeep(text)) return undefined;
  try {
    return parseDocument(text, { uniqueKeys: false, prettyErrors: false, logLevel: "silent" });
  } catch {
    return undefined;
  }
}

/** The parser takes quadratic time for what is nested without end. */
function isTooDeep(text: string): boolean {
  let open = 0;
  for (const char of text) {
    if (char === "[" || char === "{") open += 1;
    else if (char === "]" || char === "}") open -= 1;
    if (open > MAX_DEPTH) return true;
  }
  return /([-?][ \t]+){64}/.test(text);
}

/** Undefined for aliases that multiply or contain themselves. */
function valueOf(document: Document.Parsed): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    // What contains itself fails here.
    JSON.stringify(value);
    return value;
  } catch {
    return undefined;
  }
}
