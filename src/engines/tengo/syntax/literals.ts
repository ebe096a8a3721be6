/** Values of literals, after Go's rules, which Tengo's are. */

const INTEGER = /^(?:0[xX](?:_?[\da-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|0|[1-9](?:_?\d)*)$/;
const LARGEST = 2n ** 63n - 1n;

/** The value of an integer literal, undefined for what is none or does not fit into 64 bits. */
export function integerValue(text: string): bigint | undefined {
  if (!INTEGER.test(text)) return undefined;
  const digits = text.replaceAll("_", "").toLowerCase();
  const value = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return value <= LARGEST ? value : undefined;
}

const DECIMAL = /^(?:\d(?:_?\d)*\.(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*|\d(?:_?\d)*)(?:[eE][-+]?\d(?:_?\d)*)?$/;
const HEXADECIMAL =
  /^0[xX](?:(?:_?[\da-fA-F])+\.?(?:[\da-fA-F](?:_?[\da-fA-F])*)?|\.[\da-fA-F](?:_?[\da-fA-F])*)[pP][-+]?\d(?:_?\d)*$/;

/** The value of a floating-point literal, undefined for what is none or is too large. */
export function floatValue(text: string): number | undefined {
  const digits = text.replaceAll("_", "").toLowerCase();
  if (DECIMAL.test(text)) return finite(Number(digits));
  if (!HEXADECIMAL.test(text)) return undefined;
  const [mantissa = "", exponent = ""] = digits.slice(2).split("p");
  const [whole = "", fraction = ""] = mantissa.split(".");
  return finite(Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length));
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

const SIMPLE: Record<string, number> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, "\\": 92, "'": 39, '"': 34 };
// Without the flag g: its position would stay from use to use.
const ESCAPE = /\\(?:([0-7]{3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/;

/** The bytes of a scanned string literal, one a character. */
export function stringValue(literal: string): string {
  const body = literal.slice(1, -1);
  if (literal.startsWith("`")) return utf8(body.replaceAll("\r", ""));
  let bytes = "";
  let last = 0;
  for (const match of body.matchAll(new RegExp(ESCAPE, "g"))) {
    const [text, octal, hex, short, long, simple] = match;
    bytes += utf8(body.slice(last, match.index));
    last = match.index + text.length;
    const point = short ?? long;
    if (point !== undefined) bytes += utf8(String.fromCodePoint(Number.parseInt(point, 16)));
    else bytes += String.fromCharCode(byteOf(octal, hex, simple));
  }
  return bytes + utf8(body.slice(last));
}

/** The code point of a scanned character literal. */
export function charValue(literal: string): number {
  const body = literal.slice(1, -1);
  if (!body.startsWith("\\")) return body.codePointAt(0) as number;
  const [, octal, hex, short, long, simple] = ESCAPE.exec(body) as RegExpExecArray;
  const point = short ?? long;
  return point === undefined ? byteOf(octal, hex, simple) : Number.parseInt(point, 16);
}

function byteOf(octal: string | undefined, hex: string | undefined, simple: string | undefined): number {
  if (octal !== undefined) return Number.parseInt(octal, 8);
  if (hex !== undefined) return Number.parseInt(hex, 16);
  return SIMPLE[simple as string] ?? 0;
}

/** Text as its UTF-8 bytes, one a character. */
function utf8(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
