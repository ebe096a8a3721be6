import type {
  AssignStmt,
  BinaryOperator,
  Block,
  CallExpr,
  Expr,
  ForInStmt,
  ForStmt,
  FuncLit,
  Ident,
  IfStmt,
  Stmt,
} from "../syntax/ast.ts";
import type { Source } from "../syntax/problems.ts";
import { type Analysis, compileError, isGrowth } from "./analyze.ts";
import { type Code, type StaticType, code, lastPosition, prefixText } from "./code.ts";
import { countingLoop } from "./counting-loop.ts";
import { resultType } from "./infer-types.ts";
import { luaField, luaFloat, luaString, luaVariable } from "./lua-text.ts";
import { type CompiledText, layOut, positionMark } from "./positions.ts";
import type { Variable } from "./variable.ts";

/** Lua allows 200 local variables in a function: from so many on, variables live in their block's table, ... */
const MOST_LOCALS = 90;
/** ... intermediate results in their function's, ... */
const MOST_TEMPORARIES = 120;
/** ... and with so many it is nested too deeply. */
const MOST_NESTED = 170;
/** Lua's parser allows 200 levels; a level here is up to three of its own. */
const MOST_LEVELS = 55;
/** Expressions deeper than this are cut by intermediate results. */
const CUT_EVERY = 16;
/** Arguments of a call, and parameters of a function, that are passed one by one: Lua has 255 registers. */
const MOST_ARGUMENTS = 50;

/** The table of the runtime in a VM's globals; scripts cannot name it. */
export const RUNTIME = "__tengo";

/** The Lua source of an analyzed script. As a `module` it returns what it exports as an immutable value. */
export function emit(source: Source, statements: readonly Stmt[], analysis: Analysis, module: boolean): CompiledText {
  return new Emitter(source, analysis, module).file(statements);
}

interface FunctionState {
  outer: FunctionState | undefined;
  literal: FuncLit | undefined;
  /** Lua locals that are alive. */
  locals: number;
  /** The table of its intermediate results, and how many are in it. */
  table: string | undefined;
  tabled: number;
}

interface BlockState {
  outer: BlockState | undefined;
  /** Where its statements begin. */
  start: number;
  localsBefore: number;
  /** The table of its spilled variables. */
  table: string | undefined;
}

class Emitter {
  readonly #source: Source;
  readonly #analysis: Analysis;
  readonly #module: boolean;
  readonly #names = new Map<Variable, string>();
  /** For variables that grow: the name of what says that nothing else holds the list. */
  readonly #owners = new Map<Variable, string>();
  readonly #runtime = new Set<string>();
  #out: string[] = [];
  #function: FunctionState = { outer: undefined, literal: undefined, locals: 0, table: undefined, tabled: 0 };
  #block: BlockState = { outer: undefined, start: 0, localsBefore: 0, table: undefined };
  #labels: (string | undefined)[] = [];
  #level = 0;
  #depth = 0;
  #nextName = 1;

  constructor(source: Source, analysis: Analysis, module: boolean) {
    this.#source = source;
    this.#analysis = analysis;
    this.#module = module;
  }

  file(statements: readonly Stmt[]): CompiledText {
    // Its table of the runtime, and what it takes from it.
    this.#function.locals = 40;
    for (const statement of statements) this.#statement(statement);
    if (this.#module) this.#line(`return ${this.#rt("U")}`);
    const names = [...this.#runtime];
    const header =
      names.length === 0 ? "" : `local ${names.join(", ")} = ${names.map((name) => `${RUNTIME}.${name}`).join(", ")};`;
    const { table } = this.#function;
    return layOut([header, ...(table === undefined ? [] : [`local ${table} = {};`]), ...this.#out]);
  }

  // --- output ------------------------------------------------------------------------------------------------------

  #line(text: string): void {
    this.#out.push(`${text};`);
  }

  /** A line that takes no semicolon: the beginning of a block, a label. */
  #open(text: string): void {
    this.#out.push(text);
  }

  #rt(name: string): string {
    this.#runtime.add(name);
    return name;
  }

  #unique(prefix: string): string {
    return `${prefix}${this.#nextName++}`;
  }

