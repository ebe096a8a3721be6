import { isPlainObject, type ScriptObject, type ScriptValue, setKey, TextValue } from "../values/script-value.ts";
import { compileSchema } from "./compile-schema.ts";
import type { JsonSchema } from "./json-schema.ts";

const MAX_DEPTH = 64;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * A value made to fit a JSON Schema where it does not yet and nothing is lost by it:
 *
 * - a text that is a number becomes one where a number is wanted (not if digits would go), `"true"` and `"false"` in any case
 *   a boolean, a text that is JSON of an object or list that object or list;
 * - a number or boolean becomes its text where a text is wanted, a time its ISO 8601 text;
 * - a single value becomes a list of one where a list is wanted; an empty object and an empty list stand for each other;
 * - a nil for a property that need not be there, and may not be nil, goes; a property with a `default` that is absent gets it.
 *
 * What fits is untouched, and what cannot be made to fit stays as it is: validate the answer. Never changes its argument.
 */
export function coerce(value: ScriptValue, schema: JsonSchema): ScriptValue {
  return new Coercion(schema).apply(value, schema, 0);
}

class Coercion {
  readonly #root: JsonSchema;

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  apply(value: ScriptValue, given: unknown, depth: number): ScriptValue {
    const schema = this.#resolve(given);
    if (!schema || depth > MAX_DEPTH) return value;
    const plain = value instanceof TextValue ? value.text : value;
    const typed = this.#toType(plain, schema, depth);
    const inner = this.#inside(typed, schema, depth);
    return this.#alternatives(inner, schema, depth);
  }

  /** A schema object behind references within the same schema. */
  #resolve(given: unknown): JsonSchema | undefined {
    let schema = given;
    for (let hops = 0; hops < MAX_DEPTH; hops++) {
      if (!isPlainObject(schema)) return undefined;
      const reference = schema.$ref;
      if (typeof reference !== "string") return schema;
      if (!reference.startsWith("#")) return undefined;
      schema = pointer(this.#root, reference.slice(1));
    }
    return undefined;
  }

  #toType(value: ScriptValue, schema: JsonSchema, depth: number): ScriptValue {
    const types = typesOf(schema);
    if (types.length === 0 || types.some((type) => isOfType(value, type))) return value;
    for (const type of types) {
      const made = this.#convert(value, type, schema, depth);
      if (made !== undefined) return made;
    }
    return value;
  }

  /** Undefined where there is no way without loss. */
  #convert(value: ScriptValue, type: string, schema: JsonSchema, depth: number): ScriptValue | undefined {
    switch (type) {
      case "integer":
      case "number":
        return typeof value === "string" ? toNumber(value, type) : undefined;
      case "boolean":
        return typeof value === "string" ? toBoolean(value) : undefined;
      case "string":
        return toText(value);
      case "object":
        return Array.isArray(value) && value.length === 0 ? {} : fromJson(value, isPlainObject);
      case "array":
        return this.#toList(value, schema, depth);
      default:
        return undefined;
    }
  }

  #toList(value: ScriptValue, schema: JsonSchema, depth: number): ScriptValue | undefined {
    if (value === null || value === undefined) return undefined;
    if (isPlainObject(value) && Object.keys(value).length === 0) return [];
    const parsed = fromJson(value, Array.isArray);
    if (parsed !== undefined) return parsed;
    const items = this.#resolve(schema.items);
    const item = items ? this.apply(value, items, depth + 1) : value;
    const types = items ? typesOf(items) : [];
    return types.length === 0 || types.some((type) => isOfType(item, type)) ? [item] : undefined;
  }

  #inside(value: ScriptValue, schema: JsonSchema, depth: number): ScriptValue {
    if (Array.isArray(value)) {
      const { items, prefixItems } = schema;
      if (items === undefined && prefixItems === undefined) return value;
      const first = Array.isArray(prefixItems) ? prefixItems : [];
      return value.map((item, index) => this.apply(item, first[index] ?? items, depth + 1));
    }
    return isPlainObject(value) ? this.#members(value, schema, depth) : value;
  }

  #members(value: ScriptObject, schema: JsonSchema, depth: number): ScriptObject {
    const properties = isPlainObject(schema.properties) ? schema.properties : {};
    const required = Array.isArray(schema.required) ? (schema.required as unknown[]) : [];
    const made: ScriptObject = {};
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue;
      const known = Object.hasOwn(properties, name);
      const property = known ? this.#resolve(properties[name]) : undefined;
      if (member === null && property && !required.includes(name) && !allowsNull(property)) continue;
      const inner = known ? properties[name] : schema.additionalProperties;
      setKey(made, name, this.apply(member, inner, depth + 1));
    }
    for (const [name, given] of Object.entries(properties)) {
      const property = this.#resolve(given);
      if (property?.default === undefined || Object.hasOwn(made, name)) continue;
      setKey(made, name, structuredClone(property.default) as ScriptValue);
    }
    return made;
  }

  /** Of several schemas, the first that the value fits, as it is or coerced. */
  #alternatives(value: ScriptValue, schema: JsonSchema, depth: number): ScriptValue {
    let result = value;
    if (Array.isArray(schema.allOf)) for (const part of schema.allOf) result = this.apply(result, part, depth + 1);
    for (const choice of [schema.anyOf, schema.oneOf]) {
      if (!Array.isArray(choice)) continue;
      const unchanged = choice.find((branch) => this.#fits(result, branch));
      const branches: unknown[] = unchanged === undefined ? choice : [unchanged];
      for (const branch of branches) {
        const made = this.apply(result, branch, depth + 1);
        if (!this.#fits(made, branch)) continue;
        result = made;
        break;
      }
    }
    return result;
  }

  #fits(value: ScriptValue, branch: unknown): boolean {
    if (typeof branch === "boolean") return branch;
    if (!isPlainObject(branch)) return false;
    const { $defs, definitions } = this.#root;
    const whole = { ...($defs === undefined ? {} : { $defs }), ...(definitions === undefined ? {} : { definitions }) };
    return compileSchema({ ...whole, ...branch }).problems(value).length === 0;
  }
}

