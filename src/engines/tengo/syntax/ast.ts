/** Syntax trees. `at` is the offset in the source that errors of the node name. */

export interface Ident {
  type: "ident";
  at: number;
  name: string;
}

export interface FuncLit {
  type: "func";
  at: number;
  params: readonly Ident[];
  /** The last parameter takes the rest of the arguments. */
  variadic: boolean;
  body: Block;
}

export interface MapElement {
  at: number;
  key: string;
  value: Expr;
}

export interface CallExpr {
  type: "call";
  at: number;
  callee: Expr;
  args: readonly Expr[];
  /** The last argument's elements are the last arguments. */
  spread: boolean;
}

export interface IndexExpr {
  type: "index";
  at: number;
  object: Expr;
  index: Expr;
}

export interface SelectorExpr {
  type: "selector";
  at: number;
  object: Expr;
  name: string;
  nameAt: number;
}

export type Expr =
  | Ident
  | FuncLit
  | CallExpr
  | IndexExpr
  | SelectorExpr
  | { type: "int"; at: number; value: bigint }
  | { type: "float"; at: number; value: number }
  | { type: "char"; at: number; value: number }
  /** The bytes of the string, one a character: Tengo's strings need not be UTF-8. */
  | { type: "string"; at: number; value: string }
  | { type: "bool"; at: number; value: boolean }
  | { type: "undefined"; at: number }
  | { type: "array"; at: number; elements: readonly Expr[] }
  | { type: "map"; at: number; elements: readonly MapElement[] }
  | { type: "unary"; at: number; operator: "-" | "+" | "!" | "^"; operand: Expr }
  | { type: "binary"; at: number; operator: BinaryOperator; left: Expr; right: Expr; operatorAt: number }
  | { type: "conditional"; at: number; condition: Expr; yes: Expr; no: Expr }
  | { type: "slice"; at: number; object: Expr; low: Expr | undefined; high: Expr | undefined }
  | { type: "error" | "immutable"; at: number; value: Expr }
  | { type: "import"; at: number; module: string }
  /** What did not parse; an error was reported. */
  | { type: "bad"; at: number };

export type BinaryOperator =
  | "||"
  | "&&"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "&"
  | "|"
  | "^"
  | "&^"
  | "<<"
  | ">>";

export interface Block {
  type: "block";
  at: number;
  statements: readonly Stmt[];
}

export interface AssignStmt {
  type: "assign";
  at: number;
  targets: readonly Expr[];
  values: readonly Expr[];
  /** `:=`, `=` or the operator before the `=`. */
  operator: ":=" | "=" | BinaryOperator;
}

export interface IfStmt {
  type: "if";
  at: number;
  init: Stmt | undefined;
  condition: Expr;
  body: Block;
  otherwise: IfStmt | Block | undefined;
}

export interface ForStmt {
  type: "for";
  at: number;
  init: Stmt | undefined;
  condition: Expr | undefined;
  post: Stmt | undefined;
  body: Block;
}

export interface ForInStmt {
  type: "for-in";
  at: number;
  key: Ident;
  value: Ident | undefined;
  iterable: Expr;
  body: Block;
}

export type Stmt =
  | Block
  | AssignStmt
  | IfStmt
  | ForStmt
  | ForInStmt
  | { type: "expression"; at: number; expression: Expr }
  | { type: "increment"; at: number; target: Expr; by: "+" | "-" }
  | { type: "return"; at: number; value: Expr | undefined }
  | { type: "export"; at: number; value: Expr }
  | { type: "break" | "continue"; at: number; label: Ident | undefined }
  | { type: "empty"; at: number };
