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

/** Nothing of the script runs while it is evaluated. */
export function callsNothing(expression: Expr): boolean {
  switch (expression.type) {
    case "call":
    case "import":
      return false;
    case "binary":
      return callsNothing(expression.left) && callsNothing(expression.right);
    case "unary":
      return callsNothing(expression.operand);
    case "conditional":
      return [expression.condition, expression.yes, expression.no].every(callsNothing);
    case "index":
      return callsNothing(expression.object) && callsNothing(expression.index);
    case "selector":
      return callsNothing(expression.object);
    case "slice":
      return [expression.object, expression.low, expression.high].every((each) => !each || callsNothing(each));
    case "array":
      return expression.elements.every(callsNothing);
    case "map":
      return expression.elements.every(({ value }) => callsNothing(value));
    case "error":
    case "immutable":
      return callsNothing(expression.value);
    default:
      return true;
  }
}
