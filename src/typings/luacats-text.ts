import { toSnakeCase } from "../engine/naming.ts";
import { pascal } from "./pascal.ts";
import type { Field, ValueType } from "./value-type.ts";

/** A type in LuaCATS notation. */
export function luaType(type: ValueType): string {
  switch (type.kind) {
    case "bytes":
      return "string";
    case "time":
      return "llmspell.Time";
    case "error":
      return "llmspell.Error";
    case "data":
      return "table";
    case "literal":
      return type.values.map((value) => (typeof value === "string" ? JSON.stringify(value) : String(value))).join("|");
    case "list":
      return `${inParentheses(luaType(type.item))}[]`;
    case "tuple":
      return `[${type.items.map(luaType).join(", ")}]`;
    case "map":
      return `table<string, ${luaType(type.value)}>`;
    case "object":
    case "text":
      return type.name === undefined ? `{ ${type.fields.map(inlineField).join(", ")} }` : className(type.name);
    case "handle":
      return className(pascal(type.type));
    case "function": {
      const parameters = type.parameters.map(({ name, type: given }) => `${luaName(name)}: ${luaType(given)}`);
      return `fun(${parameters.join(", ")}): ${type.result ? luaType(type.result) : "any"}`;
    }
    case "union":
      return unionText(type.options);
    case "nullable":
      return optionalType(type.inner);
    default:
      return type.kind;
  }
}

/** A type that may be nil besides. */
export function optionalType(type: ValueType): string {
  const text = luaType(type);
  if (text === "any" || text === "nil") return text;
  return /[|]|^fun\(/.test(text) ? `${text.startsWith("fun(") ? `(${text})` : text}|nil` : `${text}?`;
}

function unionText(options: readonly ValueType[]): string {
  const texts = new Set(options.map(luaType));
  if (texts.has("any")) return "any";
  if (texts.has("number")) texts.delete("integer");
  return [...texts].map((text) => (text.startsWith("fun(") ? `(${text})` : text)).join("|");
}

function inlineField({ name, type, optional }: Field): string {
  return `${luaKey(name)}${optional ? "?" : ""}: ${luaType(type)}`;
}

export function className(name: string): string {
  return `llmspell.${name}`;
}

/** `llmspell.params.research` */
export function luaParametersClass(spell: string): string {
  return `llmspell.params.${spell.replaceAll(/[^\w.-]/g, "_")}`;
}

const KEYWORDS = new Set(
  "and break do else elseif end false for function goto if in local nil not or repeat return then true until while".split(
    " ",
  ),
);

/** A declared name as a Lua variable. */
export function luaName(name: string): string {
  const snake = toSnakeCase(name);
  return KEYWORDS.has(snake) ? `${snake}_` : snake;
}

/** A declared name as a field in an annotation. */
export function luaKey(name: string): string {
  return toSnakeCase(name);
}

/** `owner.name`, or `owner["end"]` where the name is a keyword. */
export function luaMember(owner: string, name: string): string {
  return KEYWORDS.has(name) ? `${owner}["${name}"]` : `${owner}.${name}`;
}

/** A comment in front of a declaration; empty for no text. */
export function luaComment(...lines: readonly string[]): string {
  return lines
    .filter((line) => line !== "")
    .flatMap((line) => line.split("\n"))
    .map((line) => `---${line}\n`)
    .join("");
}

/** Text behind an annotation, on its line. */
export function remark(text: string): string {
  return text === "" ? "" : ` ${text.replaceAll(/\s+/g, " ")}`;
}

function inParentheses(text: string): string {
  return /[|]|^fun\(|\?$/.test(text) ? `(${text})` : text;
}
