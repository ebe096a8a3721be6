import { isPlainObject, type ScriptValue } from "../values/script-value.ts";
import { coerce } from "./coerce.ts";
import { type SchemaProblem, compileSchema } from "./compile-schema.ts";
import { type Reading, jsonReadings } from "./extract-json.ts";
import type { JsonSchema } from "./json-schema.ts";
import type { Repair } from "./parse-lenient.ts";
import { readXml } from "./read-xml.ts";
import { yamlReadings } from "./read-yaml.ts";
import { shapeXml } from "./shape-xml.ts";

export type TextFormat = "json" | "yaml" | "xml";

/** A value as it was read, and how it fits. */
export interface StructuredReading {
  value: ScriptValue;
  repaired: Repair[];
  /** Where it does not fit the schema; empty where it does, or where there is none. */
  problems: SchemaProblem[];
}

/**
 * The value that a text of a model most likely means: the first that fits the schema, made to fit by `coerce`, else the
 * likeliest with its problems. Undefined where the text holds none. Throws `schema.invalid`, and `parse.invalid` for XML
 * that is refused.
 */
export function readStructured(text: string, format: TextFormat, schema?: JsonSchema): StructuredReading | undefined {
  const compiled = schema && compileSchema(schema);
  let likeliest: StructuredReading | undefined;
  for (const { value, repaired } of readingsOf(text, format, schema)) {
    // A model that may answer with objects alone is asked for `{value}`.
    const isWrapped = compiled && isPlainObject(value) && Object.keys(value).length === 1 && "value" in value;
    const meant = (isWrapped ? [value, value["value"]] : [value]) as ScriptValue[];
    // What fits as it is goes before what can be made to fit.
    const inOrder = compiled
      ? meant.toSorted((one, other) => compiled.problems(one).length - compiled.problems(other).length)
      : meant;
    for (const one of inOrder) {
      const fitted = schema ? coerce(one, schema) : one;
      const problems = compiled?.problems(fitted) ?? [];
      const reading = { value: fitted, repaired, problems };
      if (problems.length === 0) return reading;
      likeliest ??= reading;
    }
  }
  return likeliest;
}

function* readingsOf(text: string, format: TextFormat, schema: JsonSchema | undefined): Generator<Reading> {
  if (format === "yaml") yield* yamlReadings(text);
  else if (format === "xml") yield* xmlReadings(text, schema);
  else {
    // A text without any structure is JSON only where it says so.
    for (const reading of jsonReadings(text))
      if (!reading.repaired.includes("unquoted text") || typeof reading.value !== "string") yield reading;
  }
}

/** The root element's content, and the object of the root element. */
function* xmlReadings(text: string, schema: JsonSchema | undefined): Generator<Reading> {
  const repairs = new Set<Repair>();
  const fence = /```(?:xml)?\s*\n([^]*?)(?:```|$)/.exec(text);
  if (fence) repairs.add("fence");
  const read = readXml(fence?.[1] ?? text, { repairs });
  if (!read) return;
  const repaired = [...repairs];
  const shaped = (value: ScriptValue) => (schema ? shapeXml(value, schema) : value);
  yield { value: shaped(read.value), repaired };
  if (schema) yield { value: shaped({ [read.root]: read.value }), repaired };
}
