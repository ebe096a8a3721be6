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
const JSON_LITERALS = { true: true, false: false, null: null };
/** At the end of a text that was cut off, their beginnings mean them. */
const CUT_LITERALS = ["true", "false", "null", "True", "False", "None"];
const CLOSERS: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "`": "`",
  "\u201c": "\u201d",
  "\u2018": "\u2019",
};
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", "\n": "" };

/** What was done to read a text, e.g. that it was cut off. */
export type Repair =
  | "cut off"
  | "fence"
  | "prose around"
  | "trailing comma"
  | "missing comma"
  | "extra comma"
  | "quotes"
  | "unquoted key"
  | "unquoted text"
  | "literal"
  | "number"
  | "comment"
  | "line break in text"
  | "wrong bracket"
  | "missing value"
  | "too deep"
  | "tabs"
  | "unclosed element"
  | "unescaped character"
  | "unquoted attribute";

export interface LenientOptions {
  /** What was repaired is added here. */
  repairs?: Set<Repair>;
  /** More of the text will come: what is not certain yet at its end (a number, a literal, half an escape) is left out. */
  partial?: boolean;
}

/**
 * Reads JSON as models write it: trailing and missing commas, single or typographic quotes, bare keys, comments, Python
 * and JavaScript literals, raw line breaks in strings, and text that was cut off (open strings, arrays and objects are
 * closed; a key without a value is dropped). One pass, linear time. Text after the value is ignored.
 */
export function parseLenient(text: string, options: LenientOptions = {}): unknown {
  const whole = strictly(text);
  if (whole !== NO_VALUE && !(options.partial && typeof whole === "number")) return whole;
  return new LenientParser(text, options).value(0);
}

/** A value and the place behind it. */
export function parseLenientPrefix(text: string, options: LenientOptions): { value: unknown; end: number } {
  const parser = new LenientParser(text, options);
  return { value: parser.value(0), end: parser.at };
}

function strictly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return NO_VALUE;
  }
}

class LenientParser {
  readonly #text: string;
  readonly #repairs: Set<Repair>;
  readonly #partial: boolean;
  #at = 0;

  constructor(text: string, { repairs = new Set(), partial = false }: LenientOptions) {
    this.#text = text;
    this.#repairs = repairs;
    this.#partial = partial;
  }

  get at(): number {
    return this.#at;
  }

  value(depth: number): unknown {
    this.#skip();
    const char = this.#text[this.#at];
    if (char === undefined) return NO_VALUE;
    if (depth > MAX_DEPTH) {
      this.#repairs.add("too deep");
      return NO_VALUE;
    }
    if (char === "{") return this.#object(depth);
    if (char === "[") return this.#array(depth);
    if (CLOSERS[char] !== undefined) return this.#string(char, CLOSERS[char]);
    return this.#bare();
  }

