import { LlmspellError } from "../errors.ts";
import { type ScriptValue, TextValue } from "../values/script-value.ts";

/** Order of two values of one kind: numbers, texts by code point, times, booleans (false first). Nil is last in either direction. Throws `input.invalid`. */
export function compareValues(method: string, a: ScriptValue, b: ScriptValue, descending = false): number {
  const [left, right] = [comparable(a), comparable(b)];
  if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
  const [leftKind, rightKind] = [kindOf(left), kindOf(right)];
  if (leftKind !== rightKind || leftKind === "other") {
    throw new LlmspellError(
      "input.invalid",
      `${method}: values of the kinds ${nameOf(a)} and ${nameOf(b)} have no order`,
    );
  }
  const order =
    typeof left === "string"
      ? comparePoints(left, right as string)
      : left < right
        ? -1
        : left > right
          ? 1
          : compareNaN(left, right);
  return descending ? -order : order;
}

type Comparable = number | bigint | string | boolean | object;

function comparable(value: ScriptValue): Comparable | null {
  if (value === null || value === undefined) return null;
  if (value instanceof TextValue) return value.text;
  return value instanceof Date ? value.getTime() : value;
}

function kindOf(value: Comparable): "number" | "text" | "boolean" | "other" {
  if (typeof value === "number" || typeof value === "bigint") return "number";
  if (typeof value === "string") return "text";
  return typeof value === "boolean" ? "boolean" : "other";
}

function nameOf(value: ScriptValue): string {
  if (Array.isArray(value)) return "list";
  return typeof value === "object" ? (value instanceof Date ? "time" : "object") : typeof value;
}

/** By code point: unlike by UTF-16 units, the same order as of the bytes of UTF-8. */
function comparePoints(a: string, b: string): number {
  if (a === b) return 0;
  let at = 0;
  while (a[at] === b[at]) at += 1;
  const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
  if (Number.isNaN(left)) return -1;
  if (Number.isNaN(right)) return 1;
  const surrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdfff;
  if (surrogate(left) !== surrogate(right)) return surrogate(left) ? 1 : -1;
  return left - right;
}

/** NaN after all numbers. */
function compareNaN(a: Comparable, b: Comparable): number {
  return Number(a !== a) - Number(b !== b);
}
