import type { ScriptValue } from "../values/script-value.ts";
import type { Condition, StepFunction } from "./definition.ts";
import { type Lookup, lenient } from "./expressions/evaluate.ts";
import { parseExpression } from "./expressions/parse.ts";
import { isTruthy } from "./expressions/show.ts";
import { type Expression, ExpressionProblem } from "./expressions/syntax.ts";
import { TemplateProblem, type Template, fillTemplate, mapTexts, parseTemplate } from "./expressions/template.ts";
import type { Filled, PlannedCondition } from "./plan.ts";

/** Says what is wrong with an expression at a place of the value. */
export type Refuse = (path: readonly PropertyKey[], message: string) => void;

/** A value whose texts are templates. What does not parse is refused. */
export function planValue(value: ScriptValue, refuse: Refuse): Filled {
  const templates = new Map<string, Template>();
  mapTexts(value, (text, path) => {
    try {
      templates.set(text, parseTemplate(text));
    } catch (error) {
      refuse(path, problemText(error));
    }
    return text;
  });
  const source = typeof value === "string" || typeof value === "number" ? { source: String(value) } : {};
  if (templates.size === 0) return { fill: () => value, expressions: [], ...source };
  const expressions = [...templates.values()].flatMap(expressionsOf);
  return {
    fill: (lookup) => mapTexts(value, (text) => fillTemplate(templates.get(text) as Template, lookup)),
    expressions,
    ...source,
  };
}

/** An expression, or a template; what is missing is nil in both. */
export function planExpression(text: string, refuse: Refuse): Filled {
  try {
    if (!text.includes("{{")) return asFilled(parseExpression(text), text);
    const template = parseTemplate(text.trim());
    const [only] = template;
    if (template.length === 1 && typeof only === "object") return asFilled(only.expression, only.source);
    return { fill: (lookup) => fillTemplate(template, lookup), expressions: expressionsOf(template), source: text };
  } catch (error) {
    refuse([], problemText(error));
    return { fill: () => null, expressions: [] };
  }
}

function asFilled(expression: Expression, source: string): Filled {
  return {
    fill(lookup) {
      try {
        return lenient(expression, lookup);
      } catch (error) {
        throw new TemplateProblem((error as Error).message, source);
      }
    },
    expressions: [expression],
    source,
  };
}

export function planCondition(condition: Condition, refuse: Refuse): PlannedCondition {
  if (typeof condition === "function") return condition;
  if (typeof condition === "boolean") return { fill: () => condition, expressions: [], source: String(condition) };
  const filled = planExpression(condition, refuse);
  return { ...filled, fill: (lookup: Lookup) => isTruthy(filled.fill(lookup)) };
}

export function isFunction(value: unknown): value is StepFunction {
  return typeof value === "function";
}

function expressionsOf(template: Template): Expression[] {
  return template.flatMap((part) => (typeof part === "string" ? [] : [part.expression]));
}

function problemText(error: unknown): string {
  if (error instanceof TemplateProblem)
    return error.expression === "" ? error.message : `${error.message}, in {{ ${error.expression} }}`;
  if (error instanceof ExpressionProblem) return `${error.message} (character ${error.at + 1})`;
  throw error;
}
