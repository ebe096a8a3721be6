import { readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import type { LlmspellError, ScriptFrame } from "../errors.ts";
import { colors } from "./colors.ts";
import { printable } from "./printable.ts";

/** The script that failed: its shown name, its text, and the folder of its modules. */
export interface ShownSource {
  file: string;
  code: string;
  folder?: string;
}

/** What to do about errors of VMs, which know no flags. */
const HINTS: Readonly<Record<string, string>> = { "limit.memory": "Raise it with --memory or limits.memory." };

const MOST_FRAMES = 8;
const MAX_SOURCE_BYTES = 10 * 1024 * 1024;

/**
 * An error as a user reads it: what, where (the source line with a caret), what to do. Ends with a newline.
 *
 *     error[script.error]: attempt to call a nil value (global 'foo')
 *       --> spell.lua:3
 *        |
 *      3 | foo()
 *        | ^
 *     hint: ...
 */
export function renderError(error: LlmspellError, source?: ShownSource): string {
  const { bold, dim, red, cyan } = colors(process.stderr);
  const lines = [`${red(bold(`error[${printable(error.code)}]`))}: ${bold(printable(error.message))}`];
  const frames = error.frames ?? [];
  const first = frames[0];
  if (first) {
    lines.push(`  ${cyan("-->")} ${position(first)}`);
    lines.push(...excerpt(first, source).map((line) => `  ${line}`));
  }
  for (const frame of frames.slice(1, MOST_FRAMES))
    lines.push(dim(`   at ${frame.name ? `${printable(frame.name)} ` : ""}(${position(frame)})`));
  if (frames.length > MOST_FRAMES) lines.push(dim(`   ... ${frames.length - MOST_FRAMES} more`));
  const hint = error.hint ?? HINTS[error.code];
  if (hint) lines.push(`${cyan("hint")}: ${printable(hint)}`);
  return `${lines.join("\n")}\n`;
}

function position({ file, line, column }: ScriptFrame): string {
  return [printable(file), line, column].filter((part) => part !== undefined).join(":");
}

/** The line of source that a frame names, with a caret under the column, or under its first character. */
function excerpt({ file, line, column, text: given }: ScriptFrame, source?: ShownSource): string[] {
  if (line === undefined) return [];
  const text = given ?? sourceOf(file, source)?.split(/\r?\n/)[line - 1];
  if (text === undefined || text.trim() === "") return [];
  const shown = printable(text.replaceAll("\t", " ").slice(0, 160));
  const at = column === undefined ? shown.length - shown.trimStart().length : Math.min(column - 1, shown.length);
  const gutter = String(line).length;
  return [`${" ".repeat(gutter)} |`, `${line} | ${shown}`, `${" ".repeat(gutter)} | ${" ".repeat(at)}^`];
}

/** Scripts choose what their frames name: only the script itself and what lies in its folder is shown. */
function sourceOf(file: string, source?: ShownSource): string | undefined {
  if (source?.file === file) return source.code;
  if (source?.folder === undefined) return undefined;
  try {
    const real = realpathSync(file);
    const stat = statSync(real);
    const isInside = real.startsWith(path.join(realpathSync(source.folder), path.sep));
    return isInside && stat.isFile() && stat.size <= MAX_SOURCE_BYTES ? readFileSync(real, "utf8") : undefined;
  } catch {
    return undefined;
  }
}
