import path from "node:path";
import type { LlmspellError } from "../../errors.ts";
import { formatNumberOf } from "../figures.ts";
import { colors } from "../colors.ts";
import { renderError } from "../render-error.ts";
import type { LaidFile } from "./laid-file.ts";

/** Generated files, listed as one. */
const GENERATED = "/.llmspell/";

/** Lists on stdout what was written, and on stderr what was left as it is. */
export function showFiles(files: readonly LaidFile[]): void {
  const { dim } = colors(process.stdout);
  const { yellow } = colors(process.stderr);
  const generated = new Map<string, number>();
  for (const { path: file, outcome, advice } of files) {
    if (advice !== undefined) process.stderr.write(`${yellow("kept")} ${file}: ${advice}\n`);
    if (advice !== undefined || outcome === "unchanged") continue;
    const at = `/${file.replaceAll(path.sep, "/")}`.indexOf(GENERATED);
    const line = `${dim(outcome.padEnd(7))} ${at < 0 ? file : file.slice(0, at + GENERATED.length - 1)}`;
    if (at < 0) process.stdout.write(`${line}\n`);
    else generated.set(line, (generated.get(line) ?? 0) + 1);
  }
  for (const [line, count] of generated) process.stdout.write(`${line} (${formatNumberOf(count, "file")})\n`);
}

export function showProblems(problems: readonly LlmspellError[]): void {
  for (const problem of problems) process.stderr.write(renderError(problem));
}
