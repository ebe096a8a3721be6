import { isPlainObject } from "../values/script-value.ts";
import type { StepFunction } from "../workflows/definition.ts";

/** Keeps every function of a definition beyond the call that gave it, as long as the run lasts. */
export function retainFunctions(part: unknown): void {
  if (typeof part === "function") return (part as StepFunction).retain();
  if (Array.isArray(part)) for (const item of part) retainFunctions(item);
  else if (isPlainObject(part)) for (const value of Object.values(part)) retainFunctions(value);
}
