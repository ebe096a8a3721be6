import { compilePattern } from "../../schemas/compile-schema.ts";

/**
 * The shortest text that a simple pattern matches: literals, classes, groups, alternatives (the first), counts. Undefined
 * when the pattern is beyond that; what is returned has been checked.
 */
export function samplePattern(pattern: string): string | undefined {
  const reader = new PatternReader(pattern);
  const sample = reader.alternatives();
  return sample !== undefined && reader.atEnd && compilePattern(pattern)(sample) ? sample : undefined;
}

const CLASSES: Readonly<Record<string, string>> = { d: "0", w: "a", s: " ", D: "a", W: "-", S: "a" };
const CONTROLS: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

class PatternReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  alternatives(): string | undefined {
    const first = this.#sequence();
    while (this.#text[this.#at] === "|") {
      this.#at += 1;
      this.#sequence();
    }
    return first;
  }

  #sequence(): string | undefined {
    let result: string | undefined = "";
    while (!this.atEnd && this.#text[this.#at] !== "|" && this.#text[this.#at] !== ")") {
      const atom = this.#atom();
      const least = this.#count();
      result =
        atom === undefined || result === undefined || result.length > 10_000
          ? undefined
          : result + atom.repeat(Math.min(least, 1000));
    }
    return result;
  }

  #atom(): string | undefined {
    const char = this.#text[this.#at++] as string;
    if (char === "^" || char === "$") return "";
    if (char === ".") return "a";
    if (char === "[") return this.#class();
    if (char === "\\") {
      const next = this.#text[this.#at++] ?? "";
      if (next === "b" || next === "B") return "";
      return CLASSES[next] ?? CONTROLS[next] ?? next;
    }
    if (char !== "(") return char;
    if (this.#text[this.#at] === "?") {
      const prefix = /^\?(?::|P?<\w+>)/.exec(this.#text.slice(this.#at, this.#at + 40))?.[0];
      if (prefix === undefined) return undefined;
      this.#at += prefix.length;
    }
    const inner = this.alternatives();
    if (this.#text[this.#at] !== ")") return undefined;
    this.#at += 1;
    return inner;
  }

  #class(): string | undefined {
    const end = this.#text.indexOf("]", this.#at + 1);
    if (end < 0) return undefined;
    const body = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    if (body.startsWith("^")) return [..."a0 -_A"].find((char) => !body.includes(char));
    if (body[0] !== "\\") return body[0];
    const code = body[1] ?? "";
    return CLASSES[code] ?? CONTROLS[code] ?? code;
  }

  /** The least count of the quantifier that follows, 1 without one. */
  #count(): number {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    const match = /^(?:([*+?])|\{(\d+)(?:,\d*)?\})\??/.exec(rest);
    if (!match) return 1;
    this.#at += match[0].length;
    if (match[1] !== undefined) return match[1] === "+" ? 1 : 0;
    return Number(match[2]);
  }
}
