import { z } from "zod";
import { pure } from "./pure-method.ts";

const text = z.string();

/** Words as programmers separate them: `parseHTTPResponse2` is parse, HTTP, Response, 2. */
const PARTS = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}\p{M}]+|\p{N}+/gu;

function parts(given: string): string[] {
  return given.match(PARTS) ?? [];
}

function capital(word: string): string {
  const first = String.fromCodePoint(word.codePointAt(0) ?? 32);
  return word === "" ? "" : first.toUpperCase() + word.slice(first.length);
}

function lowerParts(given: string): string[] {
  return parts(given).map((part) => part.toLowerCase());
}

/** Conversions of letter case. None depends on the machine's language. */
export const caseMethods = {
  upper: pure({ summary: "In upper case.", input: { text }, output: text, run: (input) => input.text.toUpperCase() }),
  lower: pure({ summary: "In lower case.", input: { text }, output: text, run: (input) => input.text.toLowerCase() }),
  capitalize: pure({
    summary: "With the first letter in upper case and the rest unchanged.",
    input: { text },
    output: text,
    run: (input) => capital(input.text),
  }),
  title: pure({
    summary: "With the first letter of each word in upper case and the rest in lower case.",
    input: { text },
    output: text,
    run: (input) => input.text.toLowerCase().replace(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’]*/gu, capital),
  }),
  camelCase: pure({
    summary: "As an identifier: `some words` is `someWords`.",
    input: { text },
    output: text,
    run: (input) =>
      lowerParts(input.text)
        .map((word, index) => (index === 0 ? word : capital(word)))
        .join(""),
  }),
  pascalCase: pure({
    summary: "As an identifier: `some words` is `SomeWords`.",
    input: { text },
    output: text,
    run: (input) => lowerParts(input.text).map(capital).join(""),
  }),
  snakeCase: pure({
    summary: "As an identifier: `some words` is `some_words`.",
    input: { text },
    output: text,
    run: (input) => lowerParts(input.text).join("_"),
  }),
  kebabCase: pure({
    summary: "As an identifier: `some words` is `some-words`.",
    input: { text },
    output: text,
    run: (input) => lowerParts(input.text).join("-"),
  }),
  constantCase: pure({
    summary: "As an identifier: `some words` is `SOME_WORDS`.",
    input: { text },
    output: text,
    run: (input) =>
      parts(input.text)
        .map((part) => part.toUpperCase())
        .join("_"),
  }),
  slugify: pure({
    summary:
      "For file names and addresses: lower-case letters a to z, digits and a separator (default `-`); accents are dropped.",
    input: {
      text,
      options: z
        .strictObject({ separator: z.string().max(4).optional(), maxLength: z.int().min(1).optional() })
        .optional(),
    },
    output: text,
    run: ({ text: given, options }) => slugify(given, options?.separator ?? "-", options?.maxLength ?? Infinity),
  }),
};

const LETTERS: Record<string, string> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ł: "l", þ: "th", ð: "d", ı: "i" };

function slugify(given: string, separator: string, maxLength: number): string {
  const plain = given
    .toLowerCase()
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "")
    .replaceAll(/[ßæœøđłþðı]/g, (letter) => LETTERS[letter] ?? "");
  let slug = "";
  for (const word of plain.match(/[a-z0-9]+/g) ?? []) {
    const longer = slug === "" ? word.slice(0, maxLength) : slug + separator + word;
    if (longer.length > maxLength) break;
    slug = longer;
  }
  return slug;
}
