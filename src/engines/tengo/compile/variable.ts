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
  /** It lives in its block's table instead of a Lua local. */
  spilled: boolean;
  /** The literal that defines it, where it is never assigned again: calls by name of itself are known. */
  func: object | undefined;
}

/** What a name means at one place. */
export type Binding = { kind: "variable"; variable: Variable } | { kind: "host" | "builtin"; name: string };
