import type { Expr, ForStmt, Ident } from "../syntax/ast.ts";
import type { Analysis } from "./analyze.ts";
import type { Variable } from "./variable.ts";

/** A loop that counts, as Lua's numeric `for` does. */
export interface CountingLoop {
  ident: Ident;
  from: Expr;
  to: Expr;
  /** What makes the last value of the bound: -1 behind `<`, 1 behind `>`, else 0. */
  limit: bigint;
  step: bigint;
}

const LIMITS: Partial<Record<string, { limit: bigint; up: boolean }>> = {
  "<": { limit: -1n, up: true },
  "<=": { limit: 0n, up: true },
  ">": { limit: 1n, up: false },
  ">=": { limit: 0n, up: false },
};

/**
 * `for i := 0; i < n; i++` where nothing but the loop itself changes `i` and nothing in it changes `n`; undefined for
 * every other loop.
 */
export function countingLoop(loop: ForStmt, analysis: Analysis): CountingLoop | undefined {
  const { init, condition, post } = loop;
  if (init?.type !== "assign" || init.operator !== ":=" || !condition || !post) return undefined;
  const [ident, from] = [init.targets[0], init.values[0]];
  if (ident?.type !== "ident" || from === undefined || !isInteger(from, analysis)) return undefined;
  const variable = analysis.variableOf(ident);
  if (!variable || variable.captured || variable.assignments !== 1) return undefined;
  const step = stepOf(post, variable, analysis);
  if (condition.type !== "binary" || step === undefined || step === 0n) return undefined;
  const bound = LIMITS[condition.operator];
  const { left, right: to } = condition;
  if (!bound || bound.up !== step > 0n || left.type !== "ident" || analysis.variableOf(left) !== variable)
    return undefined;
  if (to.type !== "int" && !isUnchanged(to, loop, analysis)) return undefined;
  return { ident, from, to, limit: bound.limit, step };
}

/** Known to be an integer before it is there. */
function isInteger(expression: Expr, analysis: Analysis): boolean {
  switch (expression.type) {
    case "int":
      return true;
    case "ident": {
      const variable = analysis.variableOf(expression);
      return variable !== undefined && analysis.types.get(variable) === "int";
    }
    case "unary":
      return expression.operator === "-" && isInteger(expression.operand, analysis);
    case "binary":
      return (
        ["+", "-", "*"].includes(expression.operator) &&
        isInteger(expression.left, analysis) &&
        isInteger(expression.right, analysis)
      );
    default:
      return false;
  }
}

function isUnchanged(to: Expr, loop: ForStmt, analysis: Analysis): boolean {
  if (to.type !== "ident") return false;
  const variable = analysis.variableOf(to);
  return (
    variable !== undefined && !variable.assignedInside && !variable.grows && !analysis.assignedIn(loop).has(variable)
  );
}

function stepOf(post: NonNullable<ForStmt["post"]>, variable: Variable, analysis: Analysis): bigint | undefined {
  if (post.type === "increment")
    return isThe(variable, post.target, analysis) ? (post.by === "+" ? 1n : -1n) : undefined;
  if (post.type !== "assign" || !isThe(variable, post.targets[0], analysis)) return undefined;
  const value = post.values[0];
  if (value?.type !== "int") return undefined;
  return post.operator === "+" ? value.value : post.operator === "-" ? -value.value : undefined;
}

function isThe(variable: Variable, expression: Expr | undefined, analysis: Analysis): boolean {
  return expression?.type === "ident" && analysis.variableOf(expression) === variable;
}
