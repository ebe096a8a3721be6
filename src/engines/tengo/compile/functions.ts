import type { FuncLit, Ident } from "../syntax/ast.ts";
import type { Analysis } from "./analyze.ts";
import { MOST_ARGUMENTS } from "./lua-limits.ts";
import type { LuaWriter } from "./lua-writer.ts";
import { positionMark } from "./positions.ts";
import type { StatementWriter } from "./statements.ts";
import type { Variable } from "./variable.ts";

/** Writes functions, with the checks of how many arguments they get. */
export class FunctionWriter {
  readonly #writer: LuaWriter;
  readonly #analysis: Analysis;
  readonly #statements: StatementWriter;

  constructor(writer: LuaWriter, analysis: Analysis, statements: StatementWriter) {
    this.#writer = writer;
    this.#analysis = analysis;
    this.#statements = statements;
  }

  /** A function as a Lua expression. `checked`: it may be called with a wrong number of arguments. */
  write(literal: FuncLit, checked: boolean): string {
    const { value: head, lines } = this.#writer.inFunction(literal, () => this.#body(literal, checked));
    return `${head} ${lines.join(" ")} end`;
  }

  /** Writes the body; answers the head: `function(...)`. */
  #body(literal: FuncLit, checked: boolean): string {
    const { params, variadic, body, at } = literal;
    const fixed = variadic ? params.slice(0, -1) : params;
    let head = "";
    this.#writer.inBlock(at, () => {
      const many = fixed.length > MOST_ARGUMENTS;
      const names = fixed.map((param) => this.#declareParam(param, many, at));
      const check = `${this.#writer.rt("arity")}(${fixed.length}, ${variadic}`;
      if (many) {
        this.#writer.takeLocals(1, at);
        head = "function(...)";
        const list = this.#writer.unique("p");
        this.#writer.line(`local ${list} = ${this.#writer.rt("parameters")}(${fixed.length}, ${variadic}, ...)`);
        for (const [index, { name }] of names.entries()) this.#writer.line(`${name} = ${list}[${index + 1}]`);
      } else {
        const plain = names.map(({ name, local }, index) => (local ? name : `p${index}`));
        const last = plain.at(-1);
        head = `function(${[...plain, variadic ? "..." : "X"].join(", ")})`;
        const tooFew = last === undefined ? [] : [`${last} == nil`];
        const tests = !checked ? [] : variadic ? tooFew : [...tooFew, "X ~= nil"];
        if (tests.length > 0)
          this.#writer.open(
            positionMark(-2) +
              `if ${tests.join(" or ")} then ${[check, ...plain, ...(variadic ? [] : ["X"])].join(", ")}) end`,
          );
        this.#writer.takeLocals(1, at);
        for (const [index, { name, local }] of names.entries()) if (!local) this.#writer.line(`${name} = p${index}`);
      }
      if (variadic) {
        const { name, local } = this.#declareParam(params.at(-1) as Ident, false, at);
        const rest = many
          ? `${this.#writer.rt("rest_after")}(${fixed.length}, ...)`
          : `${this.#writer.rt("rest")}(...)`;
        this.#writer.line(`${local ? "local " : ""}${name} = ${rest}`);
      }
      this.#statements.statements(body);
      this.#writer.line(`return ${this.#writer.rt("U")}`);
    });
    return head;
  }

  #declareParam(param: Ident, many: boolean, at: number): { name: string; local: boolean } {
    const variable = this.#analysis.variableOf(param) as Variable;
    if (many) variable.spilled = true;
    return this.#writer.declare(variable, at);
  }
}
