import { type Document, LineCounter, isAlias, isMap, isNode, isScalar, isSeq, parseAllDocuments } from "yaml";
import { LlmspellError } from "../errors.ts";
import { findJsonError } from "./find-json-error.ts";
import { type DocumentText, type LocatedDocument, type Place, documentError } from "./located-document.ts";

/** YAML 1.2, one document. */
export function parseYaml(source: DocumentText): LocatedDocument {
  const { text } = source;
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  try {
    // The parser's own check of repeated keys compares each with all others; `refuseRepeatedKeys` is linear.
    const parsed = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
    const [document, second] = parsed as Document.Parsed[];
    if (!document) return { value: null, placeOf: () => ({ line: 1, column: 1 }) };
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem && /call stack/.test(problem.message)) throw tooDeep(source, problem);
    if (problem) throw documentError(source, sentence(problem.message), place(problem.pos[0]), problem);
    if (second) throw documentError(source, "there is more than one document", place(second.range[0]));
    refuseRepeatedKeys(document.contents, place, source);
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    refuseCycles(value, source);
    return { value, placeOf: (path) => place(offsetOf(document, path)) };
  } catch (cause) {
    if (LlmspellError.is(cause)) throw cause;
    if (cause instanceof RangeError) throw tooDeep(source, cause);
    throw documentError(source, cause instanceof Error ? cause.message : String(cause), { line: 1, column: 1 }, cause);
  }
}

function tooDeep(source: DocumentText, cause: unknown): Error {
  return documentError(source, "it is nested too deeply", { line: 1, column: 1 }, cause);
}

/** JSON, strictly; its places are those of the same text as YAML. */
export function parseJson(source: DocumentText): LocatedDocument {
  const { text } = source;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const { offset, problem } = findJsonError(text);
    const before = text.slice(0, offset).split("\n");
    const place = { line: before.length, column: (before.at(-1) as string).length + 1 };
    throw documentError(source, `it is no valid JSON: ${problem}`, place, cause);
  }
  const { placeOf } = parseYaml(source);
  return { value, placeOf };
}

function sentence(message: string): string {
  return message.replace(/\s+/g, " ").replace(/[.:]$/, "");
}

/** The parser's own walk over a document freezes a path for every node, which takes longer than the parsing. */
function refuseRepeatedKeys(node: unknown, place: (offset: number) => Place, source: DocumentText): void {
  if (isSeq(node)) for (const item of node.items) refuseRepeatedKeys(item, place, source);
  if (!isMap(node)) return;
  const keys = new Set<string>();
  for (const { key, value } of node.items) {
    const refuse = (problem: string) => documentError(source, problem, place((isNode(key) && key.range?.[0]) || 0));
    if (key !== null && !isScalar(key)) throw refuse("a key is a list, a map or an alias");
    const name = String(key?.value ?? null);
    if (keys.has(name)) throw refuse(`the key "${name}" is repeated`);
    keys.add(name);
    refuseRepeatedKeys(value, place, source);
  }
}

function refuseCycles(value: unknown, source: DocumentText, around: readonly object[] = []): void {
  if (typeof value !== "object" || value === null) return;
  if (around.includes(value))
    throw documentError(source, "a list or map contains its own alias", { line: 1, column: 1 });
  const inside = [...around, value];
  for (const item of Object.values(value)) refuseCycles(item, source, inside);
}

function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (!pair) return offset;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else {
      const item = isSeq(node) ? node.items[Number(step)] : undefined;
      if (!isNode(item)) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    }
  }
  return offset;
}
