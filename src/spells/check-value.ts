import { nearestName } from "../values/nearest-name.ts";
import { isPlainObject } from "../values/script-value.ts";
import { describeRule } from "./describe-rule.ts";
import type { ParameterRule } from "./manifest.ts";
import { showValue } from "./show-value.ts";
import { hasFormat } from "./text-format.ts";

export interface CheckContext {
  /** Whether a text matches a pattern that was found right before. */
  matches(pattern: string, text: string): boolean;
  /** What is wrong with a file's path; absent: files are not looked for. */
  fileProblem?(path: string): string | undefined;
}

/** What is wrong with a value, a sentence each; `where` names it, as in `tags[1]`. None: it fits. */
export function checkValue(rule: ParameterRule, value: unknown, where: string, context: CheckContext): string[] {
  const refused = () => [`${where} wants ${describeRule(rule)}, got ${showValue(value)}`];
  if (rule.enum && !rule.enum.some((choice) => choice === value)) return refused();
  switch (rule.type) {
    case "string":
    case "file":
      if (typeof value !== "string" || !fitsText(rule, value, context)) return refused();
      return rule.type === "file" ? fileProblems(value, where, context) : [];
    case "number":
    case "integer":
      return fitsNumber(rule, value) ? [] : refused();
    case "boolean":
      return typeof value === "boolean" ? [] : refused();
    case "array": {
      if (!Array.isArray(value) || !within(value.length, rule.minItems, rule.maxItems)) return refused();
      const { items } = rule;
      return items ? value.flatMap((item, index) => checkValue(items, item, `${where}[${index}]`, context)) : [];
    }
    case "object":
      return isPlainObject(value) ? checkProperties(rule, value, where, context) : refused();
    case "enum":
    case "any":
      return [];
  }
}

function checkProperties(
  { properties }: ParameterRule,
  value: Readonly<Record<string, unknown>>,
  where: string,
  context: CheckContext,
): string[] {
  if (!properties) return [];
  const names = properties.map(({ name }) => name);
  const unknown = Object.keys(value).filter((key) => !names.includes(key));
  return [
    ...unknown.map((key) => {
      const near = nearestName(key, names);
      return `${where} has no property ${showValue(key)}${near === undefined ? "" : ` (did you mean "${near}"?)`}`;
    }),
    ...properties.flatMap((property) => {
      const item = Object.hasOwn(value, property.name) ? value[property.name] : undefined;
      const inner = `${where}.${property.name}`;
      if (item !== undefined && item !== null) return checkValue(property, item, inner, context);
      return property.required ? [`${inner} is missing: it wants ${describeRule(property)}`] : [];
    }),
  ];
}

function fitsText(rule: ParameterRule, text: string, context: CheckContext): boolean {
  const { minLength, maxLength, pattern, format } = rule;
  if (minLength !== undefined || maxLength !== undefined) {
    const length = text.length > 2 * (maxLength ?? Infinity) ? Infinity : [...text].length;
    if (!within(length, minLength, maxLength)) return false;
  }
  if (format !== undefined && !hasFormat(text, format)) return false;
  return pattern === undefined || context.matches(pattern, text);
}

function fitsNumber({ type, min, max }: ParameterRule, value: unknown): boolean {
  if (typeof value === "bigint") return within(Number(value), min, max);
  if (typeof value !== "number" || Number.isNaN(value)) return false;
  return (type === "number" || Number.isInteger(value)) && within(value, min, max);
}

function within(value: number, least = -Infinity, most = Infinity): boolean {
  return value >= least && value <= most;
}

function fileProblems(file: string, where: string, context: CheckContext): string[] {
  const problem = context.fileProblem?.(file);
  return problem === undefined ? [] : [`${where} wants a file: ${problem}`];
}
