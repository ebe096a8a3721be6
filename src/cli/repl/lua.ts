import { LlmspellError, type ScriptFrame } from "../../errors.ts";
import { errorOfAnswer } from "./error-of-answer.ts";
import type { ReplLanguage } from "./language.ts";
import { LUA_SCRIPT } from "./lua-script.ts";
import { type Token, namePathAt, stylesOf, tokenize } from "./tokens.ts";

const KEYWORDS = [
  "and",
  "break",
  "do",
  "else",
  "elseif",
  "end",
  "false",
  "for",
  "function",
  "goto",
  "if",
  "in",
  "local",
  "nil",
  "not",
  "or",
  "repeat",
  "return",
  "then",
  "true",
  "until",
  "while",
];
const KEYWORD_SET = new Set(KEYWORDS);

const TOKEN =
  /(?<comment>--\[(?<c>=*)\[.*?(?:\]\k<c>\]|$)|--[^\n]*)|(?<string>\[(?<s>=*)\[.*?(?:\]\k<s>\]|$)|"(?:\\.|[^"\\\n])*(?:"|$|(?=\n))|'(?:\\.|[^'\\\n])*(?:'|$|(?=\n)))|(?<number>0[xX][\da-fA-F.]+(?:[pP][+-]?\d+)?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_]\w*)|(?<symbol>\.\.\.|\.\.|[=~<>]=|\/\/|::|<<|>>|[^\s\w])/;

/** Lua at a prompt: an expression shows its value, and a `local` of the top level stays for the inputs that follow. */
export const luaRepl: ReplLanguage = {
  name: "lua",
  engine: "lua",
  title: "Lua 5.4",
  naming: "snake",
  nothing: "nil",
  keywords: KEYWORDS,
  script: LUA_SCRIPT,
  prepare: ({ text }) => ({ code: globalised(withoutPrint(text)), names: [] }),
  async isComplete(text, ask) {
    return (await ask({ task: "check", code: withoutPrint(text) })).incomplete !== true;
  },
  highlight: (text) => stylesOf(tokenizeLua(text)),
  pathAt: (text, cursor) => namePathAt(tokenizeLua(text), cursor, [".", ":"]),
  errorOf(answer) {
    const error = errorOfAnswer(answer);
    const syntax = /^(<[^>\n]*>|[^:\n]+):(\d+): (.*)$/s.exec(error.message);
    if (syntax && answer.trace === undefined && typeof answer.error === "string")
      return new LlmspellError("script.syntax", syntax[3] ?? "", {
        frames: [{ file: syntax[1] ?? "", line: Number(syntax[2]) }],
      });
    const frames = framesOfTrace(answer.trace ?? "");
    const message = syntax && frames.some(({ file }) => file === syntax[1]) ? (syntax[3] ?? "") : error.message;
    const at = syntax && message !== error.message ? [{ file: syntax[1] ?? "", line: Number(syntax[2]) }] : [];
    const isThere = at[0] && frames[0]?.file === at[0].file && frames[0].line === at[0].line;
    return LlmspellError.fromData({ ...error.toData(), message, frames: isThere ? frames : [...at, ...frames] });
  },
};

function tokenizeLua(text: string): Token[] {
  return tokenize(text, TOKEN, KEYWORD_SET);
}

/** `=x` shows a value, as in older Luas. */
function withoutPrint(text: string): string {
  return text.replace(/^(\s*)=(?!=)/, "$1 ");
}

const OPENING = new Set(["function", "do", "if", "repeat"]);
const CLOSING = new Set(["end", "until"]);

/** Makes the locals of the top level globals of the session; lines and columns stay. */
function globalised(text: string): string {
  const tokens = tokenizeLua(text).filter(({ kind }) => kind !== "comment");
  const edits: { start: number; end: number; text: string }[] = [];
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== "keyword") continue;
    if (OPENING.has(token.text)) depth += 1;
    else if (CLOSING.has(token.text)) depth -= 1;
    else if (token.text === "local" && depth === 0) edits.push(...globalise(tokens, index));
  }
  let code = "";
  let at = 0;
  for (const { start, end, text: replacement } of edits) {
    code += text.slice(at, start) + replacement;
    at = end;
  }
  return code + text.slice(at);
}

function globalise(tokens: readonly Token[], index: number): { start: number; end: number; text: string }[] {
  const { start, end } = tokens[index] as Token;
  // Without the semicolon, a line that begins with a bracket would go on with the one before.
  const edits = [{ start, end, text: index === 0 ? "     " : "    ;".slice(0, end - start) }];
  let at = index + 1;
  if (tokens[at]?.text === "function") return edits;
  let namesEnd: number | undefined;
  while (tokens[at]?.kind === "name") {
    namesEnd = (tokens[at] as Token).end;
    const [open, attribute, close] = tokens.slice(at + 1, at + 4);
    if (open?.text === "<" && attribute?.kind === "name" && close?.text === ">") {
      edits.push({ start: open.start, end: close.end, text: " ".repeat(close.end - open.start) });
      namesEnd = close.end;
      at += 3;
    }
    if (tokens[at + 1]?.text !== ",") break;
    at += 2;
  }
  if (namesEnd !== undefined && tokens[at + 1]?.text !== "=")
    edits.push({ start: namesEnd, end: namesEnd, text: " = nil" });
  return edits;
}

/** The lines of `debug.traceback` that lie in inputs. */
function framesOfTrace(trace: string): ScriptFrame[] {
  return trace.split("\n").flatMap((line) => {
    const match = /^\t(.+?):(\d+): in (.*)$/.exec(line);
    if (!match || match[1] === "<repl>" || match[1] === "[C]") return [];
    const name = /'([^']+)'/.exec(match[3] ?? "")?.[1];
    return [{ file: match[1] as string, line: Number(match[2]), ...(name === undefined ? {} : { name }) }];
  });
}
