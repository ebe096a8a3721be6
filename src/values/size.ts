import { CONTAINER_BYTES, Handle, ScriptFunction, type ScriptValue, TextValue } from "./script-value.ts";

/** Estimated bytes that a value holds on the host: as `ValueLimits` counts. No cycles expected. */
export function sizeOf(value: ScriptValue): number {
  if (typeof value === "string") return value.length + 8;
  if (typeof value !== "object" || value === null) return 8;
  if (value instanceof Uint8Array) return value.byteLength + 8;
  if (Array.isArray(value)) {
    let size = CONTAINER_BYTES;
    for (const item of value) size += sizeOf(item);
    return size;
  }
  if (value instanceof TextValue) return value.text.length + 8 + sizeOf(value.fields);
  if (value instanceof ScriptFunction || value instanceof Handle || value instanceof Date || value instanceof Error)
    return CONTAINER_BYTES;
  let size = CONTAINER_BYTES;
  for (const key in value) size += key.length + 8 + sizeOf(value[key]);
  return size;
}
