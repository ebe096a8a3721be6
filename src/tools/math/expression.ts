import { LlmspellError } from "../../errors.ts";
import { CONSTANTS, FUNCTIONS } from "./functions.ts";
import { add, convert, inUnit, multiply, numberOf, plain, power, type Quantity } from "./quantity.ts";
import { dimensionText, findUnit, type Unit } from "./units.ts";

interface Token {
  kind: "number" | "name" | "sign" | "end";
  text: string;
  /** Counts from 1. */
  column: number;
}

const TOKEN =
  /\s*(?:(\d+(?:_\d+)*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([\p{L}µ°][\p{L}\d_°]*)|(\*\*|[-+*/^%!(),×÷−]))/uy;
const DEEPEST = 100;
const LONGEST = 1000;

export interface Evaluated {
  value: number;
  /** Empty for a mere number. */
  unit: string;
}

/**
 * The value of an arithmetic expression with units: `3 km / 20 min to km/h`. Nothing of it is ever run as code. Throws
 * `parse.invalid` with the column, `input.invalid`.
 */
export function evaluate(text: string): Evaluated {
  const parser = new Parser(text);
  const result = parser.expression(0);
  const unit = parser.takeName("to", "in") ? parser.unit() : undefined;
  parser.end();
  const value = unit ? convert(result, unit.unit, unit.text) : result.value;
  if (Number.isNaN(value) || !Number.isFinite(value)) {
    throw new LlmspellError("input.invalid", `"${text.trim()}" has no finite value`, {
      hint: "It divides by zero, takes a root or logarithm of a negative number, or is too large.",
    });
  }
  return { value: withoutNoise(value), unit: unit ? unit.text : dimensionText(result.dimensions) };
}

/** A unit by its text: `km/h`, `kg m^2`. Throws `parse.invalid`. */
export function parseUnit(text: string): Unit {
  const parser = new Parser(text);
  const { unit } = parser.unit();
  parser.end();
  return unit;
}

/** Fourteen digits: what binary fractions add behind them is no result. */
export function withoutNoise(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(14));
}

