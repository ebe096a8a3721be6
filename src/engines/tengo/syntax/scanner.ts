import type { Problems, Source } from "./problems.ts";
import { type Token, type TokenKind, isKeyword, operatorAt } from "./token.ts";

/** After these a line's end, or the source's, ends the statement. */
const ENDS_STATEMENT: ReadonlySet<TokenKind> = new Set<TokenKind>([
  "IDENT",
  "INT",
  "FLOAT",
  "CHAR",
  "STRING",
  "break",
  "continue",
  "return",
  "export",
  "true",
  "false",
  "undefined",
  ")",
  "]",
  "}",
  "++",
  "--",
]);

const LETTER = /[\p{L}_]/u;
const LETTER_OR_DIGIT = /[\p{L}\p{Nd}_]/u;

/** The tokens of a source, the last of kind EOF. Errors go to `problems`; scanning goes on behind them. */
export function scan(source: Source, problems: Pick<Problems, "add">): Token[] {
  return new Scanner(source.code, problems).scan();
}

class Scanner {
  readonly #code: string;
  readonly #problems: Pick<Problems, "add">;
  readonly #tokens: Token[] = [];
  #at = 0;
  #endsStatement = false;

  constructor(code: string, problems: Pick<Problems, "add">) {
    this.#code = code;
    this.#problems = problems;
    if (code.startsWith("\uFEFF")) this.#at = 1;
    if (code.startsWith("#!", this.#at)) this.#at = this.#lineEnd();
  }

  scan(): Token[] {
    while (this.#next()) continue;
    return this.#tokens;
  }

  /** Scans one token or comment; false after the last. */
  #next(): boolean {
    this.#skipBlanks();
    const start = this.#at;
    const char = this.#char();
    if (char === "") {
      if (this.#endsStatement) this.#newline(start);
      this.#push("EOF", start);
      return false;
    }
    if (char === "\n") {
      this.#at += 1;
      this.#newline(start);
    } else if (LETTER.test(char)) this.#identifier(start);
    else if (isDigit(char) || (char === "." && isDigit(this.#code[start + 1] ?? ""))) this.#number(start);
    else if (char === '"') this.#string(start);
    else if (char === "'") this.#charLiteral(start);
    else if (char === "`") this.#rawString(start);
    else if (this.#code.startsWith("//", start) || this.#code.startsWith("/*", start)) this.#comment(start);
    else this.#operator(start, char);
    return true;
  }

  #push(kind: TokenKind, start: number, text = this.#code.slice(start, this.#at)): void {
    this.#tokens.push({ kind, at: start, text });
    this.#endsStatement = ENDS_STATEMENT.has(kind);
  }

  /** The semicolon that a line's end stands for. */
  #newline(at: number): void {
    this.#push(";", at, "\n");
  }

  /** The character at the position, both halves of one outside of the basic plane; "" at the end. */
  #char(): string {
    const code = this.#code.codePointAt(this.#at);
    return code === undefined ? "" : String.fromCodePoint(code);
  }

  #lineEnd(): number {
    const end = this.#code.indexOf("\n", this.#at);
    return end < 0 ? this.#code.length : end;
  }

  #skipBlanks(): void {
    for (;;) {
      const char = this.#code[this.#at];
      if (char === " " || char === "\t" || char === "\r" || (char === "\n" && !this.#endsStatement)) this.#at += 1;
      else return;
    }
  }

  #identifier(start: number): void {
    for (let char = this.#char(); char !== "" && LETTER_OR_DIGIT.test(char); char = this.#char())
      this.#at += char.length;
    const text = this.#code.slice(start, this.#at);
    this.#push(isKeyword(text) ? text : "IDENT", start);
  }

  #operator(start: number, char: string): void {
    const operator = operatorAt(this.#code, start);
    if (operator !== undefined) {
      this.#at += operator.length;
      this.#push(operator, start);
      return;
    }
    this.#at += char.length;
    if (char === "\uFEFF") return;
    this.#problems.add(start, `illegal character ${describe(char)}`);
  }

  /** A comment that spans lines is a line's end itself. */
  #comment(start: number): void {
    if (this.#code[start + 1] === "/") {
      this.#at = this.#lineEnd();
      return;
    }
    const end = this.#code.indexOf("*/", start + 2);
    this.#at = end < 0 ? this.#code.length : end + 2;
    if (end < 0) this.#problems.add(start, "comment not terminated");
    if (this.#endsStatement && this.#code.slice(start, this.#at).includes("\n")) this.#newline(start);
  }

  #digits(pattern: RegExp): void {
    while (pattern.test(this.#code[this.#at] ?? "")) this.#at += 1;
  }

  /** Whether the digits make a number is for the parser to say. */
  #number(start: number): void {
    let kind: TokenKind = "INT";
    const prefix = /^0[xXbBoO]/.test(this.#code.slice(start, start + 2)) ? (this.#code[start + 1] as string) : "";
    const hexadecimal = prefix.toLowerCase() === "x";
    this.#at += prefix === "" ? 0 : 2;
    const digit = hexadecimal ? /[\da-fA-F_]/ : /[\d_]/;
    this.#digits(digit);
    if (this.#char() === "." && !(prefix !== "" && !hexadecimal)) {
      kind = "FLOAT";
      this.#at += 1;
      this.#digits(digit);
    }
    const exponent = this.#char().toLowerCase();
    if (exponent === "p" || (exponent === "e" && !hexadecimal)) {
      kind = "FLOAT";
      this.#at += 1;
      if (/[+-]/.test(this.#char())) this.#at += 1;
      if (!/[\d_]/.test(this.#char())) this.#problems.add(this.#at, "exponent has no digits");
      this.#digits(/[\d_]/);
      // Hexadecimal floats end in p: what looks like another exponent is a fault of the number.
      if (/[-+]/.test(this.#char()) && hexadecimal && exponent !== "p") this.#at += 1;
    }
    this.#push(kind, start);
  }

  #string(start: number): void {
    this.#at += 1;
    for (let char = this.#char(); char !== '"'; char = this.#char()) {
      if (char === "" || char === "\n") {
        this.#problems.add(start, "string literal not terminated");
        this.#push("STRING", start);
        return;
      }
      this.#at += char.length;
      if (char === "\\") this.#escape('"');
    }
    this.#at += 1;
    this.#push("STRING", start);
  }

  #rawString(start: number): void {
    const end = this.#code.indexOf("`", start + 1);
    this.#at = end < 0 ? this.#code.length : end + 1;
    if (end < 0) this.#problems.add(start, "raw string literal not terminated");
    this.#push("STRING", start);
  }

  #charLiteral(start: number): void {
    this.#at += 1;
    let valid = true;
    for (let count = 0; ; count++) {
      const char = this.#char();
      if (char === "" || char === "\n") {
        if (valid) this.#problems.add(start, "rune literal not terminated");
        break;
      }
      this.#at += char.length;
      if (char === "'") {
        if (valid && count !== 1) this.#problems.add(start, "illegal rune literal");
        break;
      }
      if (char === "\\" && !this.#escape("'")) valid = false;
    }
    this.#push("CHAR", start);
  }

  /** Checks what follows a backslash; false when it is no escape. */
  #escape(quote: string): boolean {
    const start = this.#at;
    const char = this.#char();
    if (char === quote || (char !== "" && "abfnrtv\\".includes(char))) {
      this.#at += 1;
      return true;
    }
    const [length, base, most] =
      char >= "0" && char <= "7"
        ? [3, 8, 255]
        : char === "x"
          ? [2, 16, 255]
          : char === "u"
            ? [4, 16, 0x10ffff]
            : [8, 16, 0x10ffff];
    if (!(char >= "0" && char <= "7") && !"xuU".includes(char || " ")) {
      this.#problems.add(start, char === "" ? "escape sequence not terminated" : "unknown escape sequence");
      return false;
    }
    if (base === 16) this.#at += 1;
    let value = 0;
    for (let left = length as number; left > 0; left--) {
      const digit = Number.parseInt(this.#char(), base);
      if (Number.isNaN(digit)) {
        const found = this.#char();
        this.#problems.add(
          this.#at,
          found === "" ? "escape sequence not terminated" : `illegal character ${describe(found)} in escape sequence`,
        );
        return false;
      }
      value = value * (base as number) + digit;
      this.#at += 1;
    }
    if (value > (most as number) || (value >= 0xd800 && value < 0xe000)) {
      this.#problems.add(start, "escape sequence is invalid Unicode code point");
      return false;
    }
    return true;
  }
}

function isDigit(char: string): boolean {
  return char >= "0" && char <= "9";
}

/** A character as Go's `%#U` shows it. */
function describe(char: string): string {
  const code = (char.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0");
  return /\p{C}/u.test(char) ? `U+${code}` : `U+${code} '${char}'`;
}
