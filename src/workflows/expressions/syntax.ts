import type { ScriptValue } from "../../values/script-value.ts";

export type BinaryOperator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "contains" | "in" | "+" | "-" | "*" | "/" | "%";

/** An expression, parsed. */
export type Expression =
  | { kind: "literal"; value: ScriptValue }
  | { kind: "list"; items: readonly Expression[] }
  /** `text` is what it reads as in messages. */
  | { kind: "path"; root: string; steps: readonly (string | number | Expression)[]; text: string }
  | { kind: "not" | "minus"; operand: Expression }
  | { kind: "and" | "or"; left: Expression; right: Expression }
  | { kind: "binary"; operator: BinaryOperator; left: Expression; right: Expression }
  | { kind: "filter"; name: string; operand: Expression; args: readonly Expression[] };

/** What is wrong with an expression. `at` counts characters from 0. */
export class ExpressionProblem extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Every path that an expression reads. */
export function pathsOf(expression: Expression): Extract<Expression, { kind: "path" }>[] {
  switch (expression.kind) {
    case "literal":
      return [];
    case "list":
      return expression.items.flatMap(pathsOf);
    case "path":
      return [expression, ...expression.steps.flatMap((step) => (typeof step === "object" ? pathsOf(step) : []))];
    case "not":
    case "minus":
      return pathsOf(expression.operand);
    case "filter":
      return [...pathsOf(expression.operand), ...expression.args.flatMap(pathsOf)];
    default:
      return [...pathsOf(expression.left), ...pathsOf(expression.right)];
  }
}
