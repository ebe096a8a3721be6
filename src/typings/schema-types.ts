import type { z } from "zod";
import { type SchemaTag, tagOf } from "../bridge/schema-tags.ts";
import { LlmspellError } from "../errors.ts";
import type { Field, Side, ValueType } from "./value-type.ts";

/** The part of a zod definition that is read here. */
interface Definition {
  type: string;
  shape?: Record<string, z.ZodType>;
  /** Of an object that takes further members. */
  catchall?: z.ZodType;
  element?: z.ZodType;
  innerType?: z.ZodType;
  in?: z.ZodType;
  out?: z.ZodType;
  valueType?: z.ZodType;
  options?: z.ZodType[];
  items?: z.ZodType[];
  entries?: Record<string, string>;
  values?: (string | number | bigint | boolean | null)[];
  getter?: () => z.ZodType;
  defaultValue?: unknown;
  format?: string;
  checks?: { _zod: { def: { check: string; value?: number; format?: string } } }[];
}

const WRAPPERS = new Set(["optional", "default", "prefault", "readonly", "catch", "nonoptional"]);

/** What values each kind of custom schema takes. */
const SPECIMENS = [
  ["bytes", new Uint8Array()],
  ["time", new Date(0)],
  ["error", new LlmspellError("internal.bug", "")],
  ["data", {}],
] as const;

/** Reads the schemas of bridges. A schema has one type a side, so that a generator can tell where the same one is meant. */
export class SchemaTypes {
  readonly #known: Record<Side, Map<z.ZodType, ValueType>> = { input: new Map(), output: new Map() };

  of(schema: z.ZodType, side: Side): ValueType {
    const known = this.#known[side].get(schema);
    if (known) return known;
    const { type, innerType, in: input, out, getter } = definitionOf(schema);
    if (!tagOf(schema)) {
      if (innerType && WRAPPERS.has(type)) return this.of(innerType, side);
      if (type === "pipe") return this.of((side === "input" ? input : out) as z.ZodType, side);
      if (type === "lazy" && getter) return this.of(getter(), side);
    }
    // A recursive schema meets itself before it is read: it gets this object, which is filled in then.
    const placeholder = {} as ValueType;
    this.#known[side].set(schema, placeholder);
    return Object.assign(placeholder, this.#read(schema, side));
  }

  fields(shape: Readonly<Record<string, z.ZodType>>, side: Side): Field[] {
    return Object.entries(shape).map(([name, schema]) => ({
      name,
      type: this.of(schema, side),
      optional: isOptional(schema, side),
      text: describe(schema),
    }));
  }

  #read(schema: z.ZodType, side: Side): ValueType {
    const tag = tagOf(schema);
    if (tag) return this.#readTag(tag, side);
    const definition = definitionOf(schema);
    const { element, innerType, items = [], options = [], valueType } = definition;
    switch (definition.type) {
      case "any":
      case "unknown":
        return { kind: "any" };
      case "number":
        return { kind: isInteger(definition) ? "integer" : "number", ...rangeOf(definition) };
      case "int":
      case "bigint":
        return { kind: "integer" };
      case "string":
      case "boolean":
        return { kind: definition.type };
      case "null":
      case "undefined":
      case "void":
        return { kind: "nil" };
      case "date":
        return { kind: "time" };
      case "enum":
        return { kind: "literal", values: Object.values(definition.entries ?? {}) };
      case "literal":
        return { kind: "literal", values: definition.values ?? [] };
      case "array":
        return { kind: "list", item: this.of(element as z.ZodType, side) };
      case "tuple":
        return { kind: "tuple", items: items.map((item) => this.of(item, side)) };
      case "record":
        return { kind: "map", value: this.of(valueType as z.ZodType, side) };
      case "object":
        return {
          kind: "object",
          fields: this.fields(definition.shape ?? {}, side),
          side,
          ...(definition.catchall?._zod.def.type === "unknown" ? { open: true } : {}),
          ...titleOf(schema),
        };
      case "union":
        return { kind: "union", options: options.map((option) => this.of(option, side)) };
      case "nullable":
        return { kind: "nullable", inner: this.of(innerType as z.ZodType, side) };
      case "custom":
        return { kind: customKind(schema) };
      default:
        throw new LlmspellError("internal.bug", `no type is known for a zod schema of type ${definition.type}`);
    }
  }

  #readTag({ object, handle, text, callback, presented, shapeOf }: SchemaTag, side: Side): ValueType {
    if (shapeOf) return this.of(shapeOf.shown, side);
    if (handle !== undefined) return { kind: "handle", type: handle };
    if (text) return { kind: "text", fields: this.fields(definitionOf(text).shape ?? {}, side), side };
    if (object) return { kind: "data" };
    if (!callback || presented) return { kind: "any" };
    const { args, returns, names = [] } = callback;
    return {
      kind: "function",
      // What a function gets comes out of a bridge; what it returns goes in.
      parameters: args.map((arg, index) => ({
        name: names[index] ?? (args.length === 1 ? "value" : `value${index + 1}`),
        type: this.of(arg, "output"),
      })),
      ...(returns ? { result: this.of(returns, "input") } : {}),
    };
  }
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
    return `${text}${text === "" ? "" : " "}Default ${typeof defaultValue === "string" ? `"${defaultValue}"` : String(defaultValue)}.`;
  }
  return text;
}

function titleOf(schema: z.ZodType): { title?: string } {
  const title = schema.meta()?.title;
  return title === undefined ? {} : { title };
}

function customKind(schema: z.ZodType): "bytes" | "time" | "error" | "data" | "any" {
  const taken = SPECIMENS.filter(([, specimen]) => schema.safeParse(specimen).success);
  return taken.length === 1 && taken[0] ? taken[0][0] : "any";
}

function isInteger({ checks = [], format }: Definition): boolean {
  const formats = [...checks.map((check) => check._zod.def.format), format];
  return formats.some((each) => each === "safeint" || each === "int32" || each === "uint32");
}

function rangeOf({ checks = [] }: Definition): { least?: number; most?: number } {
  const bound = (kind: string) => checks.find((check) => check._zod.def.check === kind)?._zod.def.value;
  const [least, most] = [bound("greater_than"), bound("less_than")];
  return { ...(least === undefined ? {} : { least }), ...(most === undefined ? {} : { most }) };
}

function definitionOf(schema: z.ZodType): Definition {
  return schema._zod.def as unknown as Definition;
}
