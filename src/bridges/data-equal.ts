import {
  Handle,
  isPlainObject,
  ScriptFunction,
  type ScriptObject,
  type ScriptValue,
  setKey,
  TextValue,
} from "../values/script-value.ts";
import { copyObject } from "./data-path.ts";

/** Equality by content: the order of keys does not count, NaN equals itself, an integer equals its bigint, a nil member one that is absent. */
export function deepEqual(a: ScriptValue, b: ScriptValue): boolean {
  const [left, right] = [scalarOf(a), scalarOf(b)];
  if (left === right || (left !== left && right !== right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left))
    return (
      Array.isArray(right) && left.length === right.length && left.every((item, index) => deepEqual(item, right[index]))
    );
  if (left instanceof Uint8Array) return right instanceof Uint8Array && Buffer.compare(left, right) === 0;
  if (left instanceof Date) return right instanceof Date && Object.is(left.getTime(), right.getTime());
  if (left instanceof ScriptFunction) return right instanceof ScriptFunction && left.id === right.id;
  if (left instanceof Handle) return right instanceof Handle && left.id === right.id;
  if (!isPlainObject(left) || !isPlainObject(right)) return false;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => deepEqual(memberOf(left, key), memberOf(right, key)));
}

function scalarOf(value: ScriptValue): ScriptValue {
  if (value === undefined) return null;
  if (value instanceof TextValue) return value.text;
  return typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

export function memberOf(object: ScriptObject, key: string): ScriptValue {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A text that is the same exactly for values that are equal by content. Linear, so that sets of values can be made. */
export function identityText(value: ScriptValue): string {
  const scalar = scalarOf(value);
  if (typeof scalar === "string") return JSON.stringify(scalar);
  if (typeof scalar !== "object" || scalar === null)
    return typeof scalar === "bigint" ? `${scalar}` : String(Object.is(scalar, -0) ? 0 : scalar);
  if (Array.isArray(scalar)) return `[${scalar.map(identityText).join()}]`;
  if (scalar instanceof Uint8Array) return `bytes:${Buffer.from(scalar).toString("base64")}`;
  if (scalar instanceof Date) return `time:${scalar.getTime()}`;
  if (scalar instanceof ScriptFunction) return `function:${scalar.id}`;
  if (scalar instanceof Handle) return `handle:${scalar.id}`;
  const object = scalar as ScriptObject;
  const keys = Object.keys(object)
    .filter((key) => object[key] !== null && object[key] !== undefined)
    .toSorted();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${identityText(object[key])}`).join()}}`;
}

/** A copy of all lists and objects; functions and handles stay the same ones. */
export function deepClone(value: ScriptValue): ScriptValue {
  if (Array.isArray(value)) return value.map(deepClone);
  if (value instanceof Uint8Array) return value.slice();
  if (value instanceof Date) return new Date(value);
  if (!isPlainObject(value)) return value;
  const copy = copyObject(value);
  for (const key of Object.keys(copy)) setKey(copy, key, deepClone(copy[key]));
  return copy;
}
