import { LlmspellError } from "../errors.ts";
import { nearestName } from "../values/nearest-name.ts";
import { checkName, compilePattern } from "./event-pattern.ts";
import { EVENT_TYPES } from "./event-types.ts";

const NAMES: readonly string[] = Object.keys(EVENT_TYPES);
const FAMILIES: ReadonlySet<string> = new Set(NAMES.map(familyOf));

/** Throws `events.invalid_name` for a pattern that no event can ever fit: names of LLMSpell's own families are all known. */
export function checkPattern(pattern: string): void {
  const fits = compilePattern(pattern);
  if (!pattern.includes("*") && !pattern.includes(".") && FAMILIES.has(pattern)) {
    throw invalid(`"${pattern}" is no event name`, `Every event of it: "${pattern}.**".`);
  }
  if (!pattern.includes("*")) checkName(pattern);
  const family = familyOf(pattern);
  if (!FAMILIES.has(family) || NAMES.some(fits)) return;
  const near = nearestName(pattern, NAMES);
  throw invalid(
    `no event fits "${pattern}"${near === undefined ? "" : ` (did you mean "${near}"?)`}`,
    `There are ${NAMES.filter((name) => familyOf(name) === family).join(", ")}; names of your own begin with another word.`,
  );
}

/** Throws `events.invalid_name` for a name that a script may not emit. */
export function checkOwnName(name: string): void {
  checkName(name);
  const family = familyOf(name);
  if (!FAMILIES.has(family)) return;
  throw invalid(
    `events that begin with "${family}" are LLMSpell's own: "${name}"`,
    "Choose another name, such as `my.event`.",
  );
}

function familyOf(name: string): string {
  return name.split(".", 1)[0] as string;
}

function invalid(message: string, hint: string): LlmspellError {
  return new LlmspellError("events.invalid_name", message, { hint });
}