function typesOf({ type, properties, items, enum: values, const: only }: JsonSchema): string[] {
  if (typeof type === "string") return [type];
  if (Array.isArray(type)) return type.filter((each) => typeof each === "string");
  if (only !== undefined) return [typeOf(only)];
  if (Array.isArray(values)) return [...new Set(values.map(typeOf))];
  if (isPlainObject(properties)) return ["object"];
  return items === undefined ? [] : ["array"];
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function isOfType(value: ScriptValue, type: string): boolean {
  switch (type) {
    case "integer":
      return typeof value === "bigint" || Number.isInteger(value);
    case "number":
      return typeof value === "number" || typeof value === "bigint";
    case "object":
      return isPlainObject(value);
    case "array":
      return Array.isArray(value);
    case "null":
      return value === null;
    default:
      return typeof value === type;
  }
}

function allowsNull(schema: JsonSchema): boolean {
  const types = typesOf(schema);
  if (types.length > 0) return types.includes("null");
  const branches = [schema.anyOf, schema.oneOf].flatMap((choice) =>
    Array.isArray(choice) ? (choice as unknown[]) : [],
  );
  return branches.length === 0 || branches.some((branch) => isPlainObject(branch) && allowsNull(branch));
}

/** Undefined where digits would go: 2^53 is the end of exact integers, 15 digits that of exact decimals. */
function toNumber(text: string, type: string): number | undefined {
  const trimmed = text.trim();
  if (!NUMBER.test(trimmed)) return undefined;
  const number = Number(trimmed);
  if (!Number.isFinite(number)) return undefined;
  if (type === "integer" && !Number.isSafeInteger(number)) return undefined;
  const digits = trimmed.replace(/e.*$/i, "").replace(/\D/g, "").replace(/^0+/, "");
  const exact = digits.length <= 15 || (/^[+-]?\d+$/.test(trimmed) && Number.isSafeInteger(number));
  return exact && !(number === 0 && digits !== "") ? number : undefined;
}

function toBoolean(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  return word === "true" ? true : word === "false" ? false : undefined;
}

function toText(value: ScriptValue): string | undefined {
  if (typeof value === "boolean" || typeof value === "bigint" || Number.isFinite(value)) return String(value);
  return value instanceof Date ? value.toISOString() : undefined;
}

function fromJson(value: ScriptValue, fits: (value: unknown) => boolean): ScriptValue | undefined {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return fits(parsed) ? (parsed as ScriptValue) : undefined;
  } catch {
    return undefined;
  }
}

function pointer(root: JsonSchema, path: string): unknown {
  if (path === "") return root;
  let at: unknown = root;
  for (const part of decodeURIComponent(path).slice(1).split("/")) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}
