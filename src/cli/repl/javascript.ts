import type * as Acorn from "acorn";
import { createRequire } from "node:module";
import { stripTypes } from "../../engines/javascript/typescript.ts";
import { LlmspellError, type ScriptFrame } from "../../errors.ts";
import { errorOfAnswer } from "./error-of-answer.ts";
import { JAVASCRIPT_SCRIPT } from "./javascript-script.ts";
import type { PreparedInput, ReplInput, ReplLanguage } from "./language.ts";
import { rewriteInput } from "./rewrite-input.ts";
import { type Token, namePathAt, stylesOf, tokenize } from "./tokens.ts";

const KEYWORDS = [
  "async",
  "await",
  "break",
  "case",
  "catch",
  "class",
  "const",
  "continue",
  "debugger",
  "default",
  "delete",
  "do",
  "else",
  "export",
  "extends",
  "false",
  "finally",
  "for",
  "from",
  "function",
  "if",
  "import",
  "in",
  "instanceof",
  "let",
  "new",
  "null",
  "of",
  "return",
  "static",
  "super",
  "switch",
  "this",
  "throw",
  "true",
  "try",
  "typeof",
  "undefined",
  "var",
  "void",
  "while",
  "with",
  "yield",
];
const TYPE_KEYWORDS = ["as", "declare", "implements", "interface", "keyof", "readonly", "satisfies", "type"];

const TOKEN =
  /(?<comment>\/\*.*?(?:\*\/|$)|\/\/[^\n]*)|(?<string>"(?:\\.|[^"\\\n])*(?:"|$|(?=\n))|'(?:\\.|[^'\\\n])*(?:'|$|(?=\n))|`(?:\\.|[^`\\])*(?:`|$)|(?<=(?:^|[=(,:;!&|?{}[]|\breturn)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*)|(?<number>0[xXbBoO][\da-fA-F_]+n?|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?n?)|(?<name>[\p{ID_Start}$_#][\p{ID_Continue}$]*)|(?<symbol>\.\.\.|\?\.|=>|[^\s\p{ID_Continue}])/u;

/** The file that QuickJS names for evaluated code. */
const EVALUATED = "<input>";

export const javascriptRepl = languageOf("js", "JavaScript", KEYWORDS, (text) => text);
export const typescriptRepl = languageOf("ts", "TypeScript", [...KEYWORDS, ...TYPE_KEYWORDS], strip);

/**
 * JavaScript at a prompt: an input is the body of an async function, so that `await` works; what it declares at the top
 * becomes a global, and its last expression is its value.
 */
function languageOf(
  name: string,
  title: string,
  keywords: readonly string[],
  toJavascript: (text: string, file: string) => string,
): ReplLanguage {
  const keywordSet = new Set(keywords);
  const tokens = (text: string): Token[] => tokenize(text, TOKEN, keywordSet);
  return {
    name,
    engine: "javascript",
    title,
    naming: "camel",
    nothing: "undefined",
    // What the host answers nothing to is null.
    isNoise: (input, shown) => shown === "null" && /\)\s*;?\s*$/.test(input),
    keywords,
    script: JAVASCRIPT_SCRIPT,
    prepare: (input) => prepare(input, toJavascript),
    isComplete: (text) => isComplete(text, toJavascript),
    highlight: (text) => stylesOf(tokens(text)),
    pathAt: (text, cursor) => namePathAt(tokens(text), cursor, [".", "?."]),
    errorOf: errorOfAnswer,
    locate,
  };
}

function prepare(input: ReplInput, toJavascript: (text: string, file: string) => string): PreparedInput {
  const { program, source } = parseInput(input.text, input.name, toJavascript);
  const { code, ahead, names, columnOf } = rewriteInput(program, source);
  // Lines count on from input to input: a line of any of them says which one it belongs to.
  return { code: `${"\n".repeat(input.firstLine - 1)}(async()=>{${ahead}\n${code}\n})()`, names, columnOf };
}

function isComplete(text: string, toJavascript: (text: string, file: string) => string): boolean {
  try {
    parseInput(text, "", toJavascript);
    return true;
  } catch (thrown) {
    const { message, details, frames } = thrown as LlmspellError;
    // Node's parser of TypeScript knows no column for the end of the text.
    const atEnd = details?.atEnd === true || frames?.[0]?.column === undefined;
    return !atEnd && !/^Unterminated (?:template|comment)/.test(message);
  }
}

interface ParsedInput {
  program: Acorn.Program;
  source: string;
}

/** An object literal is meant where a block could stand too. */
function parseInput(text: string, file: string, toJavascript: (text: string, file: string) => string): ParsedInput {
  if (/^\s*\{[^]*\}\s*$/.test(text)) {
    try {
      // In brackets, and yet no column moves but the first one.
      return parse(toJavascript(`(${text}\n)`, file), file);
    } catch {
      // A block after all.
    }
  }
  return parse(toJavascript(text, file), file);
}

function parse(source: string, file: string): ParsedInput {
  // Loaded at first need: the prompt stands before.
  const acorn = createRequire(import.meta.url)("acorn") as typeof Acorn;
  try {
    const program = acorn.parse(source, {
      ecmaVersion: "latest",
      sourceType: "script",
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      allowImportExportEverywhere: true,
    });
    return { program, source };
  } catch (thrown) {
    const { message, loc, pos = 0 } = thrown as SyntaxError & { loc?: { line: number; column: number }; pos?: number };
    throw new LlmspellError("script.syntax", message.replace(/ \(\d+:\d+\)$/, ""), {
      frames: [loc ? { file, line: loc.line, column: loc.column + 1 } : { file }],
      details: { atEnd: pos >= source.trimEnd().length },
    });
  }
}

function strip(text: string, file: string): string {
  return stripTypes(text, file);
}

/** A frame in evaluated code, in terms of the input that its line belongs to. */
function locate(frame: ScriptFrame, inputs: readonly ReplInput[]): ScriptFrame | undefined {
  if (frame.file !== EVALUATED) return frame;
  const { line, column } = frame;
  // An import that failed has no line.
  if (line === undefined) return { ...frame, file: inputs.at(-1)?.name ?? frame.file };
  const input = inputs.findLast(({ firstLine }) => firstLine < line);
  if (!input) return undefined;
  const own = line - input.firstLine;
  // What lies behind its end is the function around it.
  if (own > input.text.split("\n").length) return undefined;
  const at = column === undefined ? {} : { column: input.columnOf?.(own, column) ?? column };
  return { ...frame, ...at, file: input.name, line: own };
}
