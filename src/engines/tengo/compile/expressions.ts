import type { CallExpr, Expr, FuncLit, Ident, SelectorExpr } from "../syntax/ast.ts";
import type { Analysis } from "./analyze.ts";
import { type Code, type StaticType, code, lastPosition, prefixText } from "./code.ts";
import { resultType } from "./infer-types.ts";
import { luaField, luaFloat, luaString } from "./lua-text.ts";
import { CUT_EVERY, MOST_ARGUMENTS } from "./lua-limits.ts";
import type { LuaWriter } from "./lua-writer.ts";
import { positionMark } from "./positions.ts";
import { isSimple } from "./simple-expression.ts";
import type { Variable } from "./variable.ts";

/** Writes expressions: what must be done before, as lines, and the rest as Lua expressions. */
export class ExpressionWriter {
  readonly #writer: LuaWriter;
  readonly #analysis: Analysis;
  readonly #func: (literal: FuncLit, checked: boolean) => string;

  constructor(writer: LuaWriter, analysis: Analysis, func: (literal: FuncLit, checked: boolean) => string) {
    this.#writer = writer;
    this.#analysis = analysis;
    this.#func = func;
  }

  /** `checked`: it may be called with a wrong number of arguments. */
  func(literal: FuncLit, checked = true): string {
    return this.#func(literal, checked);
  }

