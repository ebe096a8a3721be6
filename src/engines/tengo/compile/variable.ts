import type { FuncLit } from "../syntax/ast.ts";

/** A function of the source, or the source as a whole. */
export interface FunctionScope {
  parent: FunctionScope | undefined;
  /** Variables of enclosing functions that it or a function inside it uses. */
  free: Set<Variable>;
}

/** A variable of the script, with what the compiler must know of its uses. */
export interface Variable {
  name: string;
  /** Unique in the source: what the Lua name ends with. */
  id: number;
  scope: FunctionScope;
  /** Used in a function inside the one that it belongs to. */
  captured: boolean;
  /** How often it is assigned after its definition, and whether by a function inside. */
  assignments: number;
  assignedInside: boolean;
  /** `x = append(x, ...)` occurs: the list grows in place while nothing else can hold it. */
  grows: boolean;
  /** It holds integers from 0 on: it counts a loop. */
  natural: boolean;
  /** It lives in its block's table instead of a Lua local. */
  spilled: boolean;
  /** The function that defines it. */
  func: FuncLit | undefined;
  /** It is used otherwise than by calls with the right number of arguments. */
  escapes: boolean;
}

/** What a name means at one place. */
export type Binding = { kind: "variable"; variable: Variable } | { kind: "host" | "builtin"; name: string };
