import { isPlainObject, type ScriptObject, type ScriptValue, setKey } from "../values/script-value.ts";
import type { JsonSchema } from "./json-schema.ts";

const MAX_DEPTH = 64;

/**
 * Content of XML in the shape that a schema wants: a list where one element stands for it (`<tags><tag>a</tag></tags>`), an object
 * where an empty element does, the text of an element with attributes. Texts that stand for numbers are left to `coerce`.
 */
export function shapeXml(value: ScriptValue, schema: JsonSchema, depth = 0): ScriptValue {
  if (depth > MAX_DEPTH) return value;
  const inner = (item: ScriptValue, of: unknown) =>
    isPlainObject(of) ? shapeXml(item, of as JsonSchema, depth + 1) : item;
  if (wants(schema, "array")) return listOf(value).map((item) => inner(item, schema["items"]));
  if (wants(schema, "object")) {
    if (value === "") return {};
    if (!isPlainObject(value)) return value;
    const properties = isPlainObject(schema["properties"]) ? schema["properties"] : {};
    const made: ScriptObject = {};
    for (const [name, item] of Object.entries(value)) {
      // An attribute is a property like an element, where no property has its name.
      const plain = name.startsWith("@") && !(name in properties) && name.slice(1) in properties ? name.slice(1) : name;
      setKey(made, plain, inner(item, Object.hasOwn(properties, plain) ? properties[plain] : undefined));
    }
    return made;
  }
  const isText = ["string", "number", "integer", "boolean"].some((type) => wants(schema, type));
  if (isText && isPlainObject(value) && typeof value["#text"] === "string") return value["#text"];
  return value;
}

function wants({ type, properties, items }: JsonSchema, wanted: string): boolean {
  if (type === undefined)
    return (wanted === "object" && properties !== undefined) || (wanted === "array" && items !== undefined);
  return Array.isArray(type) ? type.includes(wanted) : type === wanted;
}

function listOf(value: ScriptValue): ScriptValue[] {
  if (Array.isArray(value)) return value;
  if (value === "" || value === null || value === undefined) return [];
  if (!isPlainObject(value)) return [value];
  const names = Object.keys(value).filter((name) => !name.startsWith("@") && name !== "#text");
  const [only] = names;
  if (names.length !== 1 || only === undefined) return [value];
  const inside = value[only];
  return Array.isArray(inside) ? inside : [inside as ScriptValue];
}
