import type { Stmt } from "../syntax/ast.ts";
import type { Source } from "../syntax/problems.ts";
import type { Analysis } from "./analyze.ts";
import { ExpressionWriter } from "./expressions.ts";
import { FunctionWriter } from "./functions.ts";
import { LuaWriter } from "./lua-writer.ts";
import type { SourceKind } from "./source-kind.ts";
import { StatementWriter } from "./statements.ts";

/**
 * The Lua source of an analyzed source. A module returns what it exports as an immutable value; an input returns the value of
 * its last expression.
 */
export function emit(
  source: Source,
  script: readonly Stmt[],
  analysis: Analysis,
  kind: SourceKind,
): ReturnType<LuaWriter["finish"]> {
  const writer = new LuaWriter(source);
  const expressions: ExpressionWriter = new ExpressionWriter(writer, analysis, (literal, checked) =>
    functions.write(literal, checked),
  );
  const statements: StatementWriter = new StatementWriter(writer, analysis, expressions, kind);
  const functions: FunctionWriter = new FunctionWriter(writer, analysis, statements);
  const last = kind === "input" ? script.findLast(({ type }) => type !== "empty") : undefined;
  for (const statement of script) statements.statement(statement === last ? asExport(statement) : statement);
  if (kind === "module") writer.line(`return ${writer.rt("U")}`);
  return writer.finish(kind === "input" ? "session" : "host");
}

function asExport(statement: Stmt): Stmt {
  return statement.type === "expression"
    ? { type: "export", at: statement.at, value: statement.expression }
    : statement;
}
