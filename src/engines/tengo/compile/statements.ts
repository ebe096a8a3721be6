import type {
  AssignStmt,
  BinaryOperator,
  Block,
  CallExpr,
  Expr,
  ForInStmt,
  ForStmt,
  Ident,
  IfStmt,
  IndexExpr,
  SelectorExpr,
  Stmt,
} from "../syntax/ast.ts";
import { type Analysis, isGrowth } from "./analyze.ts";
import { type Code, code, lastPosition, prefixText } from "./code.ts";
import { type CountingLoop, countingLoop } from "./counting-loop.ts";
import type { ExpressionWriter } from "./expressions.ts";
import { luaField } from "./lua-text.ts";
import type { LuaWriter } from "./lua-writer.ts";
import { positionMark } from "./positions.ts";
import { callsNothing, isSimple } from "./simple-expression.ts";
import type { SourceKind } from "./source-kind.ts";
import type { Variable } from "./variable.ts";

/** A chain of `else if` with more parts is written flat. */
const MOST_LINKS = 20;

/** Writes statements. */
export class StatementWriter {
  readonly #writer: LuaWriter;
  readonly #analysis: Analysis;
  readonly #expressions: ExpressionWriter;
  readonly #kind: SourceKind;

  constructor(writer: LuaWriter, analysis: Analysis, expressions: ExpressionWriter, kind: SourceKind) {
    this.#writer = writer;
    this.#analysis = analysis;
    this.#expressions = expressions;
    this.#kind = kind;
  }

