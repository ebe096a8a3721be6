import { LlmspellError } from "../errors.ts";
import { type ScriptObject, type ScriptValue, TextValue } from "../values/script-value.ts";

export type Attribute = string | number | boolean | readonly string[] | readonly number[] | readonly boolean[];

/** What describes a measurement or a span, as OpenTelemetry has it: text, numbers, booleans, lists of one of them. */
export type Attributes = Readonly<Record<string, Attribute>>;

const MOST_ATTRIBUTES = 64;
const LONGEST_TEXT = 4096;

/** Attributes in the order of their names; those without a value are left out. Throws `input.invalid`, `telemetry.limit`. */
export function readAttributes(given: ScriptObject): Attributes {
  const read: Record<string, Attribute> = {};
  const names = Object.keys(given).toSorted();
  if (names.length > MOST_ATTRIBUTES)
    throw tooMany(`more than ${MOST_ATTRIBUTES} attributes`, { attributes: names.length });
  for (const name of names) {
    const value = given[name];
    if (value === null || value === undefined) continue;
    Object.defineProperty(read, name, { value: readAttribute(name, value), enumerable: true });
  }
  return read;
}

/** One value. Throws `input.invalid` for what is no text, number, boolean or list of one of them. */
export function readAttribute(name: string, value: ScriptValue): Attribute {
  if (!Array.isArray(value)) return readScalar(name, value);
  const items = value.map((item) => readScalar(name, item as ScriptValue));
  if (new Set(items.map((item) => typeof item)).size > 1) throw notAnAttribute(name);
  return items as Attribute;
}

function readScalar(name: string, value: ScriptValue): string | number | boolean {
  if (typeof value === "boolean") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "string" || value instanceof TextValue) return clip(String(value));
  throw notAnAttribute(name);
}

function clip(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text;
}

export function tooMany(what: string, details: Record<string, unknown>): LlmspellError {
  return new LlmspellError("telemetry.limit", `${what} are kept by no run`, {
    details,
    hint: "Attributes are for what has few values: a tool, a model, a status; no ids and no texts.",
  });
}

function notAnAttribute(name: string): LlmspellError {
  return new LlmspellError(
    "input.invalid",
    `the attribute "${name}" is neither text, number nor boolean, nor a list of one of them`,
    { details: { attribute: name } },
  );
}