  expression(expression: Expr): Code {
    this.#writer.function.depth += 1;
    const made = this.#plainExpression(expression);
    this.#writer.function.depth -= 1;
    const cut = this.#writer.function.depth > 0 && this.#writer.function.depth % CUT_EVERY === 0 && !made.constant;
    return cut ? code(this.#writer.temporary(made.text), made.type, { prefix: true, constant: true }) : made;
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
        return constant(this.#writer.rt("U"), "undefined");
      case "char":
        return constant(`${this.#writer.rt("CHARS")}[${expression.value}]`, "other");
      case "ident":
        return this.ident(expression, true);
      case "func":
        return code(this.func(expression), "other");
      case "call":
        return this.#call(expression);
      case "index":
      case "selector":
        return this.#element(expression);
      case "slice":
        return this.#slice(expression);
      case "array": {
        const [first, ...rest] = this.operands(expression.elements).map(({ text }) => text);
        const items = first === undefined ? [] : [`[0] = ${first}`, ...rest];
        return code(`${this.#writer.rt("array")}{ ${items.join(", ")} }`, "other");
      }
      case "map": {
        const values = this.operands(expression.elements.map(({ value }) => value));
        const fields = values.map(
          ({ text }, index) => `[${luaString(expression.elements[index]?.key ?? "")}] = ${text}`,
        );
        return code(`${this.#writer.rt("map")}{ ${fields.join(", ")} }`, "other");
      }
      case "unary":
        return this.#unary(expression.operator, expression.operand);
      case "binary":
        return this.#binary(expression);
      case "conditional":
        return this.#conditional(expression.condition, expression.yes, expression.no);
      case "error":
        // In parentheses it is no tail call: the error knows where it was made.
        return code(
          `(${positionMark(expression.at)}${this.#writer.rt("new_error")}(${this.expression(expression.value).text}))`,
          "other",
        );
      case "immutable":
        return code(`${this.#writer.rt("immutable")}(${this.expression(expression.value).text})`);
      case "import":
        return code(`${positionMark(expression.at)}${this.#writer.rt("import")}(${luaString(expression.module)})`);
      case "bad":
        return constant(this.#writer.rt("U"), "undefined");
    }
  }

  /** Several expressions, evaluated in their order whatever the later ones do. Of the first `passing` nothing is held. */
  operands(expressions: readonly Expr[], passing = 0): Code[] {
    const done: Code[] = [];
    // Those for which it matters when they are evaluated, and the last one that a call may change.
    let moving: number[] = [];
    let lastChanging = -1;
    const hold = (index: number) => {
      if (index < passing) this.#shareIdent(expressions[index] as Expr);
      const { text, type } = done[index] as Code;
      done[index] = code(this.#writer.temporary(text), type, { prefix: true, constant: true });
    };
    for (const [index, expression] of expressions.entries()) {
      const { value, lines } = this.#writer.apart(() =>
        index < passing && expression.type === "ident" ? this.ident(expression, false) : this.expression(expression),
      );
      const upTo = lines.length > 0 ? index : isSimple(expression) ? -1 : lastChanging;
      if (upTo >= 0) {
        // What is held is evaluated now: with all that stands before it.
        for (const before of moving) if (before <= upTo) hold(before);
        moving = moving.filter((before) => before > upTo);
        lastChanging = -1;
      }
      this.#writer.append(lines);
      done.push(value);
      const changing = this.#mayChange(expression);
      if (changing) lastChanging = index;
      if (changing || (!value.constant && expression.type !== "ident")) moving.push(index);
    }
    return done;
  }

  /** Whether a variable that is read may be another after a call: a function assigns it. */
  #mayChange(expression: Expr): boolean {
    if (expression.type !== "ident") return false;
    return this.#analysis.variableOf(expression)?.assignedInside === true;
  }

  /** `held`: something else may hold the value afterwards. */
  ident(ident: Ident, held: boolean): Code {
    const binding = this.#analysis.bindings.get(ident);
    if (binding?.kind !== "variable") {
      const name = binding?.name ?? ident.name;
      if (binding?.kind === "builtin")
        return code(`${this.#writer.rt("builtins")}${luaField(name)}`, "other", { prefix: true });
      return code(`${this.#writer.rt("host")}${luaField(name)}`, "unknown", { prefix: true });
    }
    const { variable } = binding;
    if (variable.grows && held) this.#share(variable);
    const type = this.#analysis.types.get(variable) ?? "unknown";
    return code(this.#writer.nameOf(variable), type, { prefix: true, named: true });
  }

  #shareIdent(expression: Expr): void {
    const variable = expression.type === "ident" ? this.#analysis.variableOf(expression) : undefined;
    if (variable?.grows) this.#share(variable);
  }

  /** Something else may hold the list of a variable from now on: it can no longer grow in place. */
  #share(variable: Variable): void {
    const owner = this.#writer.ownerOf(variable) as string;
    this.#writer.line(
      `if ${owner} then ${this.#writer.rt("seal")}(${this.#writer.nameOf(variable)}) ${owner} = nil end`,
    );
  }

  #element(expression: Extract<Expr, { type: "index" | "selector" }>): Code {
    if (expression.type === "selector") {
      const object =
        expression.object.type === "ident" ? this.ident(expression.object, false) : this.expression(expression.object);
      const text = `(${prefixText(object)}${luaField(expression.name)}${positionMark(expression.nameAt)})`;
      return code(text, "unknown", { prefix: true });
    }
    const [object, index] = this.operands([expression.object, expression.index], 1) as [Code, Code];
    const mark = positionMark(lastPosition(expression.index));
    return code(`(${prefixText(object)}[${index.text}]${mark})`, "unknown", { prefix: true });
  }

  #slice({ at, object, low, high }: Extract<Expr, { type: "slice" }>): Code {
    const parts = [object, ...(low ? [low] : []), ...(high ? [high] : [])];
    const texts = this.operands(parts).map(({ text }) => text);
    const [what = "", ...bounds] = texts;
    const from = low ? (bounds[0] as string) : "nil";
    const to = high ? (bounds.at(-1) as string) : "nil";
    const last = high ? lastPosition(high) : at;
    return code(`${positionMark(last)}${this.#writer.rt("slice")}(${what}, ${from}, ${to})`, "unknown", {
      prefix: true,
    });
  }

  #unary(operator: "-" | "+" | "!" | "^", operand: Expr): Code {
    if (operator === "!") return code(`(not ${this.condition(operand)})`, "bool");
    const { text, type, constant } = this.expression(operand);
    if (operator === "+") return code(text, type);
    const mark = positionMark(lastPosition(operand));
    if (operator === "-") {
      const known = type === "int" || type === "float" ? type : "unknown";
      return code(`(${mark}-${text})`, known, { constant: constant && known !== "unknown" });
    }
    return code(`${mark}${this.#writer.rt("bnot")}(${text})`, "int");
  }

  #binary(expression: Extract<Expr, { type: "binary" }>): Code {
    const { operator, left, right, at } = expression;
    if (operator === "&&" || operator === "||") return this.#logical(operator, left, right);
    const [a, b] = this.operands([left, right]) as [Code, Code];
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
        return code(`${this.#writer.rt("join")}(${a.text}, ${b.text})`, type, { prefix: true });
      case "-":
      case "*":
        return code(`(${a.text} ${mark}${operator} ${b.text})`, type);
      case "/":
        if (a.type === "float" || b.type === "float") return code(`(${a.text} ${mark}/ ${b.text})`, type);
    }
    const general = `${mark}${this.#writer.rt(FUNCTIONS[operator])}(${a.text}, ${b.text})`;
    const result = operator === "/" ? type : "int";
    if (operator === "/" && a.type === "unknown" && (a.named || a.constant)) {
      // Mostly a float, which Lua divides as Tengo does.
      const divisor = b.named || b.constant ? b.text : this.#writer.temporary(b.text);
      const divided = `${mark}${this.#writer.rt("div")}(${a.text}, ${divisor})`;
      return code(
        `(${this.#writer.rt("math_type")}(${a.text}) == "float" and ${a.text} ${mark}/ ${divisor} or ${divided})`,
        result,
      );
    }
    if (!integers) return code(general, result, { prefix: true });
    if (operator === "/" || operator === "%") {
      // Lua rounds down, Tengo toward zero: the same where both are positive.
      if (right.type !== "int" || right.value <= 0n) return code(general, result, { prefix: true });
      const natural = left.type === "ident" && this.#analysis.variableOf(left)?.natural === true;
      if (natural) return code(`(${a.text} ${operator === "/" ? "//" : "%"} ${b.text})`, result);
      const held = a.named || a.constant ? a.text : this.#writer.temporary(a.text);
      const signed = `${mark}${this.#writer.rt(FUNCTIONS[operator])}(${held}, ${b.text})`;
      return code(`(${held} >= 0 and ${held} ${operator === "/" ? "//" : "%"} ${b.text} or ${signed})`, result);
    }
    const native = NATIVE[operator];
    return native ? code(`(${a.text} ${native} ${b.text})`, "int") : code(general, "int", { prefix: true });
  }

  /** `&&` and `||` answer one of their operands. */
  #logical(operator: "&&" | "||", left: Expr, right: Expr): Code {
    const a = this.expression(left);
    const { value: b, lines } = this.#writer.apart(() => this.expression(right));
    const word = operator === "&&" ? "and" : "or";
    if (a.type === "bool" && lines.length === 0)
      return code(`(${a.text} ${word} ${b.text})`, b.type === "bool" ? "bool" : "unknown");
    const name = this.#writer.temporary(a.text);
    const test = a.type === "bool" ? name : `${this.#writer.rt("truthy")}(${name})`;
    this.#writer.open(`if ${operator === "&&" ? test : `not ${test}`} then`);
    this.#writer.append(lines);
    this.#writer.line(`${name} = ${b.text}`);
    this.#writer.open("end");
    return code(name, a.type === "bool" && b.type === "bool" ? "bool" : "unknown", { prefix: true, constant: true });
  }

  #conditional(condition: Expr, yes: Expr, no: Expr): Code {
    const test = this.condition(condition);
    const a = this.#writer.apart(() => this.expression(yes));
    const b = this.#writer.apart(() => this.expression(no));
    const sameType = a.value.type === b.value.type ? a.value.type : "unknown";
    if (a.lines.length + b.lines.length === 0 && ["int", "float", "string"].includes(a.value.type))
      return code(`(${test} and ${a.value.text} or ${b.value.text})`, sameType);
    const name = this.#writer.temporary("nil");
    this.#writer.open(`if ${test} then`);
    this.#writer.append(a.lines);
    this.#writer.line(`${name} = ${a.value.text}`);
    this.#writer.open("else");
    this.#writer.append(b.lines);
    this.#writer.line(`${name} = ${b.value.text}`);
    this.#writer.open("end");
    return code(name, sameType, { prefix: true, constant: true });
  }

  /** An expression of which only the truth counts, as a Lua boolean. */
  condition(expression: Expr): string {
    if (expression.type !== "binary" || (expression.operator !== "&&" && expression.operator !== "||")) {
      const { text, type } = this.expression(expression);
      return type === "bool" ? text : `${this.#writer.rt("truthy")}(${text})`;
    }
    const both = expression.operator === "&&";
    const left = this.#nested(() => this.condition(expression.left));
    const { value: right, lines } = this.#writer.apart(() => this.#nested(() => this.condition(expression.right)));
    if (lines.length === 0) return `(${left} ${both ? "and" : "or"} ${right})`;
    const name = this.#writer.temporary(left);
    this.#writer.open(`if ${both ? "" : "not "}${name} then`);
    this.#writer.append(lines);
    this.#writer.line(`${name} = ${right}`);
    this.#writer.open("end");
    return name;
  }

  /** A condition one level deeper, cut by an intermediate result where it gets too deep. */
  #nested(condition: () => string): string {
    this.#writer.function.depth += 1;
    const text = condition();
    this.#writer.function.depth -= 1;
    return this.#writer.function.depth > 0 && this.#writer.function.depth % CUT_EVERY === 0
      ? this.#writer.temporary(text)
      : text;
  }

  #isNative({ object, name }: SelectorExpr): boolean {
    return object.type === "ident" && this.#analysis.moduleOf(object) === "math" && NATIVE_MATH.has(name);
  }

  /** `math.sqrt(x)` and the like stand in inner loops: of a float by Lua's own function. */
  #nativeCall(callee: SelectorExpr, argument: Expr, at: number): Code {
    const [value] = this.operands([argument]) as [Code];
    const held = value.named || value.constant ? value.text : this.#writer.temporary(value.text);
    const general = `${positionMark(at)}${this.#element(callee).text}(${held})`;
    const native = `${this.#writer.rt(`math_${callee.name}`)}(${held})`;
    return code(`(${this.#writer.rt("math_type")}(${held}) == "float" and ${native} or ${general})`);
  }

  #call(call: CallExpr): Code {
    const { at, callee, args, spread } = call;
    const [only] = args;
    if (callee.type === "selector" && only && args.length === 1 && !spread && this.#isNative(callee))
      return this.#nativeCall(callee, only, at);
    const builtin = callee.type === "ident" ? this.#analysis.bindings.get(callee) : undefined;
    const mark = positionMark(at);
    if (builtin?.kind === "builtin" && builtin.name === "len" && args.length === 1 && !spread) {
      const [list] = this.operands(args, 1) as [Code];
      return code(`${mark}${this.#writer.rt("len")}(${list.text})`, "int", { prefix: true });
    }
    if (builtin?.kind === "builtin" && builtin.name === "append" && args.length === 2 && spread) {
      const [list, more] = this.operands(args) as [Code, Code];
      return code(`${mark}${this.#writer.rt("append_all")}(${list.text}, ${more.text})`, "unknown", { prefix: true });
    }
    const keeps = builtin?.kind !== "builtin" || RETAINING.has(builtin.name);
    const [what, ...values] = this.operands([callee, ...args], keeps ? 1 : args.length + 1) as [Code, ...Code[]];
    const texts = values.map(({ text }) => text);
    if (spread) texts.push(`${mark}${this.#writer.rt("spread")}(${texts.pop() as string})`);
    const passed =
      texts.length > MOST_ARGUMENTS && !spread
        ? `${this.#writer.rt("unpack")}({ ${texts.join(", ")} })`
        : texts.join(", ");
    return code(`${mark}${prefixText(what)}(${passed})`, "unknown", { prefix: true });
  }
}

/** Builtins that keep or change what they are given. */
const RETAINING: ReadonlySet<string> = new Set(["append", "splice", "delete"]);

/** Functions of `math` that Lua has, for floats. */
const NATIVE_MATH: ReadonlySet<string> = new Set(["acos", "asin", "atan", "cos", "exp", "log", "sin", "sqrt", "tan"]);

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
