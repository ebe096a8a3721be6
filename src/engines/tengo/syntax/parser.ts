import type { LlmspellError } from "../../../errors.ts";
import type { Block, Expr, Ident, IfStmt, MapElement, Stmt, BinaryOperator } from "./ast.ts";
import { charValue, floatValue, integerValue, stringValue } from "./literals.ts";
import { Bailout, Problems, type Source } from "./problems.ts";
import { scan } from "./scanner.ts";
import { type Token, type TokenKind, isKeyword, isLiteral, precedenceOf } from "./token.ts";

/** How deep expressions and blocks may nest: the compiler and Lua's own parser recurse over them. */
const MAX_DEPTH = 180;

/** The statements of a source. Throws `script.syntax` with Tengo's own text. */
export function parse(source: Source): readonly Stmt[] {
  const problems = new Problems(source);
  let statements: readonly Stmt[] = [];
  try {
    statements = new Parser(scan(source, problems), problems).file();
  } catch (error) {
    if (!(error instanceof Bailout)) throw error;
  }
  const failure: LlmspellError | undefined = problems.toError();
  if (failure) throw failure;
  return statements;
}

/** Where reading goes on after an error. */
const STATEMENT_STARTS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  "break",
  "continue",
  "for",
  "if",
  "return",
  "export",
]);

const SIMPLE_STARTS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  "func", "error", "immutable", "IDENT", "INT", "FLOAT", "CHAR", "STRING", "true", "false", "undefined", "import",
  "(", "{", "[", "+", "-", "*", "&", "^", "!",
]); // prettier-ignore

const OPERATOR_ASSIGNMENTS: Partial<Record<TokenKind, BinaryOperator>> = {
  "+=": "+",
  "-=": "-",
  "*=": "*",
  "/=": "/",
  "%=": "%",
  "&=": "&",
  "|=": "|",
  "^=": "^",
  "<<=": "<<",
  ">>=": ">>",
  "&^=": "&^",
};

class Parser {
  readonly #tokens: readonly Token[];
  readonly #problems: Problems;
  #index = 0;
  #depth = 0;
  /** For not to stay at one place while errors are skipped. */
  #syncAt = -1;
  #syncs = 0;

  constructor(tokens: readonly Token[], problems: Problems) {
    this.#tokens = tokens;
    this.#problems = problems;
  }

  file(): readonly Stmt[] {
    const statements = this.#statements();
    this.#expect("EOF");
    return statements;
  }

  // --- tokens ------------------------------------------------------------------------------------------------------

