import { LlmspellError } from "../errors.ts";

/** What is wrong with a workflow, and where: names and positions from the workflow inwards. */
export interface Problem {
  path: readonly PropertyKey[];
  message: string;
  code: "workflow.invalid" | "workflow.cycle" | "workflow.missing_step" | "workflow.template" | "workflow.limit";
}

/** All problems of a workflow as one error, with the code of the first. */
export function problemsError(workflow: string, problems: readonly Problem[]): LlmspellError {
  const [first] = problems as readonly [Problem];
  const lines = problems.slice(0, 20).map(({ path, message }) => `${placeOf(path)}${message}`);
  const message =
    problems.length === 1
      ? `workflow "${workflow}": ${lines[0]}`
      : `workflow "${workflow}" has ${problems.length} problems:\n${lines.map((line) => `  ${line}`).join("\n")}`;
  return new LlmspellError(first.code, message, {
    details: { workflow, problems: problems.map(({ path, ...rest }) => ({ ...rest, path: path.map(String) })) },
  });
}

function placeOf(path: readonly PropertyKey[]): string {
  const text = path
    .map((part, index) => (typeof part === "number" ? `[${part + 1}]` : `${index > 0 ? "." : ""}${String(part)}`))
    .join("");
  return text === "" ? "" : `${text}: `;
}
