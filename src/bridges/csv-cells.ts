import { z } from "zod";
import type { ScriptValue } from "../values/script-value.ts";
import { parseError } from "./pure-method.ts";

const cellType = z.enum(["text", "auto", "integer", "number", "boolean"]);

/** Types of the columns: one for all, or one each by name (by position from 0 for rows without names). */
export const csvTypes = z
  .union([cellType, z.record(z.string(), cellType)])
  .optional()
  .describe(
    '"text" (default), "auto" (numbers, true, false, and nil for empty fields) or a type by column name; empty fields are nil but for text.',
  );

export type CsvTypes = z.output<typeof csvTypes>;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INTEGER = /^[+-]?\d{1,19}$/;

/** A field as its column's type. Throws `parse.invalid`. */
export function convertCell(field: string, column: string, types: CsvTypes, line: () => number): ScriptValue {
  const type = typeof types === "object" ? (Object.hasOwn(types, column) ? types[column] : "text") : (types ?? "text");
  if (type === "text") return field;
  const text = field.trim();
  if (text === "") return null;
  const value = convert(text, type);
  if (value !== undefined) return value;
  if (type === "auto") return field;
  throw parseError("csv.decode", `"${text.slice(0, 40)}" in column "${column}" is no ${type}`, { line: line() });
}

function convert(text: string, type: z.output<typeof cellType> | undefined): ScriptValue {
  if (type === "boolean" || type === "auto") {
    const lower = text.toLowerCase();
    if (lower === "true" || (type === "boolean" && (lower === "1" || lower === "yes"))) return true;
    if (lower === "false" || (type === "boolean" && (lower === "0" || lower === "no"))) return false;
    if (type === "boolean") return undefined;
  }
  // A leading zero marks a code (a postal code, an account), not a number.
  if (type === "auto" && /^[+-]?0\d/.test(text)) return undefined;
  if (INTEGER.test(text)) {
    const exact = BigInt(text.replace("+", ""));
    if (BigInt.asIntN(64, exact) === exact) return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
  }
  return type !== "integer" && NUMBER.test(text) ? Number(text) : undefined;
}
