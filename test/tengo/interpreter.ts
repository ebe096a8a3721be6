import type { Block, CallExpr, Expr, FuncLit, IfStmt, Stmt } from "../../src/engines/tengo/syntax/ast.ts";
import { parse } from "../../src/engines/tengo/syntax/parser.ts";
import { Source } from "../../src/engines/tengo/syntax/problems.ts";

/** A closure of the interpreter. */
interface Closure {
  literal: FuncLit;
  scope: Scope;
}
type Value = bigint | boolean | undefined | Value[] | Closure;

class Scope {
  readonly #parent: Scope | undefined;
  readonly #values = new Map<string, Value>();

  constructor(parent?: Scope) {
    this.#parent = parent;
  }

  define(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  holder(name: string): Map<string, Value> {
    if (this.#values.has(name)) return this.#values;
    if (!this.#parent) throw new Error(`${name} is not defined`);
    return this.#parent.holder(name);
  }
}

class Leave {
  readonly how: "break" | "continue" | "return" | "export";
  readonly value: Value;

  constructor(how: Leave["how"], value?: Value) {
    this.how = how;
    this.value = value;
  }
}

/** Thrown where a program takes too long. */
export class OutOfSteps extends Error {}

/**
 * Runs a Tengo program over integers, lists and functions, statement by statement as its tree says; answers what it
 * exports. What the compiler makes of a program must do the same.
 */
export function interpret(code: string, steps: number): Value {
  const interpreter = new Interpreter(steps);
  return interpreter.run(parse(new Source("program", code)));
}

class Interpreter {
  #steps: number;

  constructor(steps: number) {
    this.#steps = steps;
  }

  run(statements: readonly Stmt[]): Value {
    const end = this.#all(statements, new Scope());
    return end?.value;
  }

  #all(statements: readonly Stmt[], scope: Scope): Leave | undefined {
    for (const statement of statements) {
      const left = this.#statement(statement, scope);
      if (left) return left;
    }
    return undefined;
  }

  #block({ statements }: Block, scope: Scope): Leave | undefined {
    return this.#all(statements, new Scope(scope));
  }

  #statement(statement: Stmt, scope: Scope): Leave | undefined {
    if (this.#steps-- < 0) throw new OutOfSteps();
    switch (statement.type) {
      case "block":
        return this.#block(statement, scope);
      case "expression":
        this.#value(statement.expression, scope);
        return undefined;
      case "increment":
        this.#set(statement.target, infix(statement.by, this.#value(statement.target, scope), 1n), scope);
        return undefined;
      case "assign": {
        const [target, value] = [statement.targets[0] as Expr, statement.values[0] as Expr];
        if (statement.operator === ":=" && target.type === "ident") {
          // A function knows its own name.
          if (value.type === "func") scope.define(target.name, undefined);
          scope.define(target.name, this.#value(value, scope));
        } else if (statement.operator === "=") this.#set(target, this.#value(value, scope), scope);
        else {
          const before = this.#value(target, scope);
          this.#set(target, infix(statement.operator, before, this.#value(value, scope)), scope);
        }
        return undefined;
      }
      case "if":
        return this.#if(statement, scope);
      case "for": {
        const own = new Scope(scope);
        if (statement.init) this.#statement(statement.init, own);
        while (!statement.condition || truthy(this.#value(statement.condition, own))) {
          const left = this.#block(statement.body, own);
          if (left?.how === "break") break;
          if (left && left.how !== "continue") return left;
          if (statement.post) this.#statement(statement.post, own);
        }
        return undefined;
      }
      case "for-in": {
        const list = this.#value(statement.iterable, scope) as Value[];
        // What is added meanwhile is not reached.
        const { length } = list;
        for (let index = 0; index < length; index++) {
          const own = new Scope(scope);
          own.define(statement.key.name, BigInt(index));
          if (statement.value) own.define(statement.value.name, list[index]);
          const left = this.#block(statement.body, own);
          if (left?.how === "break") break;
          if (left && left.how !== "continue") return left;
        }
        return undefined;
      }
      case "break":
      case "continue":
        return new Leave(statement.type);
      case "return":
        return new Leave("return", statement.value && this.#value(statement.value, scope));
      case "export":
        return new Leave("export", this.#value(statement.value, scope));
      case "empty":
        return undefined;
    }
  }

  #if(first: IfStmt, outer: Scope): Leave | undefined {
    let scope = outer;
    for (let link: IfStmt | Block | undefined = first; link; link = link.otherwise) {
      if (link.type === "block") return this.#block(link, scope);
      if (link.init) {
        scope = new Scope(scope);
        this.#statement(link.init, scope);
      }
      if (truthy(this.#value(link.condition, scope))) return this.#block(link.body, scope);
    }
    return undefined;
  }

  #set(target: Expr, value: Value, scope: Scope): void {
    if (target.type === "ident") scope.holder(target.name).set(target.name, value);
    else if (target.type === "index") {
      const index = Number(this.#value(target.index, scope) as bigint);
      (this.#value(target.object, scope) as Value[])[index] = value;
    }
  }

  #value(expression: Expr, scope: Scope): Value {
    if (this.#steps-- < 0) throw new OutOfSteps();
    switch (expression.type) {
      case "int":
      case "bool":
        return expression.value;
      case "ident":
        return scope.holder(expression.name).get(expression.name);
      case "func":
        return { literal: expression, scope };
      case "array":
        return expression.elements.map((element) => this.#value(element, scope));
      case "index": {
        const object = this.#value(expression.object, scope) as Value[];
        return object[Number(this.#value(expression.index, scope) as bigint)];
      }
      case "slice": {
        const object = this.#value(expression.object, scope) as Value[];
        const [low, high] = [expression.low, expression.high].map((each) => each && Number(this.#value(each, scope)));
        return object.slice(low, high);
      }
      case "unary": {
        const operand = this.#value(expression.operand, scope);
        if (expression.operator === "!") return !truthy(operand);
        return BigInt.asIntN(64, expression.operator === "-" ? -(operand as bigint) : ~(operand as bigint));
      }
      case "conditional":
        return this.#value(truthy(this.#value(expression.condition, scope)) ? expression.yes : expression.no, scope);
      case "binary": {
        const { operator, left, right } = expression;
        const a = this.#value(left, scope);
        if (operator === "&&" || operator === "||")
          return truthy(a) === (operator === "&&") ? this.#value(right, scope) : a;
        return infix(operator, a, this.#value(right, scope));
      }
      case "call":
        return this.#call(expression, scope);
      default:
        throw new Error(`programs of the test have no ${expression.type}`);
    }
  }

  #call({ callee, args, spread }: CallExpr, scope: Scope): Value {
    const builtin = callee.type === "ident" ? callee.name : "";
    const closure = BUILTINS.has(builtin) ? undefined : (this.#value(callee, scope) as Closure);
    let values = args.map((arg) => this.#value(arg, scope));
    if (spread) values = [...values.slice(0, -1), ...(values.at(-1) as Value[])];
    const [list, ...rest] = values;
    if (builtin === "len") return BigInt((list as Value[]).length);
    if (builtin === "copy") return [...(list as Value[])];
    if (builtin === "append") return [...(list as Value[]), ...rest];
    const { literal, scope: around } = closure as Closure;
    const own = new Scope(around);
    for (const [index, param] of literal.params.entries()) own.define(param.name, values[index]);
    return this.#block(literal.body, own)?.value;
  }
}

const BUILTINS = new Set(["len", "copy", "append"]);

function truthy(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return Boolean(value);
}

function infix(operator: string, left: Value, right: Value): Value {
  const [a, b] = [left as bigint, right as bigint];
  switch (operator) {
    case "==":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    default:
      return BigInt.asIntN(64, arithmetic(operator, a, b));
  }
}

function arithmetic(operator: string, a: bigint, b: bigint): bigint {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "&^":
      return a & ~b;
    case "<<":
      return b > 63n ? 0n : a << b;
    case ">>":
      return a >> b;
    default:
      throw new Error(`programs of the test have no ${operator}`);
  }
}
