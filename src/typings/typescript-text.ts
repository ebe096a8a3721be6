import { pascal } from "./pascal.ts";
import type { Field, ValueType } from "./value-type.ts";

/** How functions that a script gives are written: the type of what they return, where the declaration names one. */
interface Writing {
  side: "input" | "output";
  result?: string;
  /**
   * Takes any string besides the known ones: TypeScript forgets that `role` is "user" where a list is made before it is
   * given, and an error there would be wrong.
   */
  open?: boolean;
}

/** A type in TypeScript's notation, inside of the namespace `llmspell`. */
export function typescriptType(type: ValueType, writing: Writing): string {
  const inner = (part: ValueType): string => typescriptType(part, writing);
  const input = writing.side === "input";
  switch (type.kind) {
    case "any":
    case "boolean":
      return type.kind;
    case "nil":
      return "null";
    case "string":
      return input ? "Text" : "string";
    case "number":
    case "integer":
      return "number";
    case "bytes":
      return "Uint8Array";
    case "time":
      return "Date";
    case "error":
      return "LlmspellError";
    case "data":
      return "Record<string, any>";
    case "literal":
      return [
        ...type.values.map((value) => (typeof value === "bigint" ? `${value}n` : JSON.stringify(value))),
        ...(input && writing.open && type.values.some((value) => typeof value === "string") ? ["(string & {})"] : []),
      ].join(" | ");
    case "list":
      return `${input ? "readonly " : ""}${inParentheses(inner(type.item))}[]`;
    case "tuple":
      return `${input ? "readonly " : ""}[${type.items.map(inner).join(", ")}]`;
    case "map":
      return `Record<string, ${inner(type.value)}>`;
    case "object":
    case "text":
      return type.name ?? `{ ${type.fields.map((field) => typescriptField(field, writing)).join("; ")} }`;
    case "handle":
      // Its methods would take the types of functions from the object that may stand in its place.
      return input ? `Handle<${JSON.stringify(type.type)}>` : pascal(type.type);
    case "function": {
      const parameters = type.parameters.map(
        ({ name, type: given }) => `${name}: ${typescriptType(given, { side: "output" })}`,
      );
      return `(${parameters.join(", ")}) => ${writing.result ?? resultText(type.result)}`;
    }
    case "union": {
      const texts = new Set(type.options.map((option) => inner(option)));
      if (texts.has("any")) return "any";
      return [...texts].map((text) => (text.includes("=>") ? `(${text})` : text)).join(" | ");
    }
    case "nullable":
      return `${inParentheses(inner(type.inner))} | null`;
  }
}

/** What a function may return; it may wait for it. */
function resultText(result: ValueType | undefined): string {
  const text = result ? typescriptType(result, { side: "input" }) : "any";
  return text === "any" ? "any" : `${text} | Promise<${text}>`;
}

/** A field of an object type. A script may give null for an optional one. */
export function typescriptField({ name, type, optional }: Field, writing: Writing): string {
  const text = typescriptType(type, writing);
  const nullable = optional && writing.side === "input" && text !== "any" && !text.endsWith("| null");
  const shown = nullable ? `${type.kind === "function" ? `(${text})` : text} | null` : text;
  return `${propertyName(name)}${optional ? "?" : ""}: ${shown}`;
}

/** A documentation comment, with its last line end; empty for no lines. */
export function docComment(lines: readonly string[], indent: string): string {
  const shown = lines.filter((line) => line !== "").map((line) => line.replaceAll("*/", "*\\/"));
  if (shown.length === 0) return "";
  if (shown.length === 1 && !shown[0]?.includes("\n")) return `${indent}/** ${shown[0]} */\n`;
  const text = shown.flatMap((line) => line.split("\n")).map((line) => `${indent} * ${line}`.trimEnd());
  return [`${indent}/**`, ...text, `${indent} */`].map((line) => `${line}\n`).join("");
}

/** `new` alone would be a constructor. */
export function propertyName(name: string): string {
  return name !== "new" && name !== "constructor" && /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function inParentheses(text: string): string {
  return /[|&]|=>|^readonly /.test(text) && !/^[{("]?[^|&]*[})]$/.test(text) ? `(${text})` : text;
}