  statements({ statements, at }: Block): void {
    this.#writer.inBlock(at, () => {
      for (const statement of statements) this.statement(statement);
    });
  }

  /** One statement; intermediate results that it needs end with it. */
  statement(statement: Stmt): void {
    if (statement.type === "assign" && statement.operator === ":=") return this.#definition(statement);
    this.#writer.enclosed(() => this.#plainStatement(statement));
  }

  #plainStatement(statement: Stmt): void {
    switch (statement.type) {
      case "block":
        this.#writer.open("do");
        this.statements(statement);
        return this.#writer.open("end");
      case "expression":
        return this.#expressionStatement(statement.expression);
      case "assign":
        return this.#assignment(statement);
      case "increment":
        return this.#update(statement.at, statement.target, statement.by, { type: "int", at: statement.at, value: 1n });
      case "if":
        return this.#if(statement);
      case "for":
        return this.#for(statement);
      case "for-in":
        return this.#forIn(statement);
      case "break":
        return this.#writer.line("break");
      case "continue":
        return this.#continue();
      case "return":
        return this.#return(statement.value);
      case "export":
        return this.#export(statement.at, statement.value);
      case "empty":
        return;
    }
  }

  #expressionStatement(expression: Expr): void {
    const { text } = this.#expressions.expression(expression);
    if (expression.type === "call") this.#writer.line(text);
    else this.#writer.line(`do local _ = ${text} end`);
  }

  #definition({ at, targets, values }: AssignStmt): void {
    const variable = this.#analysis.variableOf(targets[0] as Ident);
    const value = values[0] as Expr;
    // A name of a session.
    if (!variable) return this.statement({ type: "assign", at, targets, values, operator: "=" });
    if (value.type === "func") {
      const { name, local } = this.#writer.declare(variable, at);
      if (local) this.#writer.line(`local ${name}`);
      const checked = variable.escapes || variable.assignments > 0;
      this.#writer.line(`${name} = ${this.#expressions.func(value, checked)}`);
      return;
    }
    const before = this.#writer.function.locals;
    const { value: made, lines } = this.#writer.apart(() => this.#expressions.expression(value));
    this.#writer.function.locals = before;
    const { name, local } = this.#writer.declare(variable, at);
    if (lines.length === 0) {
      this.#writer.line(`${local ? "local " : ""}${name} = ${made.text}`);
      return;
    }
    if (local) this.#writer.line(`local ${name}`);
    this.#writer.open("do");
    this.#writer.append(lines);
    this.#writer.line(`${name} = ${made.text}`);
    this.#writer.open("end");
  }

  #assignment({ at, targets, values, operator }: AssignStmt): void {
    const [target, value] = [targets[0] as Expr, values[0] as Expr];
    if (operator !== "=") return this.#update(at, target, operator as BinaryOperator, value);
    if (target.type === "ident" && this.#isGrowth(target, value)) return this.#growth(target, value);
    if (target.type === "ident") return this.#setVariable(target, this.#expressions.expression(value).text);
    this.#setElement(at, target, this.#expressions.expression(value), value);
  }

  /** The list is the one that it was before the arguments were evaluated. */
  #isGrowth(target: Ident, value: Expr): value is CallExpr {
    if (!isGrowth(target, value, (ident) => this.#analysis.bindings.get(ident))) return false;
    return this.#analysis.variableOf(target)?.assignedInside === false || value.args.every(callsNothing);
  }

  #setVariable(ident: Ident, value: string): void {
    this.#writer.line(`${this.#targetName(ident)} = ${value}`);
    const variable = this.#analysis.variableOf(ident);
    const owner = variable && this.#writer.ownerOf(variable);
    if (owner !== undefined) this.#writer.line(`${owner} = nil`);
  }

  #targetName(ident: Ident): string {
    const variable = this.#analysis.variableOf(ident);
    return variable ? this.#writer.nameOf(variable) : `${this.#writer.rt("host")}${luaField(ident.name)}`;
  }

  /** `x = append(x, ...)`: in place, once this variable alone holds the list. */
  #growth(target: Ident, { at, args }: CallExpr): void {
    const variable = this.#analysis.variableOf(target) as Variable;
    const [name, owner] = [this.#writer.nameOf(variable), this.#writer.ownerOf(variable) as string];
    const added = args.slice(1);
    const alone = added.length === 1 && isSimple(added[0] as Expr);
    const values = this.#expressions
      .operands(added)
      .map((value) => (alone || value.named || value.constant ? value.text : this.#writer.temporary(value.text)));
    this.#writer.open(`if ${owner} then`);
    for (const value of values) this.#writer.line(`${name}[${owner}] = ${value}; ${owner} = ${owner} + 1`);
    this.#writer.open("else");
    this.#writer.line(
      `${name}, ${owner} = ${positionMark(at)}${this.#writer.rt("owned")}(${[name, ...values].join(", ")})`,
    );
    this.#writer.open("end");
  }

  /** `x op= value`: the target is read, and, where it is an element, looked up anew for writing. */
  #update(at: number, target: Expr, operator: BinaryOperator, value: Expr): void {
    const sum: Expr = { type: "binary", at, operator, left: target, right: value, operatorAt: at };
    const { text } = this.#expressions.expression(sum);
    if (target.type === "ident") this.#setVariable(target, text);
    else this.#setElement(at, target, code(text), sum);
  }

  /** The value comes first, then the indexes from the last to the first, then the variable at the root. */
  #setElement(at: number, target: Expr, value: Code, of: Expr): void {
    const path: (IndexExpr | SelectorExpr)[] = [];
    let root = target;
    for (; root.type === "index" || root.type === "selector"; root = root.object) path.push(root);
    if (root.type !== "ident") return;
    const keys = path.flatMap((step) => (step.type === "index" ? [step.index] : []));
    const inPlace = value.constant || isSimple(of) || [root, ...keys].every((each) => this.#stays(each));
    const held = inPlace && keys.every(isSimple) ? value.text : this.#writer.temporary(value.text);
    const indexes = this.#expressions.operands(keys);
    let list = prefixText(this.#expressions.ident(root, false));
    for (const step of path.toReversed()) {
      const index = step.type === "index" ? (indexes.pop() as Code) : undefined;
      if (index && path.length === 1) this.#checkBounds(at, root, index);
      const field = step.type === "index" ? `[${index?.text}]` : luaField(step.name);
      const mark = positionMark(step.type === "index" ? lastPosition(step.index) : step.nameAt);
      list = step === target ? `${list}${field}` : `(${list}${field}${mark})`;
    }
    // Lua says that an assignment is where its last token is.
    this.#writer.line(`${positionMark(at)}${list} = (${held}${positionMark(at)})`);
  }

  /** Whether an expression has the same value whatever is called meanwhile. */
  #stays(expression: Expr): boolean {
    if (expression.type === "int" || expression.type === "string") return true;
    return expression.type === "ident" && this.#analysis.variableOf(expression)?.assignedInside === false;
  }

  /** A list that grows in place takes any index: writing to one of its elements is checked here. */
  #checkBounds(at: number, list: Ident, index: Code): void {
    const variable = this.#analysis.variableOf(list);
    if (!variable?.grows) return;
    const owner = this.#writer.ownerOf(variable) as string;
    const held = index.named || index.constant ? index.text : this.#writer.temporary(index.text);
    index.text = held;
    this.#writer.line(`if ${owner} then ${positionMark(at)}${this.#writer.rt("check_index")}(${held}, ${owner}) end`);
  }

  #if(statement: IfStmt): void {
    if (lengthOf(statement) > MOST_LINKS) this.#flatChain(statement);
    else if (statement.init) {
      this.#writer.open("do");
      this.#writer.inBlock(statement.at, () => {
        this.statement(statement.init as Stmt);
        this.#ifChain(statement);
      });
      this.#writer.open("end");
    } else this.#ifChain(statement);
  }

  /** A long chain: each part goes to the end, so that none is nested in the one before it. */
  #flatChain(first: IfStmt): void {
    const writer = this.#writer;
    const end = writer.unique("e");
    writer.open("do");
    writer.inBlock(first.at, () => {
      for (let link: IfStmt | Block | undefined = first; link;) {
        if (link.type === "block") {
          writer.open("do");
          this.statements(link);
          writer.open("end");
          break;
        }
        const { init, condition, body } = link;
        if (init) this.statement(init);
        writer.enclosed(() => {
          writer.open(`if ${this.#expressions.condition(condition)} then`);
          this.statements(body);
          writer.line(`goto ${end}`);
          writer.open("end");
        });
        link = link.otherwise;
      }
      writer.open(`::${end}::`);
    });
    writer.open("end");
  }

  /** With `test`: its condition has been written already. */
  #ifChain(first: IfStmt, test = this.#expressions.condition(first.condition)): void {
    this.#writer.open(`if ${test} then`);
    this.statements(first.body);
    let otherwise = first.otherwise;
    while (otherwise?.type === "if" && !otherwise.init) {
      const next: IfStmt = otherwise;
      const before = this.#writer.function.locals;
      const { value: condition, lines } = this.#writer.apart(() => this.#expressions.condition(next.condition));
      if (lines.length > 0) {
        this.#writer.open("else");
        this.#writer.append(lines);
        this.#writer.inBlock(next.at, () => this.#ifChain(next, condition));
        this.#writer.open("end");
        return;
      }
      this.#writer.function.locals = before;
      this.#writer.open(`elseif ${condition} then`);
      this.statements(next.body);
      otherwise = next.otherwise;
    }
    if (otherwise) {
      const last = otherwise;
      this.#writer.open("else");
      this.#writer.inBlock(last.at, () => (last.type === "block" ? this.statements(last) : this.statement(last)));
    }
    this.#writer.open("end");
  }

  #for(statement: ForStmt): void {
    const counting = countingLoop(statement, this.#analysis);
    if (counting) return this.#countingFor(statement, counting);
    this.#writer.open("do");
    this.#writer.inBlock(statement.at, () => {
      if (statement.init) this.statement(statement.init);
      this.#while(statement);
    });
    this.#writer.open("end");
  }

  #while({ condition, post, body }: ForStmt): void {
    const before = this.#writer.function.locals;
    const { value: test, lines } = this.#writer.apart(() =>
      condition ? this.#expressions.condition(condition) : "true",
    );
    if (lines.length === 0) this.#writer.open(`while ${test} do`);
    else {
      this.#writer.open("while true do");
      this.#writer.open("do");
      this.#writer.append(lines);
      this.#writer.line(`if not ${test} then break end`);
      this.#writer.open("end");
    }
    this.#writer.function.locals = before;
    this.#loopBody(body);
    if (post) this.statement(post);
    this.#writer.open("end");
  }

  /** The body with the label that `continue` goes to. */
  #loopBody(body: Block): void {
    this.#writer.function.labels.push(undefined);
    this.#writer.open("do");
    this.statements(body);
    this.#writer.open("end");
    const label = this.#writer.function.labels.pop();
    if (label !== undefined) this.#writer.open(`::${label}::`);
  }

  #continue(): void {
    const label = (this.#writer.function.labels[this.#writer.function.labels.length - 1] ??= this.#writer.unique("c"));
    this.#writer.line(`goto ${label}`);
  }

  #countingFor({ at, body }: ForStmt, { ident, from, to, limit, step }: CountingLoop): void {
    const first = this.#expressions.expression(from).text;
    const last = to.type === "int" ? String(to.value + limit) : this.#forLimit(to, limit);
    this.#writer.inBlock(at, () => {
      this.#writer.takeLocals(3, at);
      const variable = this.#analysis.variableOf(ident) as Variable;
      variable.natural = from.type === "int" && step > 0n;
      const { name, local } = this.#writer.declare(variable, at);
      const counter = local ? name : this.#writer.unique("i");
      this.#writer.open(`for ${counter} = ${first}, ${last}${step === 1n ? "" : `, ${step}`} do`);
      if (!local) this.#writer.line(`${name} = ${counter}`);
      this.#loopBody(body);
      this.#writer.open("end");
    });
  }

  #forLimit(to: Expr, limit: bigint): string {
    return `${positionMark(to.at)}${this.#writer.rt("for_limit")}(${this.#expressions.expression(to).text}, ${limit})`;
  }

  #forIn({ at, key, value, iterable, body }: ForInStmt): void {
    const { text } = this.#expressions.expression(iterable);
    const iterate = `${positionMark(lastPosition(iterable))}${this.#writer.rt("iterate")}(${text})`;
    this.#writer.inBlock(at, () => {
      this.#writer.takeLocals(6, at);
      const [first, second] = [this.#writer.unique("k"), this.#writer.unique("v")];
      this.#writer.open(`for ${first}, ${second} in ${iterate} do`);
      this.#writer.inBlock(at, () => {
        for (const [ident, item] of [
          [key, first],
          [value, second],
        ] as const) {
          const variable = ident && this.#analysis.variableOf(ident);
          if (!variable) continue;
          const { name, local } = this.#writer.declare(variable, at);
          this.#writer.line(`${local ? "local " : ""}${name} = ${item}`);
        }
        this.#loopBody(body);
      });
      this.#writer.open("end");
    });
  }

  #return(value: Expr | undefined): void {
    if (!value) return this.#writer.line(`do return ${this.#writer.rt("U")} end`);
    const { text } = this.#expressions.expression(value);
    if (value.type === "call" && this.#callsItself(value)) return this.#writer.line(`do return ${text} end`);
    // In parentheses it is no tail call: the caller stays in the trace.
    this.#writer.line(`do return (${text}) end`);
  }

  #callsItself({ callee }: CallExpr): boolean {
    const variable = callee.type === "ident" ? this.#analysis.variableOf(callee) : undefined;
    const { literal } = this.#writer.function;
    return literal !== undefined && variable?.func === literal && variable.assignments === 0;
  }

  #export(at: number, value: Expr): void {
    const { text } = this.#expressions.expression(value);
    const wrap = this.#kind === "input" ? "" : this.#writer.rt(this.#kind === "module" ? "immutable" : "result");
    // In parentheses it is no tail call: where an error is exported, this is its place.
    this.#writer.line(`do return (${positionMark(at)}${wrap}(${text})) end`);
  }
}

/** How many parts a chain of `else if` has. */
function lengthOf(first: IfStmt): number {
  let length = 0;
  for (let link: IfStmt | Block | undefined = first; link?.type === "if"; link = link.otherwise) length += 1;
  return length;
}
