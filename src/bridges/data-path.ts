import { LlmspellError } from "../errors.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { hasIntegerKeys, isPlainObject, markIntegerKeys, setKey } from "../values/script-value.ts";

export type Path = string | readonly (string | number)[];

/** `a.b.0` as keys; a list of keys stands for itself. */
function keysOf(path: Path): string[] {
  if (typeof path !== "string") return path.map(String);
  return path === "" ? [] : path.split(".");
}

/** The value at a path, undefined where something on the way is missing. */
export function getPath(value: ScriptValue, path: Path): ScriptValue {
  let current = value;
  for (const key of keysOf(path)) {
    if (Array.isArray(current)) {
      const index = indexOf(key, current.length);
      current = index === undefined ? undefined : current[index];
    } else if (isPlainObject(current) && Object.hasOwn(current, key)) {
      current = current[key];
    } else {
      return undefined;
    }
  }
  return current;
}

/**
 * A copy with the value at a path changed: `change` gets what was there and answers what is to be, undefined to remove
 * it. Missing objects on the way are made. Throws `input.invalid` where a scalar stands in the way.
 */
export function changePath(
  method: string,
  value: ScriptValue,
  path: Path,
  change: (old: ScriptValue) => ScriptValue,
): ScriptValue {
  const step = (current: ScriptValue, keys: readonly string[]): ScriptValue => {
    const [key, ...rest] = keys;
    if (key === undefined) return change(current);
    if (Array.isArray(current)) return changeItem(method, current, key, (item) => step(item, rest));
    if (current !== null && current !== undefined && !isPlainObject(current)) {
      throw new LlmspellError(
        "input.invalid",
        `${method}: "${key}" cannot be reached, what stands before it is no list or object`,
      );
    }
    const next = step(current && Object.hasOwn(current, key) ? current[key] : undefined, rest);
    if (current === undefined && next === undefined) return undefined;
    const copy = copyObject(current ?? {});
    if (next === undefined) delete copy[key];
    else setKey(copy, key, next);
    return copy;
  };
  return step(value, keysOf(path));
}

function changeItem(
  method: string,
  list: readonly ScriptValue[],
  key: string,
  change: (old: ScriptValue) => ScriptValue,
): ScriptValue[] {
  const index = indexOf(key, list.length);
  if (index === undefined || index > list.length) {
    throw new LlmspellError(
      "input.invalid",
      `${method}: "${key}" is no position in a list of ${list.length} (positions count from 0)`,
    );
  }
  const next = change(list[index]);
  if (next === undefined) return list.toSpliced(index, 1);
  const copy = [...list];
  copy[index] = next;
  return copy;
}

/** A position in a list; -1 is the last one. */
function indexOf(key: string, length: number): number | undefined {
  if (!/^-?\d{1,9}$/.test(key)) return undefined;
  const index = Number(key);
  return index >= 0 ? index : index + length >= 0 ? index + length : undefined;
}

/** A shallow copy that keeps keys like `__proto__` and the mark of integer keys. */
export function copyObject(object: ScriptObject): ScriptObject {
  const copy: ScriptObject = { ...object };
  return hasIntegerKeys(object) ? markIntegerKeys(copy) : copy;
}
