import {
  aliasesOf,
  hasIntegerKeys,
  isPlainObject,
  markIntegerKeys,
  type ScriptObject,
  type ScriptValue,
  setKey,
  TextValue,
} from "../values/script-value.ts";

/** A value that was presented in camelCase with its aliases, in snake_case: fields with an alias go by it, user data stays. */
export function respellInSnakeCase(value: ScriptValue): ScriptValue {
  if (Array.isArray(value)) return value.map(respellInSnakeCase);
  if (value instanceof TextValue) return new TextValue(value.text, respellInSnakeCase(value.fields) as ScriptObject);
  if (!isPlainObject(value)) return value;
  const aliases = new Map(aliasesOf(value)?.map(([alias, field]) => [field, alias]));
  const respelled: ScriptObject = {};
  for (const key of Object.keys(value)) setKey(respelled, aliases.get(key) ?? key, respellInSnakeCase(value[key]));
  return hasIntegerKeys(value) ? markIntegerKeys(respelled) : respelled;
}
