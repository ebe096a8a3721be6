import type { Problem } from "../config/problem.ts";
import { LlmspellError } from "../errors.ts";
import { renderError } from "./render-error.ts";

/** Each problem of a configuration as an error, with its line where it has one. */
export function renderProblems(problems: readonly Problem[]): string {
  return problems.map(renderProblem).join("");
}

function renderProblem({ message, hint, file, at, excerpt = "" }: Problem): string {
  const error = new LlmspellError("config.invalid", message, {
    ...(hint === undefined ? {} : { hint }),
    ...(file === undefined ? {} : { frames: [{ file, ...at }] }),
  });
  if (file === undefined || !at) return renderError(error);
  // The one line that may be shown, at its place.
  return renderError(error, { file, code: "\n".repeat(at.line - 1) + excerpt });
}
