import { LlmspellError } from "../errors.ts";
import { type ScriptObject, type ScriptValue, isPlainObject, setKey } from "../values/script-value.ts";
import { isEqual } from "./equal.ts";
import { escapePart } from "./paths.ts";

/**
 * - `last`: the other state as a whole.
 * - `mergeAll`: the top-level keys of both.
 * - `union`: the top-level keys of both, lists united without doubles.
 * - `deep`: objects are merged at every level.
 */
export type MergeStrategy = "last" | "mergeAll" | "union" | "deep";
/** Which value stays where both have a different one. */
export type ConflictResolution = "ours" | "theirs" | "error";

/** Merges two states into a third. Throws `state.invalid` naming the path when conflicts are errors. */
export function mergeStates(
  ours: ScriptObject,
  theirs: ScriptObject,
  strategy: MergeStrategy,
  resolution: ConflictResolution,
): ScriptObject {
  if (strategy === "last") return theirs;
  return mergeObjects(ours, theirs, strategy, resolution, "");
}

function mergeObjects(
  ours: ScriptObject,
  theirs: ScriptObject,
  strategy: MergeStrategy,
  resolution: ConflictResolution,
  prefix: string,
): ScriptObject {
  const merged: ScriptObject = { ...ours };
  for (const key of Object.keys(theirs)) {
    const path = prefix + escapePart(key);
    const value = Object.hasOwn(ours, key)
      ? mergeValues(ours[key], theirs[key], strategy, resolution, path)
      : theirs[key];
    setKey(merged, key, value);
  }
  return merged;
}

function mergeValues(
  ours: ScriptValue,
  theirs: ScriptValue,
  strategy: MergeStrategy,
  resolution: ConflictResolution,
  path: string,
): ScriptValue {
  if (strategy === "deep" && isPlainObject(ours) && isPlainObject(theirs))
    return mergeObjects(ours, theirs, strategy, resolution, `${path}.`);
  if (strategy === "union" && Array.isArray(ours) && Array.isArray(theirs)) return unite(ours, theirs);
  if (isEqual(ours, theirs)) return ours;
  if (resolution === "error") {
    throw new LlmspellError("state.invalid", `both states have a value at "${path}"`, {
      details: { path },
      hint: 'Pass conflictResolution: "ours" or "theirs".',
    });
  }
  return resolution === "ours" ? ours : theirs;
}

function unite(ours: readonly ScriptValue[], theirs: readonly ScriptValue[]): ScriptValue[] {
  const scalars = new Set<ScriptValue>();
  const united: ScriptValue[] = [];
  for (const item of [...ours, ...theirs]) {
    const scalar = typeof item !== "object" || item === null;
    if (scalar ? scalars.has(item) : united.some((other) => isEqual(other, item))) continue;
    if (scalar) scalars.add(item);
    united.push(item);
  }
  return united;
}
