import { inspect } from "../values/inspect.ts";
import { type ScriptValue, TextValue } from "../values/script-value.ts";

/** A value as output: a text as it is, everything else as `inspect` shows it. */
function show(value: ScriptValue): string {
  if (typeof value === "string") return value;
  return value instanceof TextValue ? value.text : inspect(value);
}

export function showAll(values: readonly ScriptValue[], separator: string): string {
  return values.map(show).join(separator);
}
