import { LlmspellError } from "../../../errors.ts";
import type { AssignStmt, BinaryOperator, Block, CallExpr, Expr, FuncLit, Ident, IfStmt, Stmt } from "../syntax/ast.ts";
import type { Source } from "../syntax/problems.ts";
import type { StaticType } from "./code.ts";
import { inferTypes } from "./infer-types.ts";
import type { Binding, FunctionScope, Variable } from "./variable.ts";

/** What the compiler learns of a source before it writes a line. */
export interface Analysis {
  /** What each name means where it is used or defined. */
  bindings: ReadonlyMap<Ident, Binding>;
  scopes: ReadonlyMap<FuncLit, FunctionScope>;
  /** Modules that the source imports, with the place of the first import of each. */
  imports: ReadonlyMap<string, number>;
  types: ReadonlyMap<Variable, StaticType>;
  /** The module that a name always stands for, undefined for every other name. */
  moduleOf(ident: Ident): string | undefined;
  /** The variable that a name means; undefined for names of the host and builtins. */
  variableOf(ident: Ident): Variable | undefined;
  /** Variables that a statement, its inner functions included, assigns. */
  assignedIn(loop: Stmt): ReadonlySet<Variable>;
}

export interface Names {
  builtins: ReadonlySet<string>;
  /** Names that the host defines; undefined: not known, so that any name may be one. */
  host: ReadonlySet<string> | undefined;
  /** Of an input at a prompt: the names that earlier inputs defined. What it defines itself outside of blocks joins them. */
  session?: ReadonlySet<string>;
}

/** Most variables of enclosing functions that one function may use directly: Lua's limit is 255 upvalues. */
const MOST_FREE = 150;

/** Resolves names. Throws `script.syntax` for what Tengo's compiler refuses, in its words. */
export function analyze(source: Source, statements: readonly Stmt[], names: Names): Analysis {
  const analyzer = new Analyzer(source, names);
  analyzer.file(statements);
  return analyzer;
}

export function compileError(source: Source, at: number, message: string): LlmspellError {
  return new LlmspellError("script.syntax", message, { frames: [source.frame(at)], details: { phase: "compile" } });
}

/** A block of names. The names of the host and the builtins lie outside of the outermost. */
interface Scope {
  parent: Scope | undefined;
  function: FunctionScope;
  variables: Map<string, Variable>;
}

class Analyzer implements Analysis {
  readonly bindings = new Map<Ident, Binding>();
  readonly scopes = new Map<FuncLit, FunctionScope>();
  readonly imports = new Map<string, number>();
  types: ReadonlyMap<Variable, StaticType> = new Map();
  /** What is assigned to variables of which all values are known. */
  readonly #values = new Map<Variable, (Expr | undefined)[]>();
  readonly #source: Source;
  readonly #names: Names;
  readonly #session: Set<string> | undefined;
  readonly #assigned = new Map<Stmt, Set<Variable>>();
  /** Calls by the name of a function. */
  readonly #calls: { variable: Variable; args: readonly Expr[] }[] = [];
  /** Loops around the present place, outermost first, those outside of the present function too. */
  #loops: Stmt[] = [];
  /** Loops of the present function. */
  #loopDepth = 0;
  #scope: Scope = { parent: undefined, function: { parent: undefined, free: new Set() }, variables: new Map() };
  #nextId = 1;

  constructor(source: Source, names: Names) {
    this.#source = source;
    this.#names = names;
    this.#session = names.session && new Set(names.session);
  }

  assignedIn(loop: Stmt): ReadonlySet<Variable> {
    return this.#assigned.get(loop) ?? new Set();
  }

  variableOf(ident: Ident): Variable | undefined {
    const binding = this.bindings.get(ident);
    return binding?.kind === "variable" ? binding.variable : undefined;
  }

