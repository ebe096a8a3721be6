/** A module that a script names in its own text. */
export interface NamedModule {
  name: string;
  /** From 1. */
  line: number;
}

const LONG_BRACKET = /\[(=*)\[/y;
const WORD = /[A-Za-z_]\w*/y;
const STRING = /(["'])((?:\\[^]|(?!\1)[^\\\n])*)\1/y;

/**
 * The modules that a script loads for sure: `require "name"` outside of any block. What stands in a function or a
 * condition may never run, or be meant to fail. The source must parse.
 */
export function topLevelRequires(source: string): NamedModule[] {
  const found: NamedModule[] = [];
  let depth = 0;
  let at = 0;
  /** The token before: `require`, then perhaps `(`. */
  let before = "";
  const read = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match) at = pattern.lastIndex;
    return match;
  };
  const skipLong = (): boolean => {
    const open = read(LONG_BRACKET);
    if (!open) return false;
    const end = source.indexOf(`]${open[1]}]`, at);
    at = end < 0 ? source.length : end + 2 + (open[1] as string).length;
    return true;
  };
  while (at < source.length) {
    if (source.startsWith("--", at)) {
      at += 2;
      if (skipLong()) continue;
      const end = source.indexOf("\n", at);
      at = end < 0 ? source.length : end;
      continue;
    }
    const start = at;
    if (skipLong()) {
      before = "";
      continue;
    }
    const word = read(WORD)?.[0];
    if (word !== undefined) {
      if (/^(?:function|do|if|repeat)$/.test(word)) depth += 1;
      else if (/^(?:end|until)$/.test(word)) depth -= 1;
      before =
        word === "require" && !/(?:^|[^.])[.:]\s*$/.test(source.slice(Math.max(0, start - 20), start)) ? "require" : "";
      continue;
    }
    const text = read(STRING);
    if (text) {
      const name = text[2] as string;
      const whole = before === "require" || /^\s*\)/.test(source.slice(at, at + 200));
      if (before !== "" && whole && depth === 0 && !name.includes("\\"))
        found.push({ name, line: source.slice(0, start).split("\n").length });
      before = "";
      continue;
    }
    const character = source[at] as string;
    if (!/\s/.test(character)) before = character === "(" && before === "require" ? "require(" : "";
    at += 1;
  }
  return found;
}
