import { z } from "zod";
import type { Parameters, Signature } from "../bridge/define-bridge.ts";
import type { Callback } from "../bridge/schemas.ts";
import { anyObject, anyValue, callback } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { inspect } from "../values/inspect.ts";
import { type ScriptObject, type ScriptValue, TextValue } from "../values/script-value.ts";
import { getPath } from "./data-path.ts";

export const list = z.array(anyValue);
/** A list or an object. */
export const collection = z.union([list, anyObject], { error: "expected a list or an object" });
export type Collection = ScriptValue[] | ScriptObject;

/** How a method is called that answers a list for a list and an object for an object. */
export function ofEachKind(more: Parameters): readonly Signature[] {
  return [
    { input: { list, ...more }, output: list },
    { input: { object: anyObject, ...more }, output: anyObject },
  ];
}

/** What tells a key of an item: a path into it, or a function. */
export const selector = z.union([z.string(), callback([anyValue], anyValue, ["item"])], {
  error: "expected a path or a function",
});
export type Selector = string | Callback<[ScriptValue]>;

/** What is decided by: a function, or an object whose members an item must have. */
export const condition = z.union([callback([anyValue, anyValue], anyValue, ["item", "key"]), anyObject], {
  error: "expected a function or an object",
});

/** Items with their keys; a list's items have none. */
export function entriesOf(given: Collection): [value: ScriptValue, key: string | undefined][] {
  if (Array.isArray(given)) return given.map((value) => [value, undefined]);
  return Object.keys(given).map((key) => [given[key], key]);
}

export function callWith(fn: Callback, value: ScriptValue, key: string | undefined): unknown {
  return key === undefined ? fn(value) : fn(value, key);
}

/** A decision: languages differ in what counts as true, so only true, false and nil do. Throws `input.invalid`. */
export function decision(method: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  if (value === null || value === undefined) return false;
  throw new LlmspellError(
    "input.invalid",
    `${method}: the function must return true, false or nil, it returned ${inspect(value as ScriptValue, { length: 100 })}`,
  );
}

/** The value that an item is grouped, sorted or counted by. */
export function* select(by: Selector | undefined, item: ScriptValue): Generator<unknown, ScriptValue, unknown> {
  if (by === undefined) return item;
  if (typeof by === "string") return getPath(item, by) ?? null;
  return ((yield by(item)) as ScriptValue) ?? null;
}

/** A selected value as an object's key. Throws `input.invalid` for what has no plain text. */
export function keyText(method: string, value: ScriptValue): string {
  if (value === null || value === undefined) return "nil";
  if (value instanceof TextValue) return value.text;
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object") return String(value);
  throw new LlmspellError(
    "input.invalid",
    `${method}: a key must be text, a number or a boolean, not ${inspect(value, { length: 100 })}`,
  );
}