  get #token(): Token {
    return this.#tokens[this.#index] as Token;
  }

  #is(kind: TokenKind): boolean {
    return this.#token.kind === kind;
  }

  #next(): Token {
    const token = this.#token;
    if (this.#index < this.#tokens.length - 1) this.#index += 1;
    return token;
  }

  /** Takes a token of this kind; reports another one, and takes it too. */
  #expect(kind: TokenKind): Token {
    if (!this.#is(kind)) this.#expected(`'${kind}'`);
    return this.#next();
  }

  #expected(what: string, at = this.#token.at): void {
    const { kind, text, at: here } = this.#token;
    const found =
      at !== here
        ? ""
        : kind === ";" && text === "\n"
          ? ", found newline"
          : `, found ${isLiteral(kind) ? text : `'${kind}'`}`;
    this.#problems.add(at, `expected ${what}${found}`);
  }

  #endStatement(): void {
    if (this.#is(")") || this.#is("}")) return;
    if (this.#is(";")) return void this.#next();
    this.#expected("';'");
    if (this.#is(",")) this.#next();
    else this.#skipToStatement();
  }

  /** Whether another element follows in a list that `closing` ends. */
  #comma(closing: TokenKind, what: string): boolean {
    if (this.#is(",")) {
      this.#next();
      if (!this.#is(closing)) return true;
      this.#expected(what);
      return false;
    }
    if (this.#is(";") && this.#token.text === "\n") this.#next();
    return false;
  }

  #skipToStatement(): void {
    for (; !this.#is("EOF"); this.#next()) {
      if (!STATEMENT_STARTS.has(this.#token.kind)) continue;
      const { at } = this.#token;
      if (at === this.#syncAt && this.#syncs < 10) {
        this.#syncs += 1;
        return;
      }
      if (at > this.#syncAt) {
        this.#syncAt = at;
        this.#syncs = 0;
        return;
      }
    }
  }

  #bad(what: string): Expr {
    const { at } = this.#token;
    this.#expected(what);
    this.#skipToStatement();
    return { type: "bad", at };
  }

  /** Runs one level deeper; what is nested too deeply is an error of its own. */
  #nested<T>(parse: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      this.#problems.add(this.#token.at, `nested more than ${MAX_DEPTH} levels deep`);
      throw new Bailout();
    }
    const value = parse();
    this.#depth -= 1;
    return value;
  }

  // --- statements --------------------------------------------------------------------------------------------------

  #statements(): Stmt[] {
    const statements: Stmt[] = [];
    while (!this.#is("}") && !this.#is("EOF")) statements.push(this.#statement());
    return statements;
  }

  #statement(): Stmt {
    const { kind, at } = this.#token;
    if (SIMPLE_STARTS.has(kind)) {
      const simple = this.#simple();
      this.#endStatement();
      return simple;
    }
    switch (kind) {
      case "return":
        return this.#return();
      case "export":
        return this.#export();
      case "if":
        return this.#nested(() => this.#if());
      case "for":
        return this.#nested(() => this.#for());
      case "break":
      case "continue":
        return this.#branch(kind);
      case ";":
        this.#next();
        return { type: "empty", at };
      default:
        this.#expected("statement");
        this.#skipToStatement();
        return { type: "empty", at };
    }
  }

  #block(): Block {
    const { at } = this.#expect("{");
    const statements = this.#nested(() => this.#statements());
    this.#expect("}");
    return { type: "block", at, statements };
  }

  /** An expression, an assignment or an increment. With `inFor` the head of a for-in as an assignment of its own. */
  #simple(): Stmt {
    const { at } = this.#token;
    const targets = this.#expressions();
    if (this.#is("=") || this.#is(":=")) {
      const operator = this.#next().kind as "=" | ":=";
      return { type: "assign", at, targets, values: this.#expressions(), operator };
    }
    const target = targets[0] as Expr;
    if (targets.length > 1) this.#expected("1 expression", at);
    const operator = OPERATOR_ASSIGNMENTS[this.#token.kind];
    if (operator !== undefined) {
      this.#next();
      return { type: "assign", at, targets: [target], values: [this.#expression()], operator };
    }
    if (this.#is("++") || this.#is("--"))
      return { type: "increment", at, target, by: this.#next().kind === "++" ? "+" : "-" };
    return { type: "expression", at, expression: target };
  }

  #return(): Stmt {
    const { at } = this.#next();
    const value = this.#is(";") || this.#is("}") ? undefined : this.#expression();
    this.#endStatement();
    return { type: "return", at, value };
  }

  #export(): Stmt {
    const { at } = this.#next();
    const value = this.#expression();
    this.#endStatement();
    return { type: "export", at, value };
  }

  #branch(type: "break" | "continue"): Stmt {
    const { at } = this.#next();
    const label = this.#is("IDENT") ? this.#ident() : undefined;
    this.#endStatement();
    return { type, at, label };
  }

  /** With all that is behind `else if`: however many there are, they nest no deeper. */
  #if(): IfStmt {
    const links: Omit<IfStmt, "otherwise">[] = [];
    let last: Block | undefined;
    for (let more = true; more;) {
      const { at } = this.#next();
      const { init, condition } = this.#ifHeader();
      links.push({ type: "if", at, init, condition, body: this.#block() });
      more = this.#is("else");
      if (!more) {
        this.#endStatement();
        break;
      }
      this.#next();
      more = this.#is("if");
      if (more) continue;
      if (this.#is("{")) {
        last = this.#block();
        this.#endStatement();
      } else {
        this.#expected("if or {");
        this.#skipToStatement();
      }
    }
    return links.reduceRight<IfStmt | Block | undefined>((otherwise, link) => ({ ...link, otherwise }), last) as IfStmt;
  }

  #ifHeader(): { init: Stmt | undefined; condition: Expr } {
    const { at } = this.#token;
    const bad: Expr = { type: "bad", at };
    if (this.#is("{")) {
      this.#problems.add(at, "missing condition in if statement");
      return { init: undefined, condition: bad };
    }
    if (this.#is(";")) {
      this.#problems.add(at, "missing init in if statement");
      return { init: undefined, condition: bad };
    }
    const first = this.#simple();
    if (this.#is("{")) return { init: undefined, condition: this.#asExpression(first, "boolean expression") };
    if (this.#is(";")) {
      this.#next();
      return { init: first, condition: this.#asExpression(this.#simple(), "boolean expression") };
    }
    this.#problems.add(this.#token.at, "missing condition in if statement");
    return { init: first, condition: bad };
  }

  #for(): Stmt {
    const { at } = this.#next();
    if (this.#is("{"))
      return this.#forBody({ type: "for", at, init: undefined, condition: undefined, post: undefined });
    const first = this.#is(";") ? undefined : this.#forHead();
    if (first && "iterable" in first) {
      const body = this.#block();
      this.#endStatement();
      return { type: "for-in", at, ...first, body };
    }
    if (!this.#is(";")) {
      const condition = first && this.#asExpression(first, "condition expression");
      return this.#forBody({ type: "for", at, init: undefined, condition, post: undefined });
    }
    this.#next();
    const condition = this.#is(";") ? undefined : this.#asExpression(this.#simple(), "condition expression");
    this.#expect(";");
    const post = this.#is("{") ? undefined : this.#simple();
    return this.#forBody({ type: "for", at, init: first, condition, post });
  }

  #forBody(head: {
    type: "for";
    at: number;
    init: Stmt | undefined;
    condition: Expr | undefined;
    post: Stmt | undefined;
  }): Stmt {
    const body = this.#block();
    this.#endStatement();
    return { ...head, body };
  }

  /** The first part of a `for`: a statement, or the names and the iterable of a for-in. */
  #forHead(): Stmt | { key: Ident; value: Ident | undefined; iterable: Expr } {
    const start = this.#index;
    const names = this.#expressions();
    if (!this.#is("in")) {
      this.#index = start;
      return this.#simple();
    }
    this.#next();
    const iterable = this.#expression();
    const [first, second] = names.map((name) => this.#asIdent(name));
    const blank: Ident = { type: "ident", at: (first as Ident).at, name: "_" };
    return second ? { key: first as Ident, value: second, iterable } : { key: blank, value: first, iterable };
  }

  #asIdent(expression: Expr): Ident {
    if (expression.type === "ident") return expression;
    this.#problems.add(expression.at, "expected identifier in for-in");
    return { type: "ident", at: expression.at, name: "_" };
  }

  #asExpression(statement: Stmt, wanted: string): Expr {
    if (statement.type === "expression") return statement.expression;
    this.#problems.add(
      statement.at,
      `expected ${wanted}, found simple statement (missing parentheses around composite literal?)`,
    );
    return { type: "bad", at: statement.at };
  }

  // --- expressions -------------------------------------------------------------------------------------------------

  #expressions(): Expr[] {
    const list = [this.#expression()];
    while (this.#is(",")) {
      this.#next();
      list.push(this.#expression());
    }
    return list;
  }

  #expression(): Expr {
    return this.#nested(() => {
      const condition = this.#binary(1);
      if (!this.#is("?")) return condition;
      this.#next();
      const yes = this.#expression();
      this.#expect(":");
      return { type: "conditional", at: condition.at, condition, yes, no: this.#expression() };
    });
  }

  #binary(least: number): Expr {
    let left = this.#unary();
    for (;;) {
      const precedence = precedenceOf(this.#token.kind);
      if (precedence < least) return left;
      const { kind, at: operatorAt } = this.#next();
      const right = this.#binary(precedence + 1);
      left = { type: "binary", at: left.at, operator: kind as BinaryOperator, left, right, operatorAt };
    }
  }

  #unary(): Expr {
    const { kind } = this.#token;
    if (kind !== "+" && kind !== "-" && kind !== "!" && kind !== "^") return this.#primary();
    this.#next();
    const operand = this.#nested(() => this.#unary());
    // Tengo's errors name its operand.
    return { type: "unary", at: operand.at, operator: kind, operand };
  }

  #primary(): Expr {
    let expression = this.#operand();
    for (;;) {
      if (this.#is(".")) {
        this.#next();
        const { kind, text, at } = this.#token;
        if (kind !== "IDENT" && !isKeyword(kind)) return this.#bad("selector");
        this.#next();
        expression = { type: "selector", at: expression.at, object: expression, name: text, nameAt: at };
      } else if (this.#is("[")) expression = this.#indexOrSlice(expression);
      else if (this.#is("(")) expression = this.#call(expression);
      else return expression;
    }
  }

  #indexOrSlice(object: Expr): Expr {
    this.#expect("[");
    const low = this.#is(":") ? undefined : this.#expression();
    if (this.#is(":")) {
      this.#next();
      const high = this.#is("]") ? undefined : this.#expression();
      this.#expect("]");
      return { type: "slice", at: object.at, object, low, high };
    }
    this.#expect("]");
    return { type: "index", at: object.at, object, index: low as Expr };
  }

  #call(callee: Expr): Expr {
    this.#expect("(");
    const args: Expr[] = [];
    let spread = false;
    while (!this.#is(")") && !this.#is("EOF") && !spread) {
      args.push(this.#expression());
      if (this.#is("...")) {
        spread = true;
        this.#next();
      }
      if (!this.#comma(")", "call argument")) break;
    }
    this.#expect(")");
    return { type: "call", at: callee.at, callee, args, spread };
  }

  #operand(): Expr {
    const { kind, text, at } = this.#token;
    switch (kind) {
      case "IDENT":
        return this.#ident();
      case "INT": {
        const value = integerValue(text);
        if (value === undefined) this.#problems.add(at, "invalid integer");
        this.#next();
        return { type: "int", at, value: value ?? 0n };
      }
      case "FLOAT": {
        const value = floatValue(text);
        if (value === undefined) this.#problems.add(at, "invalid float");
        this.#next();
        return { type: "float", at, value: value ?? 0 };
      }
      case "CHAR":
        this.#next();
        return { type: "char", at, value: charValue(text) };
      case "STRING":
        this.#next();
        return { type: "string", at, value: stringValue(text) };
      case "true":
      case "false":
        this.#next();
        return { type: "bool", at, value: kind === "true" };
      case "undefined":
        this.#next();
        return { type: "undefined", at };
      case "import":
        return this.#import();
      case "(": {
        this.#next();
        const inner = this.#expression();
        this.#expect(")");
        return inner;
      }
      case "[":
        return this.#array();
      case "{":
        return this.#map();
      case "func":
        return this.#func();
      case "error":
      case "immutable": {
        this.#next();
        this.#expect("(");
        const value = this.#expression();
        this.#expect(")");
        return { type: kind, at, value };
      }
      default:
        return this.#bad("operand");
    }
  }

  #ident(): Ident {
    const { at, text, kind } = this.#token;
    if (kind !== "IDENT") {
      this.#expect("IDENT");
      return { type: "ident", at, name: "_" };
    }
    this.#next();
    return { type: "ident", at, name: text };
  }

  #import(): Expr {
    const { at } = this.#next();
    this.#expect("(");
    if (!this.#is("STRING")) return this.#bad("module name");
    const module = stringValue(this.#next().text);
    this.#expect(")");
    return { type: "import", at, module };
  }

  #array(): Expr {
    const { at } = this.#next();
    const elements: Expr[] = [];
    while (!this.#is("]") && !this.#is("EOF")) {
      elements.push(this.#expression());
      if (!this.#comma("]", "array element")) break;
    }
    this.#expect("]");
    return { type: "array", at, elements };
  }

  #map(): Expr {
    const { at } = this.#next();
    const elements: MapElement[] = [];
    while (!this.#is("}") && !this.#is("EOF")) {
      elements.push(this.#mapElement());
      if (!this.#comma("}", "map element")) break;
    }
    this.#expect("}");
    return { type: "map", at, elements };
  }

  #mapElement(): MapElement {
    const { kind, text, at } = this.#token;
    const isName = kind === "IDENT" || isKeyword(kind);
    if (!isName && kind !== "STRING") this.#expected("map key");
    this.#next();
    this.#expect(":");
    return { at, key: kind === "STRING" ? stringValue(text) : text, value: this.#expression() };
  }

  #func(): Expr {
    const { at } = this.#next();
    const { params, variadic } = this.#params();
    return { type: "func", at, params, variadic, body: this.#block() };
  }

  #params(): { params: Ident[]; variadic: boolean } {
    const params: Ident[] = [];
    let variadic = false;
    this.#expect("(");
    if (!this.#is(")")) {
      do {
        if (params.length > 0) this.#next();
        variadic = this.#is("...");
        if (variadic) this.#next();
        params.push(this.#ident());
      } while (!variadic && this.#is(","));
    }
    this.#expect(")");
    return { params, variadic };
  }
}
