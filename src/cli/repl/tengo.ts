import { parse } from "../../engines/tengo/syntax/parser.ts";
import { Source } from "../../engines/tengo/syntax/problems.ts";
import { scan } from "../../engines/tengo/syntax/scanner.ts";
import { KEYWORDS, type Token as TengoToken, isKeyword } from "../../engines/tengo/syntax/token.ts";
import { type ErrorData, LlmspellError } from "../../errors.ts";
import { errorOfAnswer } from "./error-of-answer.ts";
import type { NamePath, ReplLanguage } from "./language.ts";
import { TENGO_SCRIPT } from "./tengo-script.ts";
import { type Token, namePathAt, stylesOf } from "./tokens.ts";

/** Tengo at a prompt: an input's last expression is its value, and what `:=` defines outside of blocks stays. */
export const tengoRepl: ReplLanguage = {
  name: "tengo",
  engine: "tengo",
  title: "Tengo",
  naming: "snake",
  nothing: "undefined",
  keywords: KEYWORDS,
  script: TENGO_SCRIPT,
  prepare: ({ text }) => ({ code: text, names: [] }),
  isComplete,
  highlight: (text) => stylesOf(tokenize(text)),
  pathAt,
  errorOf(answer) {
    if (answer.trace === undefined) return errorOfAnswer(answer);
    return LlmspellError.fromData(JSON.parse(answer.trace) as ErrorData);
  },
};

const NOTHING = { add: () => undefined };

/** The language's own tokens, and the comments between them. */
function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (const token of scan(new Source("", text), NOTHING)) {
    tokens.push(...commentsOf(text, at, token.at));
    const end = token.kind === "EOF" ? text.length : Math.max(at, token.at + written(token).length);
    if (end > token.at && token.kind !== "EOF")
      tokens.push({ kind: kindOf(token), start: token.at, end, text: written(token) });
    at = Math.max(at, end);
  }
  return tokens;
}

/** A semicolon that a line's end stands for is not written. */
function written({ kind, text }: TengoToken): string {
  return kind === ";" && text === "\n" ? "" : text;
}

function commentsOf(text: string, from: number, to: number): Token[] {
  const between = text.slice(from, to);
  return Array.from(between.matchAll(/\/\/[^\n]*|\/\*.*?(?:\*\/|$)/gs), (match) => ({
    kind: "comment",
    start: from + match.index,
    end: from + match.index + match[0].length,
    text: match[0],
  }));
}

function kindOf({ kind }: TengoToken): Token["kind"] {
  if (kind === "IDENT") return "name";
  if (kind === "STRING" || kind === "CHAR") return "string";
  if (kind === "INT" || kind === "FLOAT") return "number";
  return isKeyword(kind) ? "keyword" : "symbol";
}

/** Within `import("`, names of modules. */
function pathAt(text: string, cursor: number): NamePath | undefined {
  const tokens = tokenize(text);
  const last = tokens.findLast(({ start }) => start < cursor);
  const index = last ? tokens.indexOf(last) : -1;
  const isModule =
    last?.kind === "string" && tokens[index - 1]?.text === "(" && tokens[index - 2]?.text === "import" && index >= 2;
  if (isModule && (last.end > cursor || !/^"[^"]*"$/.test(last.text)))
    return { path: ["import"], start: last.start + 1 };
  return namePathAt(tokens, cursor, ["."]);
}

/** Only what fails at its very end can go on. */
function isComplete(text: string): boolean {
  try {
    parse(new Source("", text));
    return true;
  } catch (thrown) {
    if (!LlmspellError.is(thrown)) throw thrown;
    return !/found 'EOF'|^(?:raw string literal|comment) not terminated/.test(thrown.message);
  }
}