  moduleOf(ident: Ident): string | undefined {
    const variable = this.variableOf(ident);
    const [value] = (variable && this.#values.get(variable)) ?? [];
    return value?.type === "import" && variable?.assignments === 0 ? value.module : undefined;
  }

  file(statements: readonly Stmt[]): void {
    for (const statement of statements) this.#statement(statement);
    for (const scope of this.scopes.values()) spillFree(scope);
    this.#learnArguments();
    this.types = inferTypes(this.#values, (ident) => this.bindings.get(ident));
  }

  /** What parameters get is known of a function that is only called by its name; of any other nothing is. */
  #learnArguments(): void {
    const known = new Set<FuncLit>();
    for (const { variable, args } of this.#calls) {
      const { func, escapes, assignments } = variable;
      if (!func || escapes || assignments > 0) continue;
      known.add(func);
      for (const [index, param] of func.params.entries())
        this.#values.get(this.variableOf(param) as Variable)?.push(args[index]);
    }
    for (const literal of this.scopes.keys()) {
      if (known.has(literal)) continue;
      for (const param of literal.params) this.#values.get(this.variableOf(param) as Variable)?.push(undefined);
    }
  }

  #fail(at: number, message: string): never {
    throw compileError(this.#source, at, message);
  }

  // --- scopes ------------------------------------------------------------------------------------------------------

  #inBlock(body: () => void, scope: FunctionScope = this.#scope.function): void {
    const outer = this.#scope;
    this.#scope = { parent: outer, function: scope, variables: new Map() };
    body();
    this.#scope = outer;
  }

