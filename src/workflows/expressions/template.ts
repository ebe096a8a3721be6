import { isPlainObject, type ScriptObject, type ScriptValue, setKey } from "../../values/script-value.ts";
import { type Lookup, evaluate } from "./evaluate.ts";
import { parseExpression } from "./parse.ts";
import { showValue } from "./show.ts";
import { type Expression, ExpressionProblem } from "./syntax.ts";

/** An expression of a template, and its source. */
export interface Hole {
  expression: Expression;
  source: string;
}

/** A text with `{{ expression }}` in it, parsed: texts and holes in turn. */
export type Template = readonly (string | Hole)[];

/** What is wrong with a template, and with which of its expressions. */
export class TemplateProblem extends Error {
  readonly expression: string;

  constructor(message: string, expression: string) {
    super(message);
    this.expression = expression;
  }
}

/** Parses `Summarize {{ search.output | truncate: 100 }}`. `{{ "{{" }}` writes the braces themselves. Throws `TemplateProblem`. */
export function parseTemplate(text: string): Template {
  const parts: (string | Hole)[] = [];
  let at = 0;
  for (let open = text.indexOf("{{"); open >= 0; open = text.indexOf("{{", at)) {
    if (open > at) parts.push(text.slice(at, open));
    const close = endOf(text, open + 2);
    const source = text.slice(open + 2, close < 0 ? open + 60 : close).trim();
    if (close < 0) throw new TemplateProblem(`"{{ ${source}" without }}`, "");
    parts.push({ source, expression: parseHole(source) });
    at = close + 2;
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}

function parseHole(source: string): Expression {
  try {
    return parseExpression(source);
  } catch (error) {
    if (error instanceof ExpressionProblem) throw new TemplateProblem(error.message, source);
    throw error;
  }
}

/** Where the `}}` stands that ends what begins at `from`, quoted texts stepped over; -1 where there is none. */
function endOf(text: string, from: number): number {
  let quote = "";
  for (let at = from; at < text.length; at++) {
    const char = text[at] as string;
    if (quote !== "") {
      if (char === "\\") at += 1;
      else if (char === quote) quote = "";
    } else if (char === '"' || char === "'") quote = char;
    else if (char === "}" && text[at + 1] === "}") return at;
  }
  return -1;
}

/** The text of a template; of one that is a single expression and nothing else the value itself, its kind kept. Throws `TemplateProblem`. */
export function fillTemplate(template: Template, lookup: Lookup): ScriptValue {
  const [only] = template;
  if (template.length === 1 && typeof only === "object") return fillHole(only, lookup, (value) => value);
  return template.map((part) => (typeof part === "string" ? part : fillHole(part, lookup, showValue))).join("");
}

function fillHole<T>({ expression, source }: Hole, lookup: Lookup, use: (value: ScriptValue) => T): T {
  try {
    return use(evaluate(expression, lookup));
  } catch (error) {
    throw new TemplateProblem((error as Error).message, source);
  }
}

/** Every text of a value, keys left out, replaced; other parts stay as they are. */
export function mapTexts(
  value: ScriptValue,
  fill: (text: string, path: readonly PropertyKey[]) => ScriptValue,
): ScriptValue {
  return mapAt(value, fill, []);
}

function mapAt(
  value: ScriptValue,
  fill: (text: string, path: readonly PropertyKey[]) => ScriptValue,
  path: readonly PropertyKey[],
): ScriptValue {
  if (typeof value === "string") return value.includes("{{") ? fill(value, path) : value;
  if (Array.isArray(value)) return value.map((item, index) => mapAt(item, fill, [...path, index]));
  if (!isPlainObject(value)) return value;
  const result: ScriptObject = {};
  for (const key of Object.keys(value)) setKey(result, key, mapAt(value[key], fill, [...path, key]));
  return result;
}
