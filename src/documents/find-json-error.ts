const LITERALS = ["true", "false", "null"];
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;

/** Where a text stops being JSON, as an offset in UTF-16 units, and what was expected there. For text that JSON.parse refuses. */
export function findJsonError(text: string): { offset: number; problem: string } {
  const open: ("[" | "{")[] = [];
  let at = skip(text, 0);
  let expectKey = false;
  for (;;) {
    if (expectKey) {
      if (text[at] !== '"') return problemAt(text, at, "expected a key in double quotes");
      const key = scanString(text, at);
      if ("problem" in key) return problemAt(text, key.offset, key.problem);
      at = skip(text, key.end);
      if (text[at] !== ":") return problemAt(text, at, 'expected ":" after a key');
      at = skip(text, at + 1);
    }
    const char = text[at];
    if (char === "{" || char === "[") {
      at = skip(text, at + 1);
      if (text[at] !== (char === "{" ? "}" : "]")) {
        open.push(char);
        expectKey = char === "{";
        continue;
      }
      at += 1;
    } else if (char === '"') {
      const string = scanString(text, at);
      if ("problem" in string) return problemAt(text, string.offset, string.problem);
      at = string.end;
    } else {
      const end = scalarEnd(text, at);
      if (end === undefined) return problemAt(text, at, "expected a value");
      at = end;
    }
    for (;;) {
      at = skip(text, at);
      const inside = open.at(-1);
      if (inside === undefined) return problemAt(text, at, "expected the end");
      if (text[at] === ",") break;
      if (text[at] !== (inside === "{" ? "}" : "]"))
        return problemAt(text, at, `expected "," or "${inside === "{" ? "}" : "]"}"`);
      open.pop();
      at += 1;
    }
    at = skip(text, at + 1);
    expectKey = open.at(-1) === "{";
  }
}

function problemAt(text: string, offset: number, problem: string): { offset: number; problem: string } {
  const found = offset >= text.length ? "the text ends" : `found ${JSON.stringify(text.slice(offset, offset + 12))}`;
  return { offset, problem: `${problem}, ${found}` };
}

/** Offset after the string that starts at `at`, or where and why it is none. */
function scanString(text: string, at: number): { end: number } | { offset: number; problem: string } {
  let offset = at + 1;
  for (; offset < text.length; offset++) {
    const char = text[offset] as string;
    if (char === '"') return { end: offset + 1 };
    if (char < " ") return { offset, problem: "a string has a control character" };
    if (char !== "\\") continue;
    const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
    const end = match(escape, text, offset);
    if (end === undefined) return { offset, problem: "a string has a wrong escape" };
    offset = end - 1;
  }
  return { offset, problem: "a string does not end" };
}

function scalarEnd(text: string, at: number): number | undefined {
  const literal = LITERALS.find((word) => text.startsWith(word, at));
  if (literal) return at + literal.length;
  return match(NUMBER, text, at);
}

function skip(text: string, at: number): number {
  return match(SPACE, text, at) ?? at;
}

function match(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
