import type { ParameterRule } from "./manifest.ts";
import { showValue } from "./show-value.ts";

/** What a rule wants, as the object of a sentence: `a whole number from 1 to 10`. */
export function describeRule(rule: ParameterRule): string {
  if (rule.enum) {
    const choices = rule.enum.map((choice) => (typeof choice === "string" ? choice : showValue(choice)));
    return choices.length === 1 ? `${choices[0]}` : `one of ${choices.join(", ")}`;
  }
  switch (rule.type) {
    case "string":
      return text(rule);
    case "number":
      return `a number${range(rule.min, rule.max)}`;
    case "integer":
      return `a whole number${range(rule.min, rule.max)}`;
    case "boolean":
      return "true or false";
    case "array":
      return `a list${range(rule.minItems, rule.maxItems, "items")}${rule.items ? `, each ${describeRule(rule.items)}` : ""}`;
    case "object":
      return rule.properties ? `an object with ${rule.properties.map(({ name }) => name).join(", ")}` : "an object";
    case "file":
      return "the path of a file";
    case "enum":
    case "any":
      return "any value";
  }
}

const FORMATS: Record<NonNullable<ParameterRule["format"]>, string> = {
  email: "an e-mail address",
  uri: "a URI such as https://example.com/",
  date: "a date such as 2026-11-30",
  "date-time": "a date and time such as 2026-11-30T18:00:00Z",
  time: "a time such as 18:00",
  uuid: "a UUID",
  hostname: "a host name",
};

function text({ format, pattern, minLength, maxLength }: ParameterRule): string {
  const kind = format === undefined ? "a text" : FORMATS[format];
  const length = range(minLength, maxLength, "characters");
  return `${kind}${length}${pattern === undefined ? "" : ` that matches ${pattern}`}`;
}

/** ` from 1 to 10`, ` of at least 3 items`. */
function range(least?: number, most?: number, unit = ""): string {
  const counted = (count: number) => `${count}${unit && ` ${count === 1 ? unit.replace(/s$/, "") : unit}`}`;
  const before = unit && " of";
  if (least === undefined) return most === undefined ? "" : ` of at most ${counted(most)}`;
  if (most === undefined) return ` of at least ${counted(least)}`;
  return least === most ? `${before || " equal to"} ${counted(least)}` : `${before} from ${least} to ${counted(most)}`;
}
