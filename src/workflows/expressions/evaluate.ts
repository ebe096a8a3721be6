import { isPlainObject, type ScriptValue, TextValue } from "../../values/script-value.ts";
import { FILTERS, compare, numberOf } from "./filters.ts";
import { isNumber, isSame, isTruthy, showValue } from "./show.ts";
import type { BinaryOperator, Expression } from "./syntax.ts";

/** What a name at the beginning of a path stands for; undefined where it stands for nothing. */
export type Lookup = (name: string) => ScriptValue;

/** A path leads nowhere. */
class MissingValue extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`${path} has no value`);
    this.path = path;
  }
}

/**
 * The value of an expression. Throws `MissingValue` for a path that leads nowhere, but where that may be asked: behind
 * `default`, in a logical operation, beside `==`, `!=` and in an order. Throws a TypeError for what does not fit.
 */
export function evaluate(expression: Expression, lookup: Lookup): ScriptValue {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "list":
      return expression.items.map((item) => evaluate(item, lookup));
    case "path": {
      const value = resolve(expression, lookup);
      if (value === undefined) throw new MissingValue(expression.text);
      return value;
    }
    case "not":
      return !isTruthy(lenient(expression.operand, lookup));
    case "minus":
      return -numberOf(evaluate(expression.operand, lookup));
    case "and": {
      const left = lenient(expression.left, lookup);
      return isTruthy(left) ? lenient(expression.right, lookup) : left;
    }
    case "or": {
      const left = lenient(expression.left, lookup);
      return isTruthy(left) ? left : lenient(expression.right, lookup);
    }
    case "filter": {
      const filter = FILTERS[expression.name] as (typeof FILTERS)[string];
      const operand =
        expression.name === "default" ? lenient(expression.operand, lookup) : evaluate(expression.operand, lookup);
      return filter(operand, ...expression.args.map((arg) => evaluate(arg, lookup)));
    }
    case "binary":
      return binary(expression.operator, expression.left, expression.right, lookup);
  }
}

/** The same with nil for what is missing. */
export function lenient(expression: Expression, lookup: Lookup): ScriptValue {
  try {
    return evaluate(expression, lookup);
  } catch (error) {
    if (error instanceof MissingValue) return null;
    throw error;
  }
}

function binary(operator: BinaryOperator, left: Expression, right: Expression, lookup: Lookup): ScriptValue {
  if (operator === "+") return plus(evaluate(left, lookup), evaluate(right, lookup));
  if (operator === "-" || operator === "*" || operator === "/" || operator === "%") {
    const [a, b] = [numberOf(evaluate(left, lookup)), numberOf(evaluate(right, lookup))];
    if (operator === "-") return a - b;
    if (operator === "*") return a * b;
    return operator === "/" ? a / b : a % b;
  }
  const [a, b] = [lenient(left, lookup), lenient(right, lookup)];
  switch (operator) {
    case "==":
      return equal(a, b);
    case "!=":
      return !equal(a, b);
    case "contains":
      return contains(a, b);
    case "in":
      return contains(b, a);
    default:
      return ordered(operator, a, b);
  }
}

/** A text that is a number equals that number: models answer texts. */
function equal(a: ScriptValue, b: ScriptValue): boolean {
  const [x, y] = alike(a, b);
  return isSame(x, y);
}

function ordered(operator: BinaryOperator, a: ScriptValue, b: ScriptValue): boolean {
  if ((a ?? null) === null || (b ?? null) === null) return false;
  const [x, y] = alike(a, b);
  if (isNumber(x) !== isNumber(y)) throw new TypeError(`${showValue(a)} and ${showValue(b)} have no order`);
  const order = compare(x, y);
  if (operator === "<") return order < 0;
  if (operator === "<=") return order <= 0;
  return operator === ">" ? order > 0 : order >= 0;
}

function alike(a: ScriptValue, b: ScriptValue): [ScriptValue, ScriptValue] {
  if (isNumber(a) && isText(b)) return [a, asNumber(b)];
  return isNumber(b) && isText(a) ? [asNumber(a), b] : [a, b];
}

function isText(value: ScriptValue): boolean {
  return typeof value === "string" || value instanceof TextValue;
}

function asNumber(value: ScriptValue): ScriptValue {
  const text = showValue(value).trim();
  return text === "" || Number.isNaN(Number(text)) ? text : Number(text);
}

function plus(a: ScriptValue, b: ScriptValue): ScriptValue {
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  return isText(a) || isText(b) ? showValue(a) + showValue(b) : numberOf(a) + numberOf(b);
}

function contains(whole: ScriptValue, part: ScriptValue): boolean {
  if (Array.isArray(whole)) return whole.some((item) => equal(item, part));
  if (isPlainObject(whole)) return Object.hasOwn(whole, showValue(part));
  return isText(whole) && showValue(whole).includes(showValue(part));
}

function resolve({ root, steps }: Extract<Expression, { kind: "path" }>, lookup: Lookup): ScriptValue {
  let value = lookup(root);
  for (const step of steps) {
    if (value === undefined || value === null) return undefined;
    value = member(value, typeof step === "object" ? evaluate(step, lookup) : step);
  }
  return value;
}

/** Own members alone; lists count from 0, from the end when negative. */
function member(value: ScriptValue, key: ScriptValue): ScriptValue {
  if (Array.isArray(value)) {
    const index = typeof key === "number" ? key : Number(key);
    return Number.isInteger(index) ? value.at(index) : undefined;
  }
  const object = value instanceof TextValue ? value.fields : value;
  return isPlainObject(object) && Object.hasOwn(object, showValue(key)) ? object[showValue(key)] : undefined;
}