  /** What `body` writes, apart. */
  #apart<T>(body: () => T): { value: T; lines: string[] } {
    const outer = this.#out;
    this.#out = [];
    const value = body();
    const lines = this.#out;
    this.#out = outer;
    return { value, lines };
  }

  #takeLocals(count: number, at: number): void {
    this.#function.locals += count;
    if (this.#function.locals > MOST_NESTED) throw compileError(this.#source, at, "nested too deeply");
  }

  /** Runs `body` as a block of names; the caller writes what opens and closes it. */
  #inBlock(at: number, body: () => void): void {
    this.#level += 1;
    if (this.#level > MOST_LEVELS) throw compileError(this.#source, at, "nested too deeply");
    this.#block = {
      outer: this.#block,
      start: this.#out.length,
      localsBefore: this.#function.locals,
      table: undefined,
    };
    body();
    this.#function.locals = this.#block.localsBefore;
    this.#block = this.#block.outer as BlockState;
    this.#level -= 1;
  }

  /** The name of the present block's table, which is made when first asked for. */
  #blockTable(at: number): string {
    if (this.#block.table === undefined) {
      this.#block.table = this.#unique("S");
      this.#takeLocals(1, at);
      this.#out.splice(this.#block.start, 0, `local ${this.#block.table} = {};`);
    }
    return this.#block.table;
  }

  /** A name for an intermediate result, and the line that makes it. */
  #temporary(value: string): string {
    const state = this.#function;
    if (state.locals < MOST_TEMPORARIES) {
      state.locals += 1;
      const name = this.#unique("t");
      this.#line(`local ${name} = ${value}`);
      return name;
    }
    state.table ??= this.#unique("T");
    const name = `${state.table}[${++state.tabled}]`;
    this.#line(`${name} = ${value}`);
    return name;
  }

  /** Defines a variable; answers what to write before its first value: `local x` or its place in a table. */
  #declare(variable: Variable, at: number): { name: string; local: boolean } {
    const own = luaVariable(variable.name, variable.id);
    const local = !variable.spilled && this.#function.locals < MOST_LOCALS;
    const name = local ? own : `${this.#blockTable(at)}.${own}`;
    if (local) this.#takeLocals(1, at);
    this.#names.set(variable, name);
    if (variable.grows) this.#declareOwner(variable, own, local, at);
    return { name, local };
  }

  #declareOwner(variable: Variable, own: string, local: boolean, at: number): void {
    if (local) {
      this.#takeLocals(1, at);
      this.#line(`local own_${own}`);
      this.#owners.set(variable, `own_${own}`);
    } else this.#owners.set(variable, `${this.#blockTable(at)}.own_${own}`);
  }

  #nameOf(variable: Variable): string {
    return this.#names.get(variable) as string;
  }

  #variableOf(ident: Ident): Variable | undefined {
    const binding = this.#analysis.bindings.get(ident);
    return binding?.kind === "variable" ? binding.variable : undefined;
  }

  // --- statements --------------------------------------------------------------------------------------------------

  #statements({ statements, at }: Block): void {
    this.#inBlock(at, () => {
      for (const statement of statements) this.#statement(statement);
    });
  }

  /** One statement; intermediate results that it needs end with it. */
  #statement(statement: Stmt): void {
    if (statement.type === "assign" && statement.operator === ":=") return this.#definition(statement);
    const before = this.#function.locals;
    const start = this.#out.length;
    this.#plainStatement(statement);
    if (this.#function.locals === before) return;
    this.#out.splice(start, 0, "do");
    this.#open("end");
    this.#function.locals = before;
  }

  #plainStatement(statement: Stmt): void {
    switch (statement.type) {
      case "block":
        this.#open("do");
        this.#statements(statement);
        return this.#open("end");
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
        return this.#line("break");
      case "continue":
        return this.#continue();
      case "return":
        return this.#return(statement.value);
      case "export":
        return this.#export(statement.value);
      case "empty":
        return;
    }
  }

  #expressionStatement(expression: Expr): void {
    const { text } = this.#expression(expression);
    if (expression.type === "call") this.#line(text);
    else this.#line(`do local _ = ${text} end`);
  }

  #definition({ at, targets, values }: AssignStmt): void {
    const variable = this.#variableOf(targets[0] as Ident) as Variable;
    const value = values[0] as Expr;
    if (value.type === "func") {
      const { name, local } = this.#declare(variable, at);
      if (local) this.#line(`local ${name}`);
      const checked = variable.escapes || variable.assignments > 0;
      this.#line(`${name} = ${this.#func(value, checked)}`);
      return;
    }
    const before = this.#function.locals;
    const { value: made, lines } = this.#apart(() => this.#expression(value));
    this.#function.locals = before;
    const { name, local } = this.#declare(variable, at);
    if (lines.length === 0) {
      this.#line(`${local ? "local " : ""}${name} = ${made.text}`);
      return;
    }
    if (local) this.#line(`local ${name}`);
    this.#open("do");
    this.#out.push(...lines);
    this.#line(`${name} = ${made.text}`);
    this.#open("end");
  }

  #assignment({ at, targets, values, operator }: AssignStmt): void {
    const [target, value] = [targets[0] as Expr, values[0] as Expr];
    if (operator !== "=") return this.#update(at, target, operator as BinaryOperator, value);
    if (target.type === "ident" && isGrowth(target, value, (ident) => this.#analysis.bindings.get(ident)))
      return this.#growth(target, value);
    if (target.type === "ident") return this.#setVariable(target, this.#expression(value).text);
    this.#setElement(at, target, this.#expression(value));
  }

  #setVariable(ident: Ident, value: string): void {
    this.#line(`${this.#targetName(ident)} = ${value}`);
    const variable = this.#variableOf(ident);
    const owner = variable && this.#owners.get(variable);
    if (owner !== undefined) this.#line(`${owner} = nil`);
  }

  #targetName(ident: Ident): string {
    const variable = this.#variableOf(ident);
    return variable ? this.#nameOf(variable) : `${this.#rt("host")}${luaField(ident.name)}`;
  }

  /** `x = append(x, ...)`: in place, once this variable alone holds the list. */
  #growth(target: Ident, { at, args }: CallExpr): void {
    const variable = this.#variableOf(target) as Variable;
    const [name, owner] = [this.#nameOf(variable), this.#owners.get(variable) as string];
    const values = this.#operands(args.slice(1)).map((value) =>
      value.prefix || value.constant ? value.text : this.#temporary(value.text),
    );
    this.#open(`if ${owner} then`);
    for (const value of values) this.#line(`${name}[${owner}] = ${value}; ${owner} = ${owner} + 1`);
    this.#open("else");
    this.#line(`${name}, ${owner} = ${positionMark(at)}${this.#rt("owned")}(${[name, ...values].join(", ")})`);
    this.#open("end");
  }

  /** `x op= value`: the target is read, and, where it is an element, looked up anew for writing. */
  #update(at: number, target: Expr, operator: BinaryOperator, value: Expr): void {
    const sum: Expr = { type: "binary", at, operator, left: target, right: value, operatorAt: at };
    const { text } = this.#expression(sum);
    if (target.type === "ident") this.#setVariable(target, text);
    else this.#setElement(at, target, code(text));
  }

  #setElement(at: number, target: Expr, value: Code): void {
    if (target.type !== "index" && target.type !== "selector") return;
    const key = target.type === "index" ? target.index : undefined;
    const parts = key ? [target.object, key] : [target.object];
    const simple = parts.every(isSimple) || value.constant;
    const held = simple ? value.text : this.#temporary(value.text);
    const [object, index] = this.#operands(parts, 1) as [Code, Code | undefined];
    if (index && target.object.type === "ident") this.#checkBounds(at, target.object, index);
    const field = index ? `[${index.text}]` : luaField((target as { name: string }).name);
    // Lua says that an assignment is where its last token is.
    this.#line(`${positionMark(at)}${prefixText(object)}${field} = (${held}${positionMark(at)})`);
  }

  /** A list that grows in place takes any index: writing to one of its elements is checked here. */
  #checkBounds(at: number, list: Ident, index: Code): void {
    const variable = this.#variableOf(list);
    if (!variable?.grows) return;
    const owner = this.#owners.get(variable) as string;
    const held = index.prefix || index.constant ? index.text : this.#temporary(index.text);
    index.text = held;
    this.#line(`if ${owner} then ${positionMark(at)}${this.#rt("check_index")}(${held}, ${owner}) end`);
  }

  #if(statement: IfStmt): void {
    if (statement.init) {
      this.#open("do");
      this.#inBlock(statement.at, () => {
        this.#statement(statement.init as Stmt);
        this.#ifChain(statement);
      });
      this.#open("end");
    } else this.#ifChain(statement);
  }

  /** With `test`: its condition has been written already. */
  #ifChain(first: IfStmt, test = this.#condition(first.condition)): void {
    this.#open(`if ${test} then`);
    this.#statements(first.then);
    let otherwise = first.otherwise;
    while (otherwise?.type === "if" && !otherwise.init) {
      const next: IfStmt = otherwise;
      const before = this.#function.locals;
      const { value: condition, lines } = this.#apart(() => this.#condition(next.condition));
      if (lines.length > 0) {
        this.#open("else");
        this.#out.push(...lines);
        this.#inBlock(next.at, () => this.#ifChain(next, condition));
        this.#open("end");
        return;
      }
      this.#function.locals = before;
      this.#open(`elseif ${condition} then`);
      this.#statements(next.then);
      otherwise = next.otherwise;
    }
    if (otherwise) {
      const last = otherwise;
      this.#open("else");
      this.#inBlock(last.at, () => (last.type === "block" ? this.#statements(last) : this.#statement(last)));
    }
    this.#open("end");
  }

  #for(statement: ForStmt): void {
    const counting = countingLoop(statement, this.#analysis);
    if (counting) return this.#countingFor(statement, counting);
    this.#open("do");
    this.#inBlock(statement.at, () => {
      if (statement.init) this.#statement(statement.init);
      this.#while(statement);
    });
    this.#open("end");
  }

  #while({ condition, post, body }: ForStmt): void {
    const before = this.#function.locals;
    const { value: test, lines } = this.#apart(() => (condition ? this.#condition(condition) : "true"));
    if (lines.length === 0) this.#open(`while ${test} do`);
    else {
      this.#open("while true do");
      this.#open("do");
      this.#out.push(...lines);
      this.#line(`if not ${test} then break end`);
      this.#open("end");
    }
    this.#function.locals = before;
    this.#loopBody(body);
    if (post) this.#statement(post);
    this.#open("end");
  }

  /** The body with the label that `continue` goes to. */
  #loopBody(body: Block): void {
    this.#labels.push(undefined);
    this.#open("do");
    this.#statements(body);
    this.#open("end");
    const label = this.#labels.pop();
    if (label !== undefined) this.#open(`::${label}::`);
  }

  #continue(): void {
    const label = (this.#labels[this.#labels.length - 1] ??= this.#unique("c"));
    this.#line(`goto ${label}`);
  }

  #countingFor(
    { at, body }: ForStmt,
    { ident, from, to, limit, step }: NonNullable<ReturnType<typeof countingLoop>>,
  ): void {
    const first = this.#expression(from).text;
    const last = to.type === "int" ? String(to.value + limit) : this.#forLimit(to, limit);
    this.#inBlock(at, () => {
      this.#takeLocals(3, at);
      const variable = this.#variableOf(ident) as Variable;
      const { name, local } = this.#declare(variable, at);
      const counter = local ? name : this.#unique("i");
      this.#open(`for ${counter} = ${first}, ${last}${step === 1n ? "" : `, ${step}`} do`);
      if (!local) this.#line(`${name} = ${counter}`);
      this.#loopBody(body);
      this.#open("end");
    });
  }

  #forLimit(to: Expr, limit: bigint): string {
    return `${positionMark(to.at)}${this.#rt("for_limit")}(${this.#expression(to).text}, ${limit})`;
  }

  #forIn({ at, key, value, iterable, body }: ForInStmt): void {
    const { text } = iterable.type === "ident" ? this.#ident(iterable, false) : this.#expression(iterable);
    const iterate = `${positionMark(lastPosition(iterable))}${this.#rt("iterate")}(${text})`;
    this.#inBlock(at, () => {
      this.#takeLocals(6, at);
      const [first, second] = [this.#unique("k"), this.#unique("v")];
      this.#open(`for ${first}, ${second} in ${iterate} do`);
      this.#inBlock(at, () => {
        for (const [ident, item] of [
          [key, first],
          [value, second],
        ] as const) {
          const variable = ident && this.#variableOf(ident);
          if (!variable) continue;
          const { name, local } = this.#declare(variable, at);
          this.#line(`${local ? "local " : ""}${name} = ${item}`);
        }
        this.#loopBody(body);
      });
      this.#open("end");
    });
  }

  #return(value: Expr | undefined): void {
    if (!value) return this.#line(`do return ${this.#rt("U")} end`);
    const { text } = this.#expression(value);
    if (value.type !== "call" || this.#callsItself(value)) return this.#line(`do return ${text} end`);
    // In parentheses it is no tail call: the caller stays in the trace.
    this.#line(`do return (${text}) end`);
  }

  #callsItself({ callee }: CallExpr): boolean {
    const variable = callee.type === "ident" ? this.#variableOf(callee) : undefined;
    const { literal } = this.#function;
    return literal !== undefined && variable?.func === literal && variable.assignments === 0;
  }

  #export(value: Expr): void {
    const { text } = this.#expression(value);
    this.#line(`do return ${this.#rt(this.#module ? "immutable" : "result")}(${text}) end`);
  }

  // --- expressions -------------------------------------------------------------------------------------------------

  #expression(expression: Expr): Code {
    this.#depth += 1;
    const made = this.#plainExpression(expression);
    this.#depth -= 1;
    const cut = this.#depth > 0 && this.#depth % CUT_EVERY === 0 && !made.constant;
    return cut ? code(this.#temporary(made.text), made.type, { prefix: true, constant: true }) : made;
  }

  #plainExpression(expression: Expr): Code {
    const constant = (text: string, type: StaticType) => code(text, type, { constant: true });
    switch (expression.type) {
      case "int":
        return constant(String(expression.value), "int");
      case "float":
        return constant(luaFloat(expression.value), "float");
      case "string":
        return constant(luaString(expression.value), "string");
      case "bool":
        return constant(String(expression.value), "bool");
      case "undefined":
        return constant(this.#rt("U"), "undefined");
      case "char":
        return constant(`${this.#rt("CHARS")}[${expression.value}]`, "other");
      case "ident":
        return this.#ident(expression, true);
      case "func":
        return code(this.#func(expression), "other");
      case "call":
        return this.#call(expression);
      case "index":
      case "selector":
        return this.#element(expression);
      case "slice":
        return this.#slice(expression);
      case "array": {
        const [first, ...rest] = this.#operands(expression.elements).map(({ text }) => text);
        const items = first === undefined ? [] : [`[0] = ${first}`, ...rest];
        return code(`${this.#rt("array")}{ ${items.join(", ")} }`, "other");
      }
      case "map": {
        const values = this.#operands(expression.elements.map(({ value }) => value));
        const fields = values.map(
          ({ text }, index) => `[${luaString(expression.elements[index]?.key ?? "")}] = ${text}`,
        );
        return code(`${this.#rt("map")}{ ${fields.join(", ")} }`, "other");
      }
      case "unary":
        return this.#unary(expression.operator, expression.operand);
      case "binary":
        return this.#binary(expression);
      case "conditional":
        return this.#conditional(expression.condition, expression.yes, expression.no);
      case "error":
        return code(`${this.#rt("new_error")}(${this.#expression(expression.value).text})`, "other");
      case "immutable":
        return code(`${this.#rt("immutable")}(${this.#expression(expression.value).text})`);
      case "import":
        return code(`${positionMark(expression.at)}${this.#rt("import")}(${luaString(expression.module)})`);
      case "bad":
        return constant(this.#rt("U"), "undefined");
    }
  }

  /** Several expressions, evaluated in their order whatever the later ones do. Of the first `passing` nothing is held. */
  #operands(expressions: readonly Expr[], passing = 0): Code[] {
    const done: Code[] = [];
    for (const [index, expression] of expressions.entries()) {
      const { value, lines } = this.#apart(() =>
        index < passing && expression.type === "ident" ? this.#ident(expression, false) : this.#expression(expression),
      );
      const later = lines.length > 0 || !isSimple(expression);
      if (later) {
        for (const [before, made] of done.entries()) {
          if (made.constant || (lines.length === 0 && !this.#mayChange(expressions[before] as Expr))) continue;
          done[before] = code(this.#temporary(made.text), made.type, { prefix: true, constant: true });
        }
      }
      this.#out.push(...lines);
      done.push(value);
    }
    return done;
  }

  /** Whether a variable that is read may be another after a call: a function assigns it. */
  #mayChange(expression: Expr): boolean {
    if (expression.type !== "ident") return false;
    return this.#variableOf(expression)?.assignedInside === true;
  }

  /** `held`: something else may hold the value afterwards. */
  #ident(ident: Ident, held: boolean): Code {
    const binding = this.#analysis.bindings.get(ident);
    if (binding?.kind !== "variable") {
      const name = binding?.name ?? ident.name;
      if (binding?.kind === "builtin")
        return code(`${this.#rt("builtins")}${luaField(name)}`, "other", { prefix: true });
      return code(`${this.#rt("host")}${luaField(name)}`, "unknown", { prefix: true });
    }
    const { variable } = binding;
    if (variable.grows && held) this.#share(variable);
    return code(this.#nameOf(variable), this.#analysis.types.get(variable) ?? "unknown", { prefix: true });
  }

  /** Something else may hold the list of a variable from now on: it can no longer grow in place. */
  #share(variable: Variable): void {
    const owner = this.#owners.get(variable) as string;
    this.#line(`if ${owner} then ${this.#rt("seal")}(${this.#nameOf(variable)}) ${owner} = nil end`);
  }

  #element(expression: Extract<Expr, { type: "index" | "selector" }>): Code {
    if (expression.type === "selector") {
      const object =
        expression.object.type === "ident"
          ? this.#ident(expression.object, false)
          : this.#expression(expression.object);
      const text = `(${prefixText(object)}${luaField(expression.name)}${positionMark(expression.nameAt)})`;
      return code(text, "unknown", { prefix: true });
    }
    const [object, index] = this.#operands([expression.object, expression.index], 1) as [Code, Code];
    const mark = positionMark(lastPosition(expression.index));
    return code(`(${prefixText(object)}[${index.text}]${mark})`, "unknown", { prefix: true });
  }

  #slice({ at, object, low, high }: Extract<Expr, { type: "slice" }>): Code {
    const parts = [object, ...(low ? [low] : []), ...(high ? [high] : [])];
    const texts = this.#operands(parts).map(({ text }) => text);
    const [what = "", ...bounds] = texts;
    const from = low ? (bounds[0] as string) : "nil";
    const to = high ? (bounds.at(-1) as string) : "nil";
    const last = high ? lastPosition(high) : at;
    return code(`${positionMark(last)}${this.#rt("slice")}(${what}, ${from}, ${to})`, "unknown", { prefix: true });
  }

  #unary(operator: "-" | "+" | "!" | "^", operand: Expr): Code {
    if (operator === "!") return code(`(not ${this.#condition(operand)})`, "bool");
    const { text, type, constant } = this.#expression(operand);
    if (operator === "+") return code(text, type);
    const mark = positionMark(lastPosition(operand));
    if (operator === "-") {
      const known = type === "int" || type === "float" ? type : "unknown";
      return code(`(${mark}-${text})`, known, { constant: constant && known !== "unknown" });
    }
    return code(`${mark}${this.#rt("bnot")}(${text})`, "int");
  }

  #binary(expression: Extract<Expr, { type: "binary" }>): Code {
    const { operator, left, right, at } = expression;
    if (operator === "&&" || operator === "||") return this.#logical(operator, left, right);
    const [a, b] = this.#operands([left, right]) as [Code, Code];
    const mark = positionMark(at);
    const type = resultType(operator, a.type, b.type) ?? "unknown";
    const integers = a.type === "int" && b.type === "int";
    switch (operator) {
      case "==":
        return code(`(${a.text} == ${b.text})`, "bool");
      case "!=":
        return code(`(${a.text} ~= ${b.text})`, "bool");
      case "<":
      case "<=":
      case ">":
      case ">=":
        return code(`(${a.text} ${mark}${operator} ${b.text})`, "bool");
      case "+":
        if (a.type !== "string") return code(`(${a.text} ${mark}+ ${b.text})`, type);
        if (b.type === "string" || b.type === "int") return code(`(${a.text} .. ${b.text})`, type);
        return code(`${this.#rt("join")}(${a.text}, ${b.text})`, type, { prefix: true });
      case "-":
      case "*":
        return code(`(${a.text} ${mark}${operator} ${b.text})`, type);
      case "/":
        if (a.type === "float" || b.type === "float") return code(`(${a.text} ${mark}/ ${b.text})`, type);
    }
    const general = `${mark}${this.#rt(FUNCTIONS[operator])}(${a.text}, ${b.text})`;
    const result = operator === "/" ? type : "int";
    if (!integers) return code(general, result, { prefix: true });
    if (operator === "/" || operator === "%") {
      // Lua rounds down, Tengo toward zero: the same where both are positive.
      const [held, positive] = [a.prefix || a.constant, right.type === "int" && right.value > 0n];
      if (!held || !positive) return code(general, result, { prefix: true });
      return code(`(${a.text} >= 0 and ${a.text} ${operator === "/" ? "//" : "%"} ${b.text} or ${general})`, result);
    }
    const native = NATIVE[operator];
    return native ? code(`(${a.text} ${native} ${b.text})`, "int") : code(general, "int", { prefix: true });
  }

  /** `&&` and `||` answer one of their operands. */
  #logical(operator: "&&" | "||", left: Expr, right: Expr): Code {
    const a = this.#expression(left);
    const { value: b, lines } = this.#apart(() => this.#expression(right));
    const word = operator === "&&" ? "and" : "or";
    if (a.type === "bool" && lines.length === 0)
      return code(`(${a.text} ${word} ${b.text})`, b.type === "bool" ? "bool" : "unknown");
    const name = this.#temporary(a.text);
    const test = a.type === "bool" ? name : `${this.#rt("truthy")}(${name})`;
    this.#open(`if ${operator === "&&" ? test : `not ${test}`} then`);
    this.#out.push(...lines);
    this.#line(`${name} = ${b.text}`);
    this.#open("end");
    return code(name, a.type === "bool" && b.type === "bool" ? "bool" : "unknown", { prefix: true, constant: true });
  }

  #conditional(condition: Expr, yes: Expr, no: Expr): Code {
    const test = this.#condition(condition);
    const a = this.#apart(() => this.#expression(yes));
    const b = this.#apart(() => this.#expression(no));
    const sameType = a.value.type === b.value.type ? a.value.type : "unknown";
    if (a.lines.length + b.lines.length === 0 && ["int", "float", "string"].includes(a.value.type))
      return code(`(${test} and ${a.value.text} or ${b.value.text})`, sameType);
    const name = this.#temporary("nil");
    this.#open(`if ${test} then`);
    this.#out.push(...a.lines);
    this.#line(`${name} = ${a.value.text}`);
    this.#open("else");
    this.#out.push(...b.lines);
    this.#line(`${name} = ${b.value.text}`);
    this.#open("end");
    return code(name, sameType, { prefix: true, constant: true });
  }

  /** An expression of which only the truth counts, as a Lua boolean. */
  #condition(expression: Expr): string {
    if (expression.type !== "binary" || (expression.operator !== "&&" && expression.operator !== "||")) {
      const { text, type } = this.#expression(expression);
      return type === "bool" ? text : `${this.#rt("truthy")}(${text})`;
    }
    const both = expression.operator === "&&";
    const left = this.#nested(() => this.#condition(expression.left));
    const { value: right, lines } = this.#apart(() => this.#nested(() => this.#condition(expression.right)));
    if (lines.length === 0) return `(${left} ${both ? "and" : "or"} ${right})`;
    const name = this.#temporary(left);
    this.#open(`if ${both ? "" : "not "}${name} then`);
    this.#out.push(...lines);
    this.#line(`${name} = ${right}`);
    this.#open("end");
    return name;
  }

  /** A condition one level deeper, cut by an intermediate result where it gets too deep. */
  #nested(condition: () => string): string {
    this.#depth += 1;
    const text = condition();
    this.#depth -= 1;
    return this.#depth > 0 && this.#depth % CUT_EVERY === 0 ? this.#temporary(text) : text;
  }

  // --- functions and calls -----------------------------------------------------------------------------------------

  #call({ at, callee, args, spread }: CallExpr): Code {
    const builtin = callee.type === "ident" ? this.#analysis.bindings.get(callee) : undefined;
    const mark = positionMark(at);
    if (builtin?.kind === "builtin" && builtin.name === "len" && args.length === 1 && !spread) {
      const [list] = this.#operands(args, 1) as [Code];
      return code(`${mark}${this.#rt("len")}(${list.text})`, "int", { prefix: true });
    }
    const keeps = builtin?.kind !== "builtin" || RETAINING.has(builtin.name);
    const [what, ...values] = this.#operands([callee, ...args], keeps ? 1 : args.length + 1) as [Code, ...Code[]];
    const texts = values.map(({ text }) => text);
    if (spread) texts.push(`${mark}${this.#rt("spread")}(${texts.pop() as string})`);
    const passed =
      texts.length > MOST_ARGUMENTS && !spread ? `${this.#rt("unpack")}({ ${texts.join(", ")} })` : texts.join(", ");
    return code(`${mark}${prefixText(what)}(${passed})`, "unknown", { prefix: true });
  }

  /** `checked`: it may be called with a wrong number of arguments. */
  #func(literal: FuncLit, checked = true): string {
    const outerBlock = this.#block;
    const outerDepth = this.#depth;
    const labels = this.#labels;
    this.#labels = [];
    this.#depth = 0;
    this.#function = { outer: this.#function, literal, locals: 0, table: undefined, tabled: 0 };
    const { value: head, lines } = this.#apart(() => this.#functionBody(literal, checked));
    const { table } = this.#function;
    this.#function = this.#function.outer as FunctionState;
    this.#block = outerBlock;
    this.#depth = outerDepth;
    this.#labels = labels;
    const body = table === undefined ? lines : [`local ${table} = {};`, ...lines];
    return `${head} ${body.join(" ")} end`;
  }

  /** Writes the body; answers the head: `function(...)`. */
  #functionBody(literal: FuncLit, checked: boolean): string {
    const { params, variadic, body, at } = literal;
    const fixed = variadic ? params.slice(0, -1) : params;
    let head = "";
    this.#inBlock(at, () => {
      const many = fixed.length > MOST_ARGUMENTS;
      const names = fixed.map((param) => this.#declareParam(param, many, at));
      const check = `${this.#rt("arity")}(${fixed.length}, ${variadic}`;
      if (many) {
        this.#takeLocals(1, at);
        head = "function(...)";
        const list = this.#unique("p");
        this.#line(`local ${list} = ${this.#rt("parameters")}(${fixed.length}, ${variadic}, ...)`);
        for (const [index, { name }] of names.entries()) this.#line(`${name} = ${list}[${index + 1}]`);
      } else {
        const plain = names.map(({ name, local }, index) => (local ? name : `p${index}`));
        const last = plain.at(-1);
        head = `function(${[...plain, variadic ? "..." : "X"].join(", ")})`;
        const tooFew = last === undefined ? [] : [`${last} == nil`];
        const tests = !checked ? [] : variadic ? tooFew : [...tooFew, "X ~= nil"];
        if (tests.length > 0)
          this.#open(
            positionMark(-2) +
              `if ${tests.join(" or ")} then ${[check, ...plain, ...(variadic ? [] : ["X"])].join(", ")}) end`,
          );
        this.#takeLocals(1, at);
        for (const [index, { name, local }] of names.entries()) if (!local) this.#line(`${name} = p${index}`);
      }
      if (variadic) {
        const { name, local } = this.#declareParam(params.at(-1) as Ident, false, at);
        const rest = many ? `${this.#rt("rest_after")}(${fixed.length}, ...)` : `${this.#rt("rest")}(...)`;
        this.#line(`${local ? "local " : ""}${name} = ${rest}`);
      }
      this.#statements(body);
      this.#line(`return ${this.#rt("U")}`);
    });
    return head;
  }

  #declareParam(param: Ident, many: boolean, at: number): { name: string; local: boolean } {
    const variable = this.#variableOf(param) as Variable;
    if (many) variable.spilled = true;
    return this.#declare(variable, at);
  }
}

/** Builtins that keep or change what they are given. */
const RETAINING: ReadonlySet<string> = new Set(["append", "splice", "delete"]);

/** Operators that Lua has, for integers. */
const NATIVE: Partial<Record<string, string>> = { "&": "&", "|": "|", "^": "~", "&^": "& ~" };

const FUNCTIONS = {
  "/": "div",
  "%": "mod",
  "&": "band",
  "|": "bor",
  "^": "bxor",
  "&^": "bandnot",
  "<<": "shl",
  ">>": "shr",
} as const;

/** Evaluating it has no effects and depends on none but assignments. */
function isSimple(expression: Expr): boolean {
  switch (expression.type) {
    case "int":
    case "float":
    case "string":
    case "bool":
    case "char":
    case "undefined":
    case "ident":
      return true;
    case "binary":
      return (
        expression.operator !== "&&" &&
        expression.operator !== "||" &&
        isSimple(expression.left) &&
        isSimple(expression.right)
      );
    case "index":
      return isSimple(expression.object) && isSimple(expression.index);
    case "selector":
      return isSimple(expression.object);
    default:
      return false;
  }
}
