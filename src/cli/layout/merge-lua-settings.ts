type Json = Record<string, unknown>;

/**
 * A user's `.luarc.json` with what it lacks of ours: lists get our items, objects our members, and what says something
 * already stays. The same text where nothing is missing; undefined where it is no JSON object.
 */
export function mergeLuaSettings(present: string, ours: string): string | undefined {
  const settings = parse(present);
  if (!settings) return undefined;
  const merged = merge(settings, JSON.parse(ours) as Json);
  return JSON.stringify(merged) === JSON.stringify(settings) ? present : `${JSON.stringify(merged, null, 2)}\n`;
}

function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Keys of the language server may be written as paths: `"runtime.version"`, `"Lua.runtime.version"`. */
function merge(settings: Json, ours: Json): Json {
  const result = structuredClone(settings);
  for (const [keys, value] of leavesOf(ours)) {
    const flat = [keys.join("."), `Lua.${keys.join(".")}`].find((name) => Object.hasOwn(result, name));
    if (flat === undefined) setNested(result, keys, value);
    else result[flat] = joined(result[flat], value);
  }
  return result;
}

function leavesOf(value: Json, path: readonly string[] = []): [keys: string[], value: unknown][] {
  return Object.entries(value).flatMap(([key, inner]) =>
    isObject(inner) ? leavesOf(inner, [...path, key]) : [[[...path, key], inner]],
  );
}

/** Objects on the way are made; where something else stands in the way, it stays. */
function setNested(settings: Json, keys: readonly string[], value: unknown): void {
  const [key = "", ...rest] = keys;
  if (rest.length === 0) settings[key] = joined(settings[key], value);
  else if (settings[key] === undefined) setNested((settings[key] = {}) as Json, rest, value);
  else if (isObject(settings[key])) setNested(settings[key], rest, value);
}

function joined(known: unknown, ours: unknown): unknown {
  if (known === undefined) return ours;
  return Array.isArray(known) && Array.isArray(ours) ? [...new Set<unknown>([...known, ...ours])] : known;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