class Parser {
  readonly #text: string;
  readonly #tokens: Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    if (text.length > LONGEST)
      throw new LlmspellError(
        "value.too_large",
        `an expression may have ${LONGEST} characters, this has ${text.length}`,
      );
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  /** Operators from `least` on: 0 sums, 1 products. */
  expression(least: 0 | 1): Quantity {
    if (++this.#depth > DEEPEST) throw this.#wrong(`more than ${DEEPEST} levels of brackets`);
    let left = this.#signed();
    for (;;) {
      const { text } = this.#next;
      if (least === 0 && this.#takes("+")) left = add(left, this.expression(1), 1);
      else if (least === 0 && this.#takes("-", "−")) left = add(left, this.expression(1), -1);
      else if (this.#takes("*", "×")) left = multiply(left, this.#signed(), 1);
      else if (this.#takes("/", "÷")) left = multiply(left, this.#signed(), -1);
      else if (this.#takes("%") || this.takeName("mod")) left = modulo(left, this.#signed(), text);
      else break;
    }
    this.#depth -= 1;
    return left;
  }

  /** Names of units joined by blanks, `*`, `/` and powers. */
  unit(): { unit: Unit; text: string } {
    const from = this.#next.column - 1;
    let result = plain(1);
    let only: Unit | undefined;
    let sign: 1 | -1 = 1;
    for (let count = 0; ; count++) {
      const name = this.#next;
      const found = name.kind === "name" ? findUnit(name.text) : undefined;
      if (!found) throw this.#wrong(name.kind === "name" ? `there is no unit "${name.text}"` : "a unit is missing");
      this.#at += 1;
      only = count === 0 ? found : undefined;
      const { offset: _, ...rest } = found;
      let factor = inUnit(1, rest);
      if (this.#takes("^", "**")) {
        only = undefined;
        factor = power(factor, this.#signed());
      }
      result = multiply(result, factor, sign);
      if (this.#takes("/")) sign = -1;
      else if (this.#takes("*") || this.#next.kind === "name") sign = 1;
      else break;
    }
    const text = this.#text.slice(from, this.#next.column - 1).trim();
    return { unit: only ?? { factor: result.value, dimensions: result.dimensions }, text };
  }

  takeName(...names: readonly string[]): boolean {
    const { kind, text } = this.#next;
    if (kind !== "name" || !names.includes(text)) return false;
    if (text === "in" && !this.#inMeansTo()) return false;
    this.#at += 1;
    return true;
  }

  end(): void {
    if (this.#next.kind !== "end") throw this.#wrong(`"${this.#next.text}" is not expected here`);
  }

  get #next(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #takes(...signs: readonly string[]): boolean {
    const { kind, text } = this.#next;
    if (kind !== "sign" || !signs.includes(text)) return false;
    this.#at += 1;
    return true;
  }

  /** `-2^2` is minus four. */
  #signed(): Quantity {
    let sign = 1;
    for (;;) {
      if (this.#takes("-", "−")) sign = -sign;
      else if (!this.#takes("+")) break;
    }
    const value = this.#powered();
    return sign === 1 ? value : multiply(plain(-1), value, 1);
  }

  #powered(): Quantity {
    const base = this.#postfix();
    if (!this.#takes("^", "**")) return base;
    if (++this.#depth > DEEPEST) throw this.#wrong(`more than ${DEEPEST} powers of powers`);
    const result = power(base, this.#signed());
    this.#depth -= 1;
    return result;
  }

  #postfix(): Quantity {
    let value = this.#primary();
    for (;;) {
      if (this.#takes("!")) value = plain(factorial(numberOf(value, "!")));
      else if (this.#next.text === "%" && !this.#startsOperand(this.#at + 1)) {
        this.#at += 1;
        value = multiply(value, plain(100), -1);
      } else return value;
    }
  }

  #startsOperand(index: number): boolean {
    const token = this.#tokens[index];
    if (token?.kind === "name") return token.text !== "to" && token.text !== "in" && token.text !== "mod";
    return token?.kind === "number" || token?.text === "(";
  }

  #primary(): Quantity {
    const { kind, text } = this.#next;
    if (kind === "number") {
      this.#at += 1;
      return this.#withUnit(Number(text.replaceAll("_", "")));
    }
    if (this.#takes("(")) {
      const value = this.expression(0);
      if (!this.#takes(")")) throw this.#wrong('")" is missing');
      return value;
    }
    if (kind === "name") return this.#named(text);
    throw this.#wrong(kind === "end" ? "the expression ends too early" : `"${text}" is not expected here`);
  }

  /** `5 kg m^2`: units right behind a number belong to it before anything else is done with it. */
  #withUnit(value: number): Quantity {
    let result: Quantity | undefined;
    for (;;) {
      const { kind, text } = this.#next;
      const unit = kind === "name" && !this.#isWord(text) ? findUnit(text) : undefined;
      if (!unit) return result ?? plain(value);
      this.#at += 1;
      let factor = result ? inUnit(1, unit) : inUnit(value, unit);
      if (this.#takes("^", "**"))
        factor = result ? power(factor, this.#signed()) : poweredUnit(value, unit, this.#signed());
      result = result ? multiply(result, factor, 1) : factor;
    }
  }

  /** It is also an inch: where no unit follows. */
  #inMeansTo(): boolean {
    const after = this.#tokens[this.#at + 1];
    return after?.kind === "name" && after.text !== "to" && after.text !== "in";
  }

  #isWord(name: string): boolean {
    return name === "to" || name === "mod" || (name === "in" && this.#inMeansTo());
  }

  #named(name: string): Quantity {
    this.#at += 1;
    const run = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (run && this.#takes("(")) return this.#called(name, run);
    if (Object.hasOwn(CONSTANTS, name)) return plain(CONSTANTS[name] as number);
    const unit = findUnit(name);
    if (unit) return inUnit(1, unit);
    this.#at -= 1;
    if (run) throw this.#wrong(`${name} is a function: ${name}(...)`);
    throw this.#wrong(
      `"${name}" is no number, unit, constant or function`,
      `Functions: ${Object.keys(FUNCTIONS).join(", ")}.`,
    );
  }

  #called(name: string, run: (...args: Quantity[]) => Quantity): Quantity {
    const args: Quantity[] = [];
    if (!this.#takes(")")) {
      do args.push(this.expression(0));
      while (this.#takes(","));
      if (!this.#takes(")")) throw this.#wrong('")" is missing');
    }
    if (args.length < Math.max(1, run.length))
      throw this.#wrong(`${name} wants ${Math.max(1, run.length)} arguments, got ${args.length}`);
    return run(...args);
  }

  #wrong(what: string, hint?: string): LlmspellError {
    const { column } = this.#next;
    return new LlmspellError("parse.invalid", `${what} (column ${column} of "${this.#text}")`, {
      details: { column },
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

function poweredUnit(value: number, unit: Unit, exponent: Quantity): Quantity {
  return multiply(plain(value), power(inUnit(1, unit), exponent), 1);
}

function modulo(a: Quantity, b: Quantity, sign: string): Quantity {
  const [left, right] = [numberOf(a, sign), numberOf(b, sign)];
  return plain(left - right * Math.floor(left / right));
}

function factorial(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 170)
    throw new LlmspellError("input.invalid", `the factorial of ${value} cannot be computed`, {
      hint: "Whole numbers from 0 to 170 have one here.",
    });
  let result = 1;
  for (let factor = 2; factor <= value; factor++) result *= factor;
  return result;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) {
      const column = from + text.slice(from).search(/\S/) + 1;
      throw new LlmspellError(
        "parse.invalid",
        `"${text[column - 1]}" is not expected here (column ${column} of "${text}")`,
        {
          details: { column },
        },
      );
    }
    const [, number, name, sign] = match;
    const found = number ?? name ?? (sign as string);
    const kind = number === undefined ? (name === undefined ? "sign" : "name") : "number";
    tokens.push({ kind, text: found, column: match.index + match[0].length - found.length + 1 });
  }
  return [...tokens, { kind: "end", text: "", column: text.length + 1 }];
}
