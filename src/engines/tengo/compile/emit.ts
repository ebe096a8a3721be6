import type { Stmt } from "../syntax/ast.ts";
import type { Source } from "../syntax/problems.ts";
import type { Analysis } from "./analyze.ts";
import { ExpressionWriter } from "./expressions.ts";
import { FunctionWriter } from "./functions.ts";
import { LuaWriter } from "./lua-writer.ts";
import { StatementWriter } from "./statements.ts";

/** The Lua source of an analyzed script. As a `module` it returns what it exports as an immutable value. */
export function emit(
  source: Source,
  script: readonly Stmt[],
  analysis: Analysis,
  module: boolean,
): ReturnType<LuaWriter["finish"]> {
  const writer = new LuaWriter(source);
  const expressions: ExpressionWriter = new ExpressionWriter(writer, analysis, (literal, checked) =>
    functions.write(literal, checked),
  );
  const statements: StatementWriter = new StatementWriter(writer, analysis, expressions, module);
  const functions: FunctionWriter = new FunctionWriter(writer, analysis, statements);
  for (const statement of script) statements.statement(statement);
  if (module) writer.line(`return ${writer.rt("U")}`);
  return writer.finish();
}
