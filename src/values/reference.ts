import { Handle, isPlainObject, ScriptFunction, TextValue, type ScriptValue } from "./script-value.ts";

/** The first part of a value that lives only inside its run, a function or a handle: what it is, and its path. */
export function findReference(
  value: ScriptValue,
  path: readonly string[] = [],
): { what: string; path: string[] } | undefined {
  if (value instanceof ScriptFunction) return { what: `a function (${value.name})`, path: [...path] };
  if (typeof value === "function") return { what: "a function", path: [...path] };
  if (value instanceof Handle) return { what: `a ${value.type}`, path: [...path] };
  const members = value instanceof TextValue ? value.fields : value;
  if (!Array.isArray(members) && !isPlainObject(members)) return undefined;
  for (const [key, item] of Object.entries(members)) {
    const found = findReference(item as ScriptValue, [...path, key]);
    if (found) return found;
  }
  return undefined;
}
