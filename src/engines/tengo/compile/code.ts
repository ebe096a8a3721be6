import type { Expr } from "../syntax/ast.ts";

/** What is known of a value before it is there. */
export type StaticType = "int" | "float" | "bool" | "string" | "undefined" | "other" | "unknown";

/** A Lua expression. */
export interface Code {
  text: string;
  type: StaticType;
  /** Its value is the same whenever it is evaluated. */
  constant: boolean;
  /** It is a name: to evaluate it twice costs nothing and does nothing. */
  named: boolean;
  /** May stand before `(`, `[` or `.`. */
  prefix: boolean;
}

export function code(text: string, type: StaticType = "unknown", more: Partial<Code> = {}): Code {
  return { text, type, constant: false, named: false, prefix: false, ...more };
}

/** As what may stand before `(`, `[` or `.`. */
export function prefixText({ text, prefix }: Code): string {
  return prefix ? text : `(${text})`;
}

/** Where Tengo's machine says that an operation without a place of its own is: at the last one of its operand. */
export function lastPosition(expression: Expr): number {
  switch (expression.type) {
    case "conditional":
      return lastPosition(expression.no);
    case "binary":
      return expression.operator === "&&" || expression.operator === "||"
        ? lastPosition(expression.right)
        : expression.at;
    default:
      return expression.at;
  }
}
