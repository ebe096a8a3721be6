/** What `parseLenient` answers when there is no value at all. */
export const NO_VALUE = Symbol("llmspell.noValue");

const MAX_DEPTH = 256;
const LITERALS: Readonly<Record<string, unknown>> = {
  true: true,
  True: true,
  TRUE: true,
  false: false,
  False: false,
  FALSE: false,
  null: null,
  None: null,
  NULL: null,
  undefined: null,
  NaN: null,
  Infinity: null,
};
const CLOSERS: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "`": "`",
  "\u201c": "\u201d",
  "\u2018": "\u2019",
};
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", "\n": "" };

/**
 * Reads JSON as models write it: trailing and missing commas, single or typographic quotes, bare keys, comments, Python
 * and JavaScript literals, raw line breaks in strings, and text that was cut off (open strings, arrays and objects are
 * closed; a key without a value is dropped). One pass, linear time. Text after the value is ignored.
 */
export function parseLenient(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return new LenientParser(text).value(0);
  }
}

class LenientParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): unknown {
    this.#skip();
    const char = this.#text[this.#at];
    if (char === undefined || depth > MAX_DEPTH) return NO_VALUE;
    if (char === "{") return this.#object(depth);
    if (char === "[") return this.#array(depth);
    if (CLOSERS[char] !== undefined) return this.#string(CLOSERS[char]);
    return this.#bare();
  }

  #object(depth: number): unknown {
    this.#at += 1;
    const result: Record<string, unknown> = {};
    for (;;) {
      this.#skip(",;");
      const char = this.#text[this.#at];
      if (char === undefined) return result;
      if (char === "}" || char === "]") {
        this.#at += 1;
        return result;
      }
      const before = this.#at;
      const closer = CLOSERS[char];
      const key = closer === undefined ? this.#word(":,}=\n") : this.#string(closer);
      this.#skip();
      const separator = this.#text[this.#at];
      if (separator === ":" || separator === "=") {
        this.#at += this.#text.startsWith("=>", this.#at) ? 2 : 1;
        const value = this.value(depth + 1);
        if (value !== NO_VALUE)
          Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
      }
      if (this.#at === before) this.#at += 1;
    }
  }

  #array(depth: number): unknown {
    this.#at += 1;
    const result: unknown[] = [];
    for (;;) {
      this.#skip(",;");
      const char = this.#text[this.#at];
      if (char === undefined) return result;
      if (char === "]" || char === "}") {
        this.#at += 1;
        return result;
      }
      const before = this.#at;
      const value = this.value(depth + 1);
      if (value !== NO_VALUE) result.push(value);
      if (this.#at === before) this.#at += 1;
    }
  }

  #string(closer: string): string {
    this.#at += 1;
    let result = "";
    let start = this.#at;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) return result + this.#text.slice(start);
      if (char === closer) {
        result += this.#text.slice(start, this.#at);
        this.#at += 1;
        return result;
      }
      if (char !== "\\") {
        this.#at += 1;
        continue;
      }
      result += this.#text.slice(start, this.#at);
      const code = this.#text[this.#at + 1];
      const hex = code === "u" ? /^[0-9a-fA-F]{4}/.exec(this.#text.slice(this.#at + 2, this.#at + 6)) : null;
      if (hex) result += String.fromCharCode(Number.parseInt(hex[0], 16));
      else if (code !== undefined) result += ESCAPES[code] ?? code;
      this.#at += hex ? 6 : 2;
      start = this.#at;
    }
  }

  /** A number, a literal, or a bare word, which becomes a string. */
  #bare(): unknown {
    const word = this.#word(',]}\n:;"');
    if (word === "") return NO_VALUE;
    if (Object.hasOwn(LITERALS, word)) return LITERALS[word];
    const plain = word.replace(/^\+/, "").replace(/(?<=\d)_(?=\d)/g, "");
    if (/^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(plain)) return Number(plain);
    if (/^-?\d+\.?\d*[eE][+-]?$/.test(plain)) return Number.parseFloat(plain);
    return word;
  }

  #word(until: string): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !until.includes(this.#text[this.#at] as string)) this.#at += 1;
    return this.#text.slice(start, this.#at).trim();
  }

  /** Steps over blanks, comments, and `also`. */
  #skip(also = ""): void {
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) return;
      if (/\s/.test(char) || also.includes(char)) this.#at += 1;
      else if (this.#text.startsWith("//", this.#at)) this.#at = endOf(this.#text, "\n", this.#at, 1);
      else if (this.#text.startsWith("/*", this.#at)) this.#at = endOf(this.#text, "*/", this.#at + 2, 2);
      else return;
    }
  }
}

function endOf(text: string, mark: string, from: number, length: number): number {
  const index = text.indexOf(mark, from);
  return index < 0 ? text.length : index + length;
}