  /** Defines a variable; without a value one of which nothing is known. */
  #define(ident: Ident, value?: Expr): Variable {
    const variable: Variable = {
      name: ident.name,
      id: this.#nextId++,
      scope: this.#scope.function,
      captured: false,
      assignments: 0,
      assignedInside: false,
      grows: false,
      natural: false,
      spilled: false,
      func: undefined,
      escapes: false,
    };
    if (value) this.#values.set(variable, [value]);
    this.#scope.variables.set(ident.name, variable);
    this.bindings.set(ident, { kind: "variable", variable });
    return variable;
  }

  #find(name: string): Variable | undefined {
    for (let scope: Scope | undefined = this.#scope; scope; scope = scope.parent) {
      const variable = scope.variables.get(name);
      if (variable) return variable;
    }
    return undefined;
  }

  /** A use of a name; `called` when it is the function of a call that suits it. */
  #resolve(ident: Ident, called = false): Binding {
    const variable = this.#find(ident.name);
    if (variable && !called) variable.escapes = true;
    const binding = variable ? ({ kind: "variable", variable } as const) : this.#outer(ident);
    if (variable) this.#use(variable);
    this.bindings.set(ident, binding);
    return binding;
  }

  #outer({ name, at }: Ident): Binding {
    if (this.#session?.has(name) || this.#names.host?.has(name)) return { kind: "host", name };
    if (this.#names.builtins.has(name)) return { kind: "builtin", name };
    if (this.#names.host === undefined) return { kind: "host", name };
    return this.#fail(at, `unresolved reference '${name}'`);
  }

  #use(variable: Variable): void {
    const own = this.#scope.function;
    if (variable.scope === own) return;
    variable.captured = true;
    for (let scope: FunctionScope | undefined = own; scope && scope !== variable.scope; scope = scope.parent)
      scope.free.add(variable);
  }

  #assign(variable: Variable, value: Expr | undefined): void {
    variable.assignments += 1;
    this.#values.get(variable)?.push(value);
    if (variable.scope !== this.#scope.function) variable.assignedInside = true;
    for (const loop of this.#loops) this.#assigned.get(loop)?.add(variable);
  }

  // --- statements --------------------------------------------------------------------------------------------------

  #block({ statements }: Block): void {
    this.#inBlock(() => {
      for (const statement of statements) this.#statement(statement);
    });
  }

  #statement(statement: Stmt): void {
    switch (statement.type) {
      case "block":
        return this.#block(statement);
      case "expression":
        return this.#expression(statement.expression);
      case "assign":
        return this.#assignment(statement);
      case "increment":
        return this.#change(statement.target, statement.at, statement.by, { type: "int", at: statement.at, value: 1n });
      case "if":
        return this.#if(statement);
      case "for":
        return this.#inBlock(() => {
          if (statement.init) this.#statement(statement.init);
          this.#inLoop(statement, () => {
            if (statement.condition) this.#expression(statement.condition);
            this.#block(statement.body);
            if (statement.post) this.#statement(statement.post);
          });
        });
      case "for-in":
        return this.#inBlock(() => {
          this.#expression(statement.iterable);
          this.#inLoop(statement, () => {
            if (statement.key.name !== "_") this.#define(statement.key);
            if (statement.value && statement.value.name !== "_") this.#define(statement.value);
            this.#block(statement.body);
          });
        });
      case "break":
      case "continue":
        if (this.#loopDepth === 0) this.#fail(statement.at, `${statement.type} not allowed outside loop`);
        return;
      case "return":
        if (this.#scope.function.parent === undefined) this.#fail(statement.at, "return not allowed outside function");
        if (statement.value) this.#expression(statement.value);
        return;
      case "export":
        if (this.#scope.function.parent !== undefined) this.#fail(statement.at, "export not allowed inside function");
        return this.#expression(statement.value);
      case "empty":
        return;
    }
  }

  #if(first: IfStmt): void {
    const outer = this.#scope;
    for (let link: IfStmt | Block | undefined = first; link;) {
      if (link.type === "block") {
        this.#block(link);
        break;
      }
      // What the init defines is there in all that is behind `else`.
      if (link.init) {
        this.#scope = { parent: this.#scope, function: outer.function, variables: new Map() };
        this.#statement(link.init);
      }
      this.#expression(link.condition);
      this.#block(link.body);
      link = link.otherwise;
    }
    this.#scope = outer;
  }

  #inLoop(loop: Stmt, body: () => void): void {
    this.#assigned.set(loop, new Set());
    this.#loops.push(loop);
    this.#loopDepth += 1;
    body();
    this.#loopDepth -= 1;
    this.#loops.pop();
  }

  #assignment({ at, targets, values, operator }: AssignStmt): void {
    const [target, value] = [targets[0] as Expr, values[0] as Expr];
    if (targets.length > 1 || values.length > 1) this.#fail(at, "tuple assignment not allowed");
    if (operator === ":=") return this.#definition(at, target, value);
    if (operator === "=") {
      this.#checkTarget(target, at);
      this.#expression(value);
      this.#setTarget(target, value);
      if (target.type === "ident") this.#noteGrowth(target, value);
      return;
    }
    this.#change(target, at, operator, value);
    this.#expression(value);
  }

  #definition(at: number, target: Expr, value: Expr): void {
    if (target.type !== "ident") this.#fail(at, "operator ':=' not allowed with selector");
    if (this.#session && this.#scope.parent === undefined) return this.#sessionDefinition(target, value);
    if (this.#scope.variables.has(target.name)) this.#fail(at, `'${target.name}' redeclared in this block`);
    // A function may call itself by its name.
    if (value.type === "func") {
      this.#define(target, value).func = value;
      this.#expression(value);
    } else {
      this.#expression(value);
      this.#define(target, value);
    }
  }

  /** A name of the session may be defined anew; a function may call itself by it. */
  #sessionDefinition(target: Ident, value: Expr): void {
    if (value.type === "func") this.#session?.add(target.name);
    this.#expression(value);
    this.#session?.add(target.name);
    this.bindings.set(target, { kind: "host", name: target.name });
  }

  /** `x = append(x, ...)`, with Tengo's own `append`. */
  #noteGrowth(target: Ident, value: Expr): void {
    if (isGrowth(target, value, (ident) => this.bindings.get(ident))) {
      const binding = this.bindings.get(target);
      if (binding?.kind === "variable") binding.variable.grows = true;
    }
  }

  /** The variable at the root of what is assigned to must be there before the value is looked at. */
  #checkTarget(target: Expr, at: number): void {
    const root = rootOf(target);
    if (root.type !== "ident") this.#fail(at, "unresolved reference ''");
    else if (this.#resolveTarget(root, at).kind !== "variable" && target === root && !this.#session?.has(root.name))
      this.#fail(at, `cannot assign to '${root.name}': use := to define a variable of this name`);
  }

  #resolveTarget(root: Ident, at: number): Binding {
    if (
      this.#find(root.name) ||
      this.#session?.has(root.name) ||
      this.#names.builtins.has(root.name) ||
      this.#names.host?.has(root.name) !== false
    )
      return this.#resolve(root);
    return this.#fail(at, `unresolved reference '${root.name}'`);
  }

  /** Looks at the selectors of a target, and counts an assignment of a name. */
  #setTarget(target: Expr, value?: Expr): void {
    if (target.type === "ident") {
      const binding = this.bindings.get(target);
      if (binding?.kind === "variable") this.#assign(binding.variable, value);
      return;
    }
    if (target.type === "index") this.#expression(target.index);
    if (target.type === "index" || target.type === "selector")
      if (target.object.type !== "ident") this.#setTarget(target.object);
  }

  /** `x += ...`, `x++`: read, then assigned. */
  #change(target: Expr, at: number, operator: BinaryOperator, right: Expr): void {
    this.#checkTarget(target, at);
    if (target.type !== "ident") this.#expression(target);
    this.#setTarget(target, { type: "binary", at, operator, left: target, right, operatorAt: at });
  }

  // --- expressions -------------------------------------------------------------------------------------------------

  #expression(expression: Expr): void {
    switch (expression.type) {
      case "ident":
        this.#resolve(expression);
        return;
      case "func":
        return this.#func(expression);
      case "call":
        return this.#call(expression);
      case "index":
        this.#expression(expression.object);
        return this.#expression(expression.index);
      case "selector":
        return this.#expression(expression.object);
      case "slice":
        this.#expression(expression.object);
        if (expression.low) this.#expression(expression.low);
        if (expression.high) this.#expression(expression.high);
        return;
      case "array":
        for (const element of expression.elements) this.#expression(element);
        return;
      case "map":
        for (const { value } of expression.elements) this.#expression(value);
        return;
      case "unary":
        return this.#expression(expression.operand);
      case "binary":
        this.#expression(expression.left);
        return this.#expression(expression.right);
      case "conditional":
        this.#expression(expression.condition);
        this.#expression(expression.yes);
        return this.#expression(expression.no);
      case "error":
      case "immutable":
        return this.#expression(expression.value);
      case "import":
        if (expression.module === "") this.#fail(expression.at, "empty module name");
        if (!this.imports.has(expression.module)) this.imports.set(expression.module, expression.at);
    }
  }

  #call({ callee, args, spread }: CallExpr): void {
    if (callee.type === "ident") {
      const variable = this.#find(callee.name);
      const func = variable?.func;
      const suits = func !== undefined && !spread && !func.variadic && func.params.length === args.length;
      this.#resolve(callee, suits);
      if (variable && suits) this.#calls.push({ variable, args });
    } else this.#expression(callee);
    for (const arg of args) this.#expression(arg);
  }

  #func(literal: FuncLit): void {
    const scope: FunctionScope = { parent: this.#scope.function, free: new Set() };
    this.scopes.set(literal, scope);
    const outerDepth = this.#loopDepth;
    this.#loopDepth = 0;
    this.#inBlock(() => {
      for (const param of literal.params) this.#values.set(this.#define(param), []);
      this.#block(literal.body);
    }, scope);
    this.#loopDepth = outerDepth;
  }
}

/** Whether `target = value` is `x = append(x, ...)` with Tengo's own `append`. */
export function isGrowth(
  target: Ident,
  value: Expr,
  bindingOf: (ident: Ident) => Binding | undefined,
): value is CallExpr {
  if (value.type !== "call" || value.spread || value.callee.type !== "ident" || value.args.length < 2) return false;
  const [callee, first, list] = [bindingOf(value.callee), value.args[0] as Expr, bindingOf(target)];
  if (callee?.kind !== "builtin" || callee.name !== "append" || first.type !== "ident") return false;
  const own = bindingOf(first);
  return list?.kind === "variable" && own?.kind === "variable" && own.variable === list.variable;
}

function rootOf(target: Expr): Expr {
  let root = target;
  while (root.type === "index" || root.type === "selector") root = root.object;
  return root;
}

/** A function that uses too many outer variables gets some of them by their blocks' tables. */
function spillFree({ free }: FunctionScope): void {
  let direct = [...free].filter(({ spilled }) => !spilled).length;
  for (const variable of free) {
    if (direct <= MOST_FREE) return;
    if (variable.spilled) continue;
    variable.spilled = true;
    direct -= 1;
  }
}
