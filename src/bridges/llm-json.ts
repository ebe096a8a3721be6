import { LlmspellError } from "../errors.ts";
import { expandSchema } from "../schemas/short-form.ts";
import type { JsonSchema } from "../schemas/json-schema.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { isPlainObject } from "../values/script-value.ts";
import { toPlain } from "./plain-data.ts";

/** A script's value as JSON data: bytes as base64, 64-bit integers as numbers. Throws `value.unsupported`. */
export function toJson(value: ScriptValue, method: string): unknown {
  return toPlain(value, {
    method,
    bytes: (data) => Buffer.from(data).toString("base64"),
    bigint: Number,
    nonFinite: () => null,
  });
}

/**
 * A JSON Schema as a script writes it: JSON Schema itself, or the short form `{name = {type = "string", required = true}}`
 * and `{name = "string"}`. `required` says whether a property of the short form is required when it does not say.
 */
export function toSchema(given: ScriptObject, method: string, required: boolean): JsonSchema {
  const schema = toJson(given, method);
  if (!isPlainObject(schema)) throw new LlmspellError("schema.invalid", `${method}: the schema is no object`);
  return expandSchema(schema, required);
}
