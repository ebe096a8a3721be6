import { LlmspellError } from "../../errors.ts";

const TYPESCRIPT = /\.[mc]?ts$/;

export function isTypescript(file: string): boolean {
  return TYPESCRIPT.test(file);
}

/** Replaces types by spaces, so that lines and columns stay. A top-level `return` is allowed. Throws `script.syntax`. */
export function stripTypes(code: string, file: string): string {
  const { stripTypeScriptTypes } = process.getBuiltinModule("node:module");
  // Node warns at the first use that the function is experimental: nothing that the user of a spell could act on.
  const emit = process.emitWarning;
  process.emitWarning = () => {};
  try {
    return stripAround((text) => stripTypeScriptTypes(text, { mode: "strip" }), code);
  } catch (thrown) {
    throw syntaxError(thrown, code, file);
  } finally {
    process.emitWarning = emit;
  }
}

const MOST_RETURNS = 200;

/**
 * The parser knows only whole modules and refuses a top-level `return`: each one that it names is masked by a
 * statement of the same length, which stands in its place until the types are gone.
 */
function stripAround(strip: (text: string) => string, code: string): string {
  const masked: { at: number; mask: string }[] = [];
  let text = code;
  for (;;) {
    try {
      return masked.reduce((result, { at, mask }) => {
        if (!result.startsWith(mask, at)) throw new Error("the types of this script could not be removed");
        return `${result.slice(0, at)}return${result.slice(at + 6)}`;
      }, strip(text));
    } catch (thrown) {
      const at = /Return statement is not allowed/.test(String(thrown)) ? offsetOf(position(thrown, text), text) : -1;
      if (at < 0 || !text.startsWith("return", at) || masked.length === MOST_RETURNS) throw thrown;
      const bare = /^[^\S\n]*(?:[;}\n]|\/\/|$)/.test(text.slice(at + 6, at + 200));
      const mask = bare ? "$eturn" : "throw ";
      masked.push({ at, mask });
      text = `${text.slice(0, at)}${mask}${text.slice(at + 6)}`;
    }
  }
}

function offsetOf({ line, column }: { line?: number; column?: number }, text: string): number {
  if (line === undefined || column === undefined) return -1;
  const before = text.split("\n").slice(0, line - 1);
  return before.reduce((sum, l) => sum + l.length + 1, 0) + column - 1;
}

function syntaxError(thrown: unknown, code: string, file: string): LlmspellError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new LlmspellError("script.syntax", message.split("\n")[0] ?? "invalid TypeScript", {
    frames: [{ file, ...position(thrown, code) }],
    cause: thrown,
  });
}

/** Node puts the position, if at all, as `file:line` before the source line with its carets on top of the stack. */
function position(thrown: unknown, code: string): { line?: number; column?: number } {
  const { stack = "" } = thrown as { stack?: string };
  const lines = stack.split("\n");
  const line = Number(/:(\d+)$/.exec(lines[0] ?? "")?.[1]);
  if (!Number.isInteger(line) || line < 1 || line > code.split("\n").length) return {};
  const carets = lines.slice(1, 4).find((text) => /^\s*\^+\s*$/.test(text));
  return carets === undefined ? { line } : { line, column: carets.indexOf("^") + 1 };
}
