import type { z } from "zod";
import { tagOf } from "../../src/bridge/schema-tags.ts";
import { anyObject, bytesOrText } from "../../src/bridge/schemas.ts";

interface Definition {
  type: string;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  innerType?: z.ZodType;
  in?: z.ZodType;
  out?: z.ZodType;
  keyType?: z.ZodType;
  valueType?: z.ZodType;
  options?: z.ZodType[];
  items?: z.ZodType[];
  entries?: Record<string, string>;
  values?: unknown[];
  getter?: () => z.ZodType;
  defaultValue?: unknown;
  checks?: { _zod: { def: { check: string; value?: number; format?: string } } }[];
  error?: (issue: unknown) => string | { message: string };
}

/** Which side of a schema is meant: what a caller may give, or what comes out. */
type Side = "input" | "output";

const WRAPPERS = new Set(["optional", "nullable", "default", "prefault", "readonly", "catch", "nonoptional"]);

/** A schema as a reader of the documentation sees its type. Fields of an object are left to `fieldsOf`. */
export function typeText(schema: z.ZodType, side: Side = "input", depth = 0): string {
  if ((schema as unknown) === anyObject) return "object";
  if ((schema as unknown) === bytesOrText) return "string or bytes";
  const tag = tagOf(schema);
  if (tag?.handle) return tag.handle;
  if (tag?.text) return "text";
  if (tag?.callback) {
    const { args, returns } = tag.callback;
    const result = returns ? typeText(returns, side, depth + 1) : "any";
    return `function(${args.map((arg) => typeText(arg, side, depth + 1)).join(", ")}) -> ${result}`;
  }
  const definition = definitionOf(schema);
  switch (definition.type) {
    case "any":
    case "unknown":
      return "any";
    case "number":
      return isInteger(definition) ? `integer${range(definition)}` : `number${range(definition)}`;
    case "int":
    case "bigint":
      return "integer";
    case "null":
    case "undefined":
    case "void":
      return "nil";
    case "date":
      return "time";
    case "enum":
      return Object.values(definition.entries ?? {})
        .map(quote)
        .join(" \\| ");
    case "literal":
      return (definition.values ?? []).map(quote).join(" \\| ");
    case "array":
      return `list of ${typeText(definition.element as z.ZodType, side, depth + 1)}`;
    case "tuple":
      return `list (${(definition.items ?? []).map((item) => typeText(item, side, depth + 1)).join(", ")})`;
    case "record":
      return `map of ${typeText(definition.valueType as z.ZodType, side, depth + 1)}`;
    case "object":
      return depth === 0 ? "object" : shapeText(definition, side, depth);
    case "union": {
      const texts = new Set((definition.options ?? []).map((option) => typeText(option, side, depth + 1)));
      if (texts.has("number")) texts.delete("integer");
      return [...texts].join(" or ");
    }
    case "pipe":
      return typeText((side === "input" ? definition.in : definition.out) as z.ZodType, side, depth);
    case "lazy":
      return depth > 3 ? "..." : typeText((definition.getter as () => z.ZodType)(), side, depth + 1);
    case "custom":
      return customText(schema);
    case "nullable":
      return `${typeText(definition.innerType as z.ZodType, side, depth)} or nil`;
    default:
      return WRAPPERS.has(definition.type) ? typeText(definition.innerType as z.ZodType, side, depth) : definition.type;
  }
}

export interface Field {
  name: string;
  type: string;
  optional: boolean;
  text: string;
}

/** The declared fields of an object schema, `prefix.name` each, inner objects' fields after their own. */
export function fieldsOf(schema: z.ZodType, side: Side, prefix = "", depth = 0): Field[] {
  const inner = unwrap(schema, side);
  const text = tagOf(inner)?.text;
  const shape = definitionOf(text ?? inner).shape;
  if (!shape || depth > 2) return [];
  return Object.entries(shape).flatMap(([name, field]) => {
    const full = prefix === "" ? name : `${prefix}.${name}`;
    const own = { name: full, type: typeText(field, side), optional: isOptional(field, side), text: describe(field) };
    return [
      own,
      ...fieldsOf(
        itemOf(field, side),
        side,
        definitionOf(unwrap(field, side)).type === "array" ? `${full}[]` : full,
        depth + 1,
      ),
    ];
  });
}

export function isOptional(schema: z.ZodType, side: Side): boolean {
  return (side === "input" ? schema._zod.optin : schema._zod.optout) !== undefined;
}

/** What the schema says of itself, and its default. */
export function describe(schema: z.ZodType): string {
  for (let at: z.ZodType | undefined = schema; at; at = definitionOf(at).innerType) {
    if (typeof at.meta !== "function") break;
    const { description } = at.meta() ?? {};
    if (description) return withDefault(description, schema);
  }
  return withDefault("", schema);
}

function withDefault(text: string, schema: z.ZodType): string {
  for (let at: z.ZodType | undefined = schema; at; at = definitionOf(at).innerType) {
    const { type, defaultValue } = definitionOf(at);
    if (type !== "default" || defaultValue === undefined || (typeof defaultValue === "object" && defaultValue !== null))
      continue;
    return `${text}${text === "" ? "" : " "}Default ${quote(defaultValue)}.`;
  }
  return text;
}

function itemOf(schema: z.ZodType, side: Side): z.ZodType {
  const inner = unwrap(schema, side);
  return definitionOf(inner).element ?? inner;
}

function unwrap(schema: z.ZodType, side: Side): z.ZodType {
  const { type, innerType, in: input, out } = definitionOf(schema);
  if (type === "pipe") return unwrap((side === "input" ? input : out) as z.ZodType, side);
  return innerType ? unwrap(innerType, side) : schema;
}

/** Longer shapes are only called an object. */
const MOST_SHAPE = 90;

function shapeText({ shape = {} }: Definition, side: Side, depth: number): string {
  if (depth > 2) return "object";
  const fields = Object.entries(shape).map(
    ([name, field]) => `${name}${isOptional(field, side) ? "?" : ""}: ${typeText(field, side, depth + 1)}`,
  );
  const text = `{${fields.join(", ")}}`;
  return text.length > MOST_SHAPE ? "object" : text;
}

/** A custom schema says "expected bytes": its type is "bytes". One that says nothing shows by what it takes. */
function customText(schema: z.ZodType): string {
  const said = definitionOf(schema).error?.({ code: "custom", path: [] });
  const message = typeof said === "string" ? said : said?.message;
  if (message?.startsWith("expected ")) return message.replace(/^expected (an? )?/, "");
  return schema.safeParse(new Uint8Array()).success && !schema.safeParse("").success ? "bytes" : "any";
}

function isInteger({ checks = [], ...rest }: Definition): boolean {
  const formats = [...checks.map((check) => check._zod.def.format), (rest as { format?: string }).format];
  return formats.some((format) => format === "safeint" || format === "int32" || format === "uint32");
}

function range({ checks = [] }: Definition): string {
  const bound = (kind: string) => checks.find((check) => check._zod.def.check === kind)?._zod.def.value;
  const [least, most] = [bound("greater_than"), bound("less_than")];
  if (least !== undefined && most !== undefined) return ` ${least} to ${most}`;
  if (least !== undefined) return ` from ${least}`;
  return most === undefined ? "" : ` up to ${most}`;
}

function quote(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}

function definitionOf(schema: z.ZodType): Definition {
  return schema._zod.def as unknown as Definition;
}
