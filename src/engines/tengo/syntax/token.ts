/** Operators and delimiters, the longest first where one begins another. */
const OPERATORS = [
  "&^=", "<<=", ">>=", "...",
  "&&", "||", "&^", "<<", ">>", "==", "!=", "<=", ">=", ":=", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
  "+", "-", "*", "/", "%", "&", "|", "^", "<", ">", "=", "!", "(", "[", "{", ",", ".", ")", "]", "}", ";", ":", "?",
] as const; // prettier-ignore

export const KEYWORDS = [
  "break",
  "continue",
  "else",
  "for",
  "func",
  "error",
  "immutable",
  "if",
  "return",
  "export",
  "true",
  "false",
  "in",
  "undefined",
  "import",
] as const;

export type Operator = (typeof OPERATORS)[number];
export type Keyword = (typeof KEYWORDS)[number];
/** What kind a token is: an operator or keyword by its own text, a class of literals by its name. */
export type TokenKind = Operator | Keyword | "IDENT" | "INT" | "FLOAT" | "CHAR" | "STRING" | "EOF";

export interface Token {
  kind: TokenKind;
  /** Offset of its first character in the source. */
  at: number;
  /** As written. Of a semicolon that a line's end stands for: "\n". */
  text: string;
}

const KEYWORD_SET: ReadonlySet<string> = new Set(KEYWORDS);
const LITERALS: ReadonlySet<TokenKind> = new Set(["IDENT", "INT", "FLOAT", "CHAR", "STRING"]);

export function isKeyword(text: string): text is Keyword {
  return KEYWORD_SET.has(text);
}

export function isLiteral(kind: TokenKind): boolean {
  return LITERALS.has(kind);
}

/** The operator that begins at an offset of a source, or undefined. */
export function operatorAt(source: string, at: number): Operator | undefined {
  return OPERATORS.find((operator) => source.startsWith(operator, at));
}

const PRECEDENCE: Partial<Record<TokenKind, number>> = {
  "||": 1,
  "&&": 2,
  "==": 3,
  "!=": 3,
  "<": 3,
  "<=": 3,
  ">": 3,
  ">=": 3,
  "+": 4,
  "-": 4,
  "|": 4,
  "^": 4,
  "*": 5,
  "/": 5,
  "%": 5,
  "<<": 5,
  ">>": 5,
  "&": 5,
  "&^": 5,
};

/** How tightly a binary operator binds, 0 for what is none. */
export function precedenceOf(kind: TokenKind): number {
  return PRECEDENCE[kind] ?? 0;
}
