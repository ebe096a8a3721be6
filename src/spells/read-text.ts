import { describeRule } from "./describe-rule.ts";
import type { ParameterRule } from "./manifest.ts";

export type TextReading = { value: unknown } | { problem: string };

const WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  "1": true,
  false: false,
  no: false,
  off: false,
  "0": false,
};

/**
 * What a text of the command line means for a parameter: numbers, true and false, JSON for objects, for lists JSON or
 * items separated by commas. The value is not checked yet.
 */
export function readText(rule: ParameterRule, text: string, where: string): TextReading {
  const refused = () => ({ problem: `${where} wants ${describeRule(rule)}, got ${JSON.stringify(text.slice(0, 60))}` });
  if (rule.enum) {
    const choice = rule.enum.find((each) => String(each) === text);
    return choice === undefined ? refused() : { value: choice };
  }
  switch (rule.type) {
    case "number":
    case "integer": {
      const value = readNumber(text.trim());
      return value === undefined ? refused() : { value };
    }
    case "boolean": {
      const word = text.trim().toLowerCase();
      return Object.hasOwn(WORDS, word) ? { value: WORDS[word] } : refused();
    }
    case "array":
      return /^\s*\[/.test(text) ? readJson(text, where) : readItems(rule, text, where);
    case "object":
      return /^\s*\{/.test(text) ? readJson(text, where) : refused();
    case "string":
    case "file":
    case "enum":
    case "any":
      return { value: text };
  }
}

export function readJson(text: string, where: string): TextReading {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (cause) {
    return { problem: `${where} wants JSON: ${(cause as Error).message}` };
  }
}

/** Integers beyond 2^53 stay exact, within 64 bits. */
function readNumber(text: string): number | bigint | undefined {
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) return undefined;
  const number = Number(text);
  if (Number.isSafeInteger(number) || !/^[+-]?\d{1,19}$/.test(text))
    return Number.isFinite(number) ? number : undefined;
  const integer = BigInt(text.replace("+", ""));
  return BigInt.asIntN(64, integer) === integer ? integer : number;
}

function readItems(rule: ParameterRule, text: string, where: string): TextReading {
  if (text.trim() === "") return { value: [] };
  const items: unknown[] = [];
  for (const [index, part] of text.split(",").entries()) {
    const item = readText(rule.items ?? { type: "string" }, part.trim(), `${where}[${index}]`);
    if ("problem" in item) return item;
    items.push(item.value);
  }
  return { value: items };
}
