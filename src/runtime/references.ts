import { LlmspellError } from "../errors.ts";
import { Handle, ScriptFunction, type ScriptObject, type ScriptValue } from "../values/script-value.ts";

/** Throws `value.unsupported` for what only lives inside one VM. `does` is who does what with it, `where` begins its path. */
export function rejectReferences(value: ScriptValue, does: string, where: string): void {
  if (value instanceof ScriptFunction || value instanceof Handle) {
    const what = value instanceof ScriptFunction ? `a function (${value.name})` : `a ${value.type}`;
    throw new LlmspellError("value.unsupported", `${does} ${what} in ${where}, which lives only inside the run`, {
      hint: "Pass data: text, numbers, lists and tables of them.",
    });
  }
  if (Array.isArray(value)) value.forEach((item, index) => rejectReferences(item, does, `${where}[${index}]`));
  else if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    for (const [key, item] of Object.entries(value as ScriptObject)) rejectReferences(item, does, `${where}.${key}`);
  }
}
