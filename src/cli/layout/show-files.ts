import path from "node:path";
import type { LlmspellError } from "../../errors.ts";
import { colors } from "../colors.ts";
import { renderError } from "../render-error.ts";
import type { LaidFile } from "./lay-out.ts";

/** Lists on stdout what was written, and on stderr what was left as it is. */
export function showFiles(folder: string, files: readonly LaidFile[]): void {
  const { dim } = colors(process.stdout);
  const { yellow } = colors(process.stderr);
  for (const { path: file, outcome, advice } of files) {
    const shown = path.join(folder, file);
    if (advice !== undefined) process.stderr.write(`${yellow("kept")} ${shown}: ${advice}\n`);
    else if (outcome !== "unchanged") process.stdout.write(`${dim(outcome.padEnd(7))} ${shown}\n`);
  }
}

export function showProblems(problems: readonly LlmspellError[]): void {
  for (const problem of problems) process.stderr.write(renderError(problem));
}
