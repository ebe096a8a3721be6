import { type BinaryOperator, type Expression, ExpressionProblem } from "./syntax.ts";
import { nearestName } from "../../values/nearest-name.ts";
import { FILTERS } from "./filters.ts";

const MAX_LENGTH = 10_000;
const MAX_DEPTH = 50;

/** In an identifier, `-` stands between letters or digits: `fetch-page.output`. A minus has blanks around it. */
const TOKEN =
  /\s*(?:(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<name>[\p{L}_][\p{L}\p{N}_]*(?:-[\p{L}\p{N}_]+)*)|(?<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<sign>==|!=|~=|<=|>=|&&|\|\||[<>|:,.()[\]+\-*/%!]))/suy;

type TokenKind = "number" | "name" | "string" | "sign" | "end";

interface Token {
  kind: TokenKind;
  text: string;
  at: number;
}

const COMPARISONS: Readonly<Record<string, BinaryOperator>> = {
  "==": "==",
  "!=": "!=",
  "~=": "!=",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
  contains: "contains",
  in: "in",
};

const LITERALS: Readonly<Record<string, boolean | null>> = {
  true: true,
  false: false,
  nil: null,
  null: null,
  undefined: null,
};

/**
 * Parses an expression: paths, literals, comparisons, `and`, `or`, `not`, arithmetic, and filters, which bind tightest:
 * `steps.find.output | size > 3 and not input.draft`. Throws `ExpressionProblem`.
 */
