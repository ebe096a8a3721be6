import { statSync } from "node:fs";
import path from "node:path";
import { EXIT, LlmspellError } from "../../errors.ts";
import { colors } from "../colors.ts";
import { formatNumberOf } from "../figures.ts";
import { editorProject } from "../layout/editor-project.ts";
import type { LaidFile } from "../layout/laid-file.ts";
import { layOut } from "../layout/lay-out.ts";
import { showFiles, showProblems } from "../layout/show-files.ts";
import { jsonText } from "../result.ts";

export interface TypesOptions {
  check?: boolean;
  force?: boolean;
  json?: boolean;
}

/** `llmspell types [FOLDER]`: declarations and settings for editors. With `check`, exit code 1 when some are out of date. */
export async function typesCommand(folder: string, options: TypesOptions): Promise<void> {
  if (!isFolder(folder)) {
    throw new LlmspellError("usage.invalid", `${folder} is no folder`, {
      hint: "Name the folder that has the spells.",
    });
  }
  const { files, found } = await editorProject(folder);
  const laid = layOut(folder, files, options);
  const stale = laid.filter(({ outcome }) => outcome === "stale");
  if (options.json) {
    const spells = found.spells.map(({ name }) => name);
    const problems = found.problems.map((problem) => problem.toData());
    process.stdout.write(jsonText({ ok: stale.length === 0, files: laid, spells, problems }));
  } else {
    showProblems(found.problems);
    showFiles(laid.map((file) => ({ ...file, path: path.join(folder, file.path) })));
    process.stdout.write(`${summary(laid, found.spells.length)}\n`);
  }
  if (stale.length > 0) process.exitCode = EXIT.script;
}

function summary(laid: readonly LaidFile[], spells: number): string {
  const { bold } = colors(process.stdout);
  const typed = spells === 0 ? "" : ` Parameters of ${formatNumberOf(spells, "spell")} are typed.`;
  if (laid.some(({ outcome }) => outcome === "stale")) return `${bold("Out of date")}: run llmspell types.`;
  const changed = laid.some(({ outcome }) => outcome !== "unchanged" && outcome !== "kept");
  return `${bold(changed ? "Types are written" : "Types are up to date")}.${typed}`;
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
