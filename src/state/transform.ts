import { type ScriptObject, type ScriptValue, isPlainObject, setKey } from "../values/script-value.ts";
import { deleteAt, escapePart, getAt, parsePath, setAt } from "./paths.ts";

/** Only what is at these dotted paths. */
export function pickPaths(data: ScriptObject, paths: readonly string[]): ScriptObject {
  let picked: ScriptValue = {};
  for (const path of paths) {
    const parts = parsePath(path);
    const value = getAt(data, parts);
    // Of lists the element alone is no list: it stays under its index as a name.
    if (value !== undefined) picked = setAt(picked, parts, value, path);
  }
  return picked as ScriptObject;
}

/** All but what is at these dotted paths. */
export function omitPaths(data: ScriptObject, paths: readonly string[]): ScriptObject {
  return paths.reduce<ScriptValue>((rest, path) => deleteAt(rest, parsePath(path)), data) as ScriptObject;
}

/** Nested objects as one object of dotted paths. Lists stay as they are; so do empty objects. */
export function flatten(data: ScriptObject, separator: string): ScriptObject {
  const flat: ScriptObject = {};
  const visit = (object: ScriptObject, prefix: string): void => {
    for (const key of Object.keys(object)) {
      const value = object[key];
      const name = prefix + (separator === "." ? escapePart(key) : key);
      if (isPlainObject(value) && Object.keys(value).length > 0) visit(value, name + separator);
      else setKey(flat, name, value);
    }
  };
  visit(data, "");
  return flat;
}

const SECRET_WORDS = [
  "password",
  "passwd",
  "secret",
  "token",
  "apikey",
  "authorization",
  "credential",
  "privatekey",
  "accesskey",
];

/** Replaces the values of fields whose names contain one of `words` (default: the usual names of secrets), at every level. Case, `_` and `-` do not matter. */
export function sanitize(
  data: ScriptObject,
  words: readonly string[] = SECRET_WORDS,
  replacement: ScriptValue = "[redacted]",
): ScriptObject {
  const wanted = words.map(plainName);
  const visit = (value: ScriptValue): ScriptValue => {
    if (Array.isArray(value)) return value.map(visit);
    if (!isPlainObject(value)) return value;
    const clean: ScriptObject = {};
    for (const key of Object.keys(value)) {
      const secret = wanted.some((word) => plainName(key).includes(word));
      setKey(clean, key, secret ? replacement : visit(value[key]));
    }
    return clean;
  };
  return visit(data) as ScriptObject;
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[_\s-]/g, "");
}
