import type { Expr } from "../syntax/ast.ts";

/** Evaluating it has no effects and depends on none but assignments. */
export function isSimple(expression: Expr): boolean {
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