export function parseExpression(text: string): Expression {
  if (text.length > MAX_LENGTH) throw new ExpressionProblem(`an expression has at most ${MAX_LENGTH} characters`, 0);
  return new Parser(tokensOf(text)).whole();
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  let at = 0;
  while (at < end) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match?.groups) throw new ExpressionProblem(`unexpected ${JSON.stringify(text.slice(at).trim()[0])}`, at);
    const [kind, found] = Object.entries(match.groups).find(([, group]) => group !== undefined) as [TokenKind, string];
    at = TOKEN.lastIndex;
    tokens.push({ kind, text: found, at: at - found.length });
  }
  tokens.push({ kind: "end", text: "", at: end });
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    if (this.#tokens.length === 1) throw new ExpressionProblem("the expression is empty", 0);
    const expression = this.#or();
    if (this.#next < this.#tokens.length - 1) throw this.#unexpected();
    return expression;
  }

  get #peek(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #accepts(...texts: string[]): Token | undefined {
    const token = this.#peek;
    if ((token.kind !== "sign" && token.kind !== "name") || !texts.includes(token.text)) return undefined;
    this.#next += 1;
    return token;
  }

  #expect(text: string): void {
    if (!this.#accepts(text)) throw this.#unexpected(`, expected ${text}`);
  }

  #unexpected(more = ""): ExpressionProblem {
    const { kind, text, at } = this.#peek;
    return new ExpressionProblem(`unexpected ${kind === "end" ? "end" : JSON.stringify(text)}${more}`, at);
  }

  #deeper<T>(parse: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH)
      throw new ExpressionProblem(`nested more than ${MAX_DEPTH} levels deep`, this.#peek.at);
    const parsed = parse();
    this.#depth -= 1;
    return parsed;
  }

  #or(): Expression {
    return this.#deeper(() => {
      let left = this.#and();
      while (this.#accepts("or", "||")) left = { kind: "or", left, right: this.#and() };
      return left;
    });
  }

  #and(): Expression {
    let left = this.#not();
    while (this.#accepts("and", "&&")) left = { kind: "and", left, right: this.#not() };
    return left;
  }

  #not(): Expression {
    if (!this.#accepts("not", "!")) return this.#comparison();
    return { kind: "not", operand: this.#deeper(() => this.#not()) };
  }

  #comparison(): Expression {
    const left = this.#sum();
    const sign = this.#accepts(...Object.keys(COMPARISONS));
    if (!sign) return left;
    return { kind: "binary", operator: COMPARISONS[sign.text] as BinaryOperator, left, right: this.#sum() };
  }

  #sum(): Expression {
    let left = this.#product();
    for (let sign = this.#accepts("+", "-"); sign; sign = this.#accepts("+", "-"))
      left = { kind: "binary", operator: sign.text as BinaryOperator, left, right: this.#product() };
    return left;
  }

  #product(): Expression {
    let left = this.#unary();
    for (let sign = this.#accepts("*", "/", "%"); sign; sign = this.#accepts("*", "/", "%"))
      left = { kind: "binary", operator: sign.text as BinaryOperator, left, right: this.#unary() };
    return left;
  }

  #unary(): Expression {
    if (this.#accepts("-")) return { kind: "minus", operand: this.#deeper(() => this.#unary()) };
    return this.#filtered();
  }

  #filtered(): Expression {
    let operand = this.#primary();
    while (this.#accepts("|")) {
      const name = this.#peek;
      if (name.kind !== "name") throw this.#unexpected(", expected the name of a filter");
      if (!Object.hasOwn(FILTERS, name.text)) {
        const known = Object.keys(FILTERS);
        const near = nearestName(name.text, known);
        const hint = near === undefined ? `; there are ${known.join(", ")}` : ` (did you mean "${near}"?)`;
        throw new ExpressionProblem(`no filter is called ${JSON.stringify(name.text)}${hint}`, name.at);
      }
      this.#next += 1;
      operand = { kind: "filter", name: name.text, operand, args: this.#filterArguments() };
    }
    return operand;
  }

  /** `: a, b` or `(a, b)`. */
  #filterArguments(): Expression[] {
    if (this.#accepts("(")) return this.#deeper(() => this.#items(")"));
    if (!this.#accepts(":")) return [];
    const args = [this.#argument()];
    while (this.#accepts(",")) args.push(this.#argument());
    return args;
  }

  #argument(): Expression {
    return this.#accepts("-") ? { kind: "minus", operand: this.#primary() } : this.#primary();
  }

  #items(close: string): Expression[] {
    const items: Expression[] = [];
    if (this.#accepts(close)) return items;
    do items.push(this.#or());
    while (this.#accepts(","));
    this.#expect(close);
    return items;
  }

  #primary(): Expression {
    if (this.#accepts("(")) {
      const inner = this.#or();
      this.#expect(")");
      return inner;
    }
    if (this.#accepts("[")) return this.#deeper(() => ({ kind: "list", items: this.#items("]") }));
    const token = this.#peek;
    this.#next += 1;
    if (token.kind === "number") return { kind: "literal", value: Number(token.text) };
    if (token.kind === "string") return { kind: "literal", value: unquote(token.text) };
    if (token.kind !== "name") {
      this.#next -= 1;
      throw this.#unexpected();
    }
    if (Object.hasOwn(LITERALS, token.text)) return { kind: "literal", value: LITERALS[token.text] as boolean | null };
    return this.#path(token);
  }

  #path(root: Token): Expression {
    const steps: (string | number | Expression)[] = [];
    let text = root.text;
    for (;;) {
      if (this.#accepts(".")) {
        const step = this.#peek;
        if (step.kind !== "name" && step.kind !== "number") throw this.#unexpected(", expected a name");
        this.#next += 1;
        // "a.0.1" is scanned as "a", ".", "0.1".
        const parts = step.kind === "number" ? step.text.split(".").map(Number) : [step.text];
        steps.push(...parts);
        text += `.${step.text}`;
      } else if (this.#accepts("[")) {
        const inner = this.#or();
        this.#expect("]");
        const isKey = inner.kind === "literal" && (typeof inner.value === "string" || typeof inner.value === "number");
        steps.push(isKey ? (inner.value as string | number) : inner);
        text += isKey ? `[${JSON.stringify(inner.value)}]` : "[...]";
      } else return { kind: "path", root: root.text, steps, text };
    }
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/gs, (_, char: string) => ESCAPES[char] ?? char);
}
