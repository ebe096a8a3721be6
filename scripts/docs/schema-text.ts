import type { z } from "zod";
import { describe, isOptional, SchemaTypes } from "../../src/typings/schema-types.ts";
import type { Field as TypedField, Side, ValueType } from "../../src/typings/value-type.ts";

export { describe, isOptional };

const types = new SchemaTypes();

/** A schema as a reader of the documentation sees its type. Fields of an object are left to `fieldsOf`. */
export function typeText(schema: z.ZodType, side: Side = "input"): string {
  return textOf(types.of(schema, side), 0);
}

export interface Field {
  name: string;
  type: string;
  optional: boolean;
  text: string;
}

/** The declared fields of an object schema, `prefix.name` each, inner objects' fields after their own. */
export function fieldsOf(schema: z.ZodType, side: Side, prefix = ""): Field[] {
  return fieldsIn(types.of(schema, side), prefix, 0);
}

function textOf(type: ValueType, depth: number): string {
  switch (type.kind) {
    case "number":
    case "integer":
      return `${type.kind}${rangeText(type)}`;
    case "data":
      return "object";
    case "literal":
      return type.values.map((value) => (typeof value === "string" ? `"${value}"` : String(value))).join(" \\| ");
    case "list":
      return `list of ${textOf(type.item, depth + 1)}`;
    case "tuple":
      return `list (${type.items.map((item) => textOf(item, depth + 1)).join(", ")})`;
    case "map":
      return `map of ${textOf(type.value, depth + 1)}`;
    case "object":
      return depth === 0 ? "object" : shapeText(type.fields, depth);
    case "handle":
      return type.type;
    case "function": {
      const parameters = type.parameters.map((parameter) => textOf(parameter.type, depth + 1));
      return `function(${parameters.join(", ")}) -> ${type.result ? textOf(type.result, depth + 1) : "any"}`;
    }
    case "union":
      return unionText(type.options, depth);
    case "nullable":
      return `${textOf(type.inner, depth)} or nil`;
    default:
      return type.kind;
  }
}

function unionText(options: readonly ValueType[], depth: number): string {
  if (options.length === 2 && options[0]?.kind === "string" && options[1]?.kind === "bytes") return "string or bytes";
  const texts = new Set(options.map((option) => textOf(option, depth + 1)));
  if (texts.has("number")) texts.delete("integer");
  return [...texts].join(" or ");
}

function fieldsIn(type: ValueType, prefix: string, depth: number): Field[] {
  const inner = type.kind === "nullable" ? type.inner : type;
  if ((inner.kind !== "object" && inner.kind !== "text") || depth > 2) return [];
  return inner.fields.flatMap(({ name, type: given, optional, text }) => {
    const full = prefix === "" ? name : `${prefix}.${name}`;
    const field = given.kind === "nullable" ? given.inner : given;
    const nested =
      field.kind === "list" ? fieldsIn(field.item, `${full}[]`, depth + 1) : fieldsIn(field, full, depth + 1);
    return [{ name: full, type: textOf(given, 0), optional, text }, ...nested];
  });
}

/** Longer shapes are only called an object. */
const MOST_SHAPE = 90;

function shapeText(fields: readonly TypedField[], depth: number): string {
  if (depth > 2) return "object";
  const shown = fields.map(({ name, type, optional }) => `${name}${optional ? "?" : ""}: ${textOf(type, depth + 1)}`);
  const text = `{${shown.join(", ")}}`;
  return text.length > MOST_SHAPE ? "object" : text;
}

function rangeText({ least, most }: { least?: number; most?: number }): string {
  if (least !== undefined && most !== undefined) return ` ${least} to ${most}`;
  if (least !== undefined) return ` from ${least}`;
  return most === undefined ? "" : ` up to ${most}`;
}
