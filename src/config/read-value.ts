import path from "node:path";
import { nearestName } from "../values/nearest-name.ts";
import { readDuration, readSize, showDuration, showSize } from "../values/units.ts";
import type { ConfigValue, LeafSetting, NumberSetting } from "./setting.ts";

export type Scalar = string | number | boolean | null;

export interface ReadContext {
  /** Absolute folder that relative paths start from. */
  folder: string;
  home: string;
  /** The value came as text (a variable, an interpolation), whatever its type. */
  asText: boolean;
}

export type ReadResult = { value: ConfigValue } | { problem: string };

const TRUE = new Set(["true", "yes", "on", "1"]);
const FALSE = new Set(["false", "no", "off", "0"]);

/** What a setting makes of a value as a file or a variable gives it; or what is wrong, as a sentence without a subject. */
export function readValue(setting: LeafSetting, given: Scalar, context: ReadContext): ReadResult {
  switch (setting.type) {
    case "flag":
      return readFlag(setting, given, context);
    case "number":
      return readNumber(setting, given, context);
    case "duration":
      return readAmount(setting, given, readDuration, "a duration such as 500ms, 90s or 5m", showDuration);
    case "size":
      return readAmount(setting, given, readSize, "a size such as 512KB or 64MB", showSize);
    case "list":
      return { problem: `wants a list, got ${describe(given)}` };
    case "choice":
      return readChoice(setting, given);
    case "path": {
      if (typeof given !== "string" || given === "") return { problem: `wants a path, got ${describe(given)}` };
      if (setting.words?.includes(given)) return { value: given };
      return { value: absolutePath(given, context) };
    }
    case "text": {
      if (typeof given !== "string" || given === "")
        return { problem: `wants text, got ${describe(given, setting.secret)}` };
      if (setting.form === "url" && !/^https?:$/.test(URL.parse(given)?.protocol ?? ""))
        return { problem: `wants an address with http:// or https://, got "${given}"` };
      return { value: given };
    }
  }
}

/** `~` is the home folder; a relative path starts from the folder of what names it. */
export function absolutePath(given: string, { folder, home }: Pick<ReadContext, "folder" | "home">): string {
  const isHome = given === "~" || given.startsWith("~/");
  return isHome ? path.join(home, given.slice(1)) : path.resolve(folder, given);
}

function readFlag(setting: LeafSetting & { type: "flag" }, given: Scalar, { asText }: ReadContext): ReadResult {
  const word = String(given).toLowerCase();
  const value = asText && TRUE.has(word) ? true : asText && FALSE.has(word) ? false : given;
  if (typeof value !== "boolean") return { problem: `wants true or false, got ${describe(given)}` };
  if (setting.refused?.value === value) return { problem: `cannot be ${value}: ${setting.refused.why}` };
  return { value };
}

function readNumber({ whole, least }: NumberSetting, given: Scalar, { asText }: ReadContext): ReadResult {
  const value = asText && typeof given === "string" && given.trim() !== "" ? Number(given) : given;
  const wanted = `wants a ${whole ? "whole number" : "number"} of at least ${least}`;
  const fits = typeof value === "number" && Number.isFinite(value) && (!whole || Number.isSafeInteger(value));
  return fits && value >= least ? { value } : { problem: `${wanted}, got ${describe(given)}` };
}

function readAmount(
  { least = 0 }: { least?: number },
  given: Scalar,
  parse: (text: string) => number | undefined,
  form: string,
  show: (amount: number) => string,
): ReadResult {
  const text = typeof given === "string" || typeof given === "number" ? String(given).trim() : "";
  const value = text === "0" ? 0 : parse(text);
  if (value === undefined || !Number.isFinite(value)) return { problem: `wants ${form}, got ${describe(given)}` };
  return value >= least ? { value } : { problem: `must be at least ${show(least)}, got ${describe(given)}` };
}

function readChoice({ choices, refused = {} }: LeafSetting & { type: "choice" }, given: Scalar): ReadResult {
  if (typeof given === "string" && choices.includes(given)) return { value: given };
  if (typeof given === "string" && Object.hasOwn(refused, given))
    return { problem: `cannot be "${given}": ${refused[given]}` };
  const near = typeof given === "string" ? nearestName(given, choices) : undefined;
  const wanted = choices.length === 1 ? `"${choices[0]}"` : `one of ${choices.join(", ")}`;
  return { problem: `wants ${wanted}, got ${describe(given)}${near ? ` (did you mean "${near}"?)` : ""}` };
}

function describe(given: Scalar, secret = false): string {
  if (given === null) return "nothing";
  if (given === "") return "empty text";
  if (secret) return typeof given === "string" ? "other text" : `a ${typeof given}`;
  return typeof given === "string" ? `"${given}"` : String(given);
}
