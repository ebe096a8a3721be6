import type { Expr, Ident } from "../syntax/ast.ts";
import type { StaticType } from "./code.ts";
import type { Binding, Variable } from "./variable.ts";

/** What a name means; undefined for none. */
export type BindingOf = (ident: Ident) => Binding | undefined;

/**
 * The types of variables, from all that is ever assigned to them: a variable has a type when every value that it gets
 * has it. `sources` holds the values by variable, undefined for one of which nothing is known.
 */
export function inferTypes(
  sources: ReadonlyMap<Variable, readonly (Expr | undefined)[]>,
  bindingOf: BindingOf,
): ReadonlyMap<Variable, StaticType> {
  const types = new Map<Variable, StaticType>();
  // From nothing known upward: a value made of a variable whose type is not known yet says nothing yet.
  const typeOfIdent = (ident: Ident): StaticType | undefined => {
    const binding = bindingOf(ident);
    if (binding?.kind !== "variable") return "unknown";
    return sources.has(binding.variable) ? types.get(binding.variable) : "unknown";
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const [variable, values] of sources) {
      const before = types.get(variable);
      if (before === "unknown") continue;
      const after = join(values.map((value) => (value ? typeOf(value, typeOfIdent, bindingOf) : "unknown")));
      if (after === before || after === undefined) continue;
      types.set(variable, after);
      changed = true;
    }
  }
  return types;
}

/** One type for several; undefined when none is known yet. */
function join(types: readonly (StaticType | undefined)[]): StaticType | undefined {
  const known = new Set(types.filter((type) => type !== undefined));
  if (known.size === 0) return undefined;
  return known.size === 1 ? [...known][0] : "unknown";
}

/** The type of an expression; undefined while it depends on what is not known yet. */
function typeOf(
  expression: Expr,
  typeOfIdent: (ident: Ident) => StaticType | undefined,
  bindingOf: BindingOf,
): StaticType | undefined {
  const of = (inner: Expr) => typeOf(inner, typeOfIdent, bindingOf);
  switch (expression.type) {
    case "int":
    case "float":
    case "string":
    case "bool":
    case "undefined":
      return expression.type;
    case "ident":
      return typeOfIdent(expression);
    case "unary":
      if (expression.operator === "!") return "bool";
      if (expression.operator === "^") return "int";
      return numeric(of(expression.operand));
    case "binary": {
      const { operator, left, right } = expression;
      if (operator === "&&" || operator === "||") return join([of(left), of(right)]);
      if (COMPARISONS.has(operator)) return "bool";
      if (INTEGER_OPERATORS.has(operator)) return "int";
      return resultType(operator, of(left), of(right));
    }
    case "conditional":
      return join([of(expression.yes), of(expression.no)]);
    case "call": {
      const callee = expression.callee.type === "ident" ? bindingOf(expression.callee) : undefined;
      return callee?.kind === "builtin" && callee.name === "len" ? "int" : "unknown";
    }
    default:
      return "unknown";
  }
}

const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);
/** They answer an integer or fail. */
const INTEGER_OPERATORS: ReadonlySet<string> = new Set(["%", "&", "|", "^", "&^", "<<", ">>"]);

function numeric(type: StaticType | undefined): StaticType | undefined {
  return type === undefined || type === "int" || type === "float" ? type : "unknown";
}

/** The type of `a + b` and the like. */
export function resultType(
  operator: string,
  a: StaticType | undefined,
  b: StaticType | undefined,
): StaticType | undefined {
  if (operator === "+" && a === "string") return "string";
  if (a === undefined) return undefined;
  if (numeric(a) === "unknown") return "unknown";
  if (b === undefined) return undefined;
  if (numeric(b) === "unknown") return "unknown";
  return a === "float" || b === "float" ? "float" : "int";
}
