import { toSnakeCase } from "../engine/naming.ts";
import { pascal } from "./pascal.ts";
import type { ValueType } from "./value-type.ts";

/** Names that cannot be a parameter's or a variable's. */
const KEYWORDS = new Set(
  "break continue else for func error immutable if return export true false in undefined import".split(" "),
);

export function tengoName(name: string): string {
  const snake = toSnakeCase(name);
  return KEYWORDS.has(snake) ? `${snake}_` : snake;
}

/** A type in Tengo's words. */
export function tengoType(type: ValueType): string {
  switch (type.kind) {
    case "integer":
      return "int";
    case "number":
      return "float";
    case "boolean":
      return "bool";
    case "nil":
      return "undefined";
    case "data":
      return "map";
    case "literal":
      return type.values
        .map((value) => (typeof value === "string" ? JSON.stringify(value) : String(value)))
        .join(" | ");
    case "list":
      return `array of ${tengoType(type.item)}`;
    case "tuple":
      return `[${type.items.map(tengoType).join(", ")}]`;
    case "map":
      return `map of ${tengoType(type.value)}`;
    case "object":
    case "text":
      return (
        type.name ??
        `{${type.fields.map((field) => `${toSnakeCase(field.name)}${field.optional ? "?" : ""}: ${tengoType(field.type)}`).join(", ")}}`
      );
    case "handle":
      return pascal(type.type);
    case "function": {
      const result = type.result ? ` ${tengoType(type.result)}` : "";
      return `func(${type.parameters.map(({ name }) => tengoName(name)).join(", ")})${result}`;
    }
    case "union":
      return [...new Set(type.options.map(tengoType))].join(" | ");
    case "nullable":
      return `${tengoType(type.inner)} | undefined`;
    default:
      return type.kind;
  }
}

/** A comment in front of a declaration; empty for no text. */
export function tengoComment(...texts: readonly string[]): string {
  return texts
    .filter((text) => text !== "")
    .flatMap((text) => text.split("\n"))
    .map((line) => `// ${line}`.trimEnd() + "\n")
    .join("");
}