  #object(depth: number): unknown {
    this.#at += 1;
    const result: Record<string, unknown> = {};
    for (let first = true; ; first = false) {
      if (this.#ends("}", first)) return result;
      const char = this.#text[this.#at] as string;
      const before = this.#at;
      const closer = CLOSERS[char];
      const key = closer === undefined ? this.#word(":,}=\n") : this.#string(char, closer);
      const keyEnd = this.#at;
      this.#skip();
      const separator = this.#text[this.#at];
      if (separator === ":" || separator === "=") {
        if (closer === undefined) this.#repairs.add("unquoted key");
        this.#at += this.#text.startsWith("=>", this.#at) ? 2 : 1;
        const value = this.value(depth + 1);
        if (value === NO_VALUE) this.#repairs.add(this.#isAtEnd ? "cut off" : "missing value");
        else Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
      } else if (keyEnd < this.#text.length) this.#repairs.add(this.#isAtEnd ? "cut off" : "missing value");
      else this.#repairs.add("cut off");
      if (this.#at === before) this.#at += 1;
    }
  }

  #array(depth: number): unknown {
    this.#at += 1;
    const result: unknown[] = [];
    for (let first = true; ; first = false) {
      if (this.#ends("]", first)) return result;
      const before = this.#at;
      const value = this.value(depth + 1);
      if (value !== NO_VALUE) result.push(value);
      if (this.#at === before) this.#at += 1;
    }
  }

  /** Steps over what separates members. Whether there are no more. */
  #ends(closer: "}" | "]", first: boolean): boolean {
    const commas = this.#skip(",;");
    const char = this.#text[this.#at];
    if (char === undefined) {
      this.#repairs.add("cut off");
      return true;
    }
    const ends = char === "}" || char === "]";
    if (ends && commas > 0) this.#repairs.add("trailing comma");
    if (!ends && !first && commas === 0) this.#repairs.add("missing comma");
    if (commas > (first ? 0 : 1)) this.#repairs.add("extra comma");
    if (!ends) return false;
    if (char !== closer) this.#repairs.add("wrong bracket");
    this.#at += 1;
    return true;
  }

  get #isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  #string(opener: string, closer: string): string {
    if (opener !== '"') this.#repairs.add("quotes");
    this.#at += 1;
    let result = "";
    let start = this.#at;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) {
        this.#repairs.add("cut off");
        return whole(result + this.#text.slice(start));
      }
      if (char === closer) {
        result += this.#text.slice(start, this.#at);
        this.#at += 1;
        return result;
      }
      if (char < " ") this.#repairs.add("line break in text");
      if (char !== "\\") {
        this.#at += 1;
        continue;
      }
      result += this.#text.slice(start, this.#at);
      const code = this.#text[this.#at + 1];
      const digits = code === "u" ? this.#text.slice(this.#at + 2, this.#at + 6) : "";
      const isHex = /^[0-9a-fA-F]{4}$/.test(digits);
      if (isHex) result += String.fromCharCode(Number.parseInt(digits, 16));
      else if (code === "u" && this.#at + 6 > this.#text.length && /^[0-9a-fA-F]*$/.test(digits)) {
        this.#repairs.add("cut off");
        this.#at = this.#text.length;
        return whole(result);
      } else if (code !== undefined) result += ESCAPES[code] ?? code;
      this.#at += isHex ? 6 : 2;
      start = this.#at;
    }
  }

  /** A number, a literal, or a bare word, which becomes a string. */
  #bare(): unknown {
    const word = this.#word(',]}\n:;"');
    if (word === "") return NO_VALUE;
    if (this.#isAtEnd && this.#partial) return NO_VALUE;
    if (Object.hasOwn(LITERALS, word)) {
      if (!Object.hasOwn(JSON_LITERALS, word)) this.#repairs.add("literal");
      return LITERALS[word];
    }
    const plain = word.replace(/^\+/, "").replace(/(?<=\d)_(?=\d)/g, "");
    if (/^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(plain)) {
      if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(word)) this.#repairs.add("number");
      return Number(plain);
    }
    if (/^-?\d+\.?\d*[eE][+-]?$/.test(plain)) {
      this.#repairs.add("number");
      return Number.parseFloat(plain);
    }
    const begun = this.#isAtEnd && CUT_LITERALS.find((literal) => literal.startsWith(word));
    if (begun) {
      this.#repairs.add("cut off");
      return LITERALS[begun];
    }
    this.#repairs.add("unquoted text");
    return word;
  }

  #word(until: string): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !until.includes(this.#text[this.#at] as string)) {
      if (this.#at > start && this.#beginsComment()) break;
      this.#at += 1;
    }
    return this.#text.slice(start, this.#at).trim();
  }

  /** `//` inside of a word is part of an address. */
  #beginsComment(): boolean {
    if (this.#text[this.#at] !== "/") return false;
    const next = this.#text[this.#at + 1];
    return next === "*" || (next === "/" && /\s/.test(this.#text[this.#at - 1] as string));
  }

  /** Steps over blanks, comments, and `also`, of which it answers how many there were. */
  #skip(also = ""): number {
    for (let found = 0; ;) {
      const char = this.#text[this.#at];
      if (char === undefined) return found;
      if (/\s/.test(char)) this.#at += 1;
      else if (also.includes(char)) {
        found += 1;
        this.#at += 1;
      } else if (this.#text.startsWith("//", this.#at)) this.#comment("\n", this.#at, 1);
      else if (this.#text.startsWith("/*", this.#at)) this.#comment("*/", this.#at + 2, 2);
      else return found;
    }
  }

  #comment(mark: string, from: number, length: number): void {
    this.#repairs.add("comment");
    const index = this.#text.indexOf(mark, from);
    this.#at = index < 0 ? this.#text.length : index + length;
  }
}

/** Without half a surrogate pair at its end. */
function whole(text: string): string {
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}
