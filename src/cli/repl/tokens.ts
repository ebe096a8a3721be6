import type { StyledSpan, TextStyle } from "../terminal/line-reader.ts";
import type { NamePath } from "./language.ts";

export interface Token {
  kind: "name" | "keyword" | "string" | "number" | "comment" | "symbol";
  start: number;
  end: number;
  text: string;
}

/** Splits a text, also one that is not finished yet, with one sticky pattern whose groups are named after the kinds. */
export function tokenize(text: string, pattern: RegExp, keywords: ReadonlySet<string>): Token[] {
  const tokens: Token[] = [];
  const sticky = new RegExp(pattern.source, "suy");
  while (sticky.lastIndex < text.length) {
    const start = sticky.lastIndex;
    const groups = sticky.exec(text)?.groups;
    if (!groups) {
      sticky.lastIndex = start + 1;
      continue;
    }
    const kind = (["comment", "string", "number", "name", "symbol"] as const).find((k) => groups[k] !== undefined);
    if (kind === undefined) continue;
    const token = groups[kind] as string;
    const isKeyword = kind === "name" && keywords.has(token);
    tokens.push({ kind: isKeyword ? "keyword" : kind, start, end: sticky.lastIndex, text: token });
  }
  return tokens;
}

const STYLES: Partial<Record<Token["kind"], TextStyle>> = {
  keyword: "keyword",
  string: "string",
  number: "number",
  comment: "comment",
};

export function stylesOf(tokens: readonly Token[]): StyledSpan[] {
  return tokens.flatMap(({ kind, start, end }) => {
    const style = STYLES[kind];
    return style ? [{ start, end, style }] : [];
  });
}

/** The names joined by one of `joints` that end at the cursor; undefined where no name can stand. */
export function namePathAt(tokens: readonly Token[], cursor: number, joints: readonly string[]): NamePath | undefined {
  const before = tokens.filter(({ start }) => start < cursor);
  const last = before.at(-1);
  const inside = last !== undefined && last.end >= cursor;
  if (inside && (last.kind === "comment" || last.kind === "number")) return undefined;
  if (inside && last.kind === "string" && (last.end > cursor || !isClosed(last.text))) return undefined;
  const word = inside && (last.kind === "name" || last.kind === "keyword") ? last : undefined;
  let at = before.length - (word ? 2 : 1);
  const path: string[] = [];
  while (joints.includes(before[at]?.text ?? "")) {
    const name = before[at - 1];
    if (name?.kind !== "name") return undefined;
    path.unshift(name.text);
    at -= 2;
  }
  return { path, start: word?.start ?? cursor };
}

function isClosed(text: string): boolean {
  return text.length > 1 && text.at(-1) === text[0];
}
