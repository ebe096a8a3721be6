import { LlmspellError, type ErrorData } from "../errors.ts";
import {
  aliasesOf,
  type FieldAliases,
  Handle,
  hasIntegerKeys,
  markAliases,
  markIntegerKeys,
  ScriptFunction,
  type ScriptObject,
  type ScriptValue,
  setKey,
  TextValue,
} from "./script-value.ts";

/** Key that marks a wrapped value; data that has this key is wrapped itself. */
const KIND = "$llmspell";

/** Writes what a carrier cannot hold as it is; anything else it gives back. Gets numbers, bigints, times and bytes. */
export type PackLeaf = (value: number | bigint | Date | Uint8Array) => unknown;

const asItIs: PackLeaf = (value) => value;

/**
 * A value in a form that structured clone carries between threads. Data passes as it is (no copy); what has a class of
 * ours is wrapped. Functions and handles become references that `unpack` gives back as custom handles without state.
 */
export function pack(value: ScriptValue): unknown {
  return packWith(value, asItIs);
}

/** The same, with a carrier's own form of numbers, times and bytes. */
export function packWith(value: ScriptValue, leaf: PackLeaf): unknown {
  switch (typeof value) {
    case "number":
    case "bigint":
      return leaf(value);
    case "object":
      return value === null ? null : packInstance(value, leaf);
    case "function":
      // A script's function as one bridge method passes it on to another.
      return { [KIND]: "handle", type: "function", id: (value as { functionId: number }).functionId };
    default:
      return value;
  }
}

function packInstance(value: Exclude<ScriptValue & object, null>, leaf: PackLeaf): unknown {
  if (Array.isArray(value)) return packArray(value, leaf);
  if (value instanceof Uint8Array || value instanceof Date) return leaf(value);
  if (value instanceof TextValue) return { [KIND]: "text", text: value.text, fields: packWith(value.fields, leaf) };
  if (LlmspellError.is(value)) return { [KIND]: "error", data: packErrorData(value.toData(), leaf) };
  if (value instanceof Handle) return { [KIND]: "handle", type: value.type, id: value.id };
  if (value instanceof ScriptFunction) return { [KIND]: "handle", type: "function", id: value.id };
  return packObject(value as ScriptObject, leaf);
}

/** An error's details may hold anything that a script or a bridge put there: what is no data is left out. */
export function packErrorData(data: ErrorData, leaf: PackLeaf = asItIs): ErrorData {
  if (data.details === undefined) return data;
  const { details, ...rest } = data;
  try {
    return { ...rest, details: packWith(details as ScriptObject, leaf) as Record<string, unknown> };
  } catch {
    return rest; // It contains itself.
  }
}

export function unpackErrorData(data: ErrorData): ErrorData {
  if (data.details === undefined) return data;
  return { ...data, details: unpack(data.details) as Record<string, unknown> };
}

function packArray(array: readonly ScriptValue[], leaf: PackLeaf): unknown {
  let packed: unknown[] | undefined;
  for (let index = 0; index < array.length; index++) {
    const item = array[index];
    const done = packWith(item, leaf);
    if (done !== item && packed === undefined) packed = array.slice(0, index);
    packed?.push(done);
  }
  return packed ?? array;
}

function packObject(object: ScriptObject, leaf: PackLeaf): unknown {
  const keys = Object.keys(object);
  const aliases = aliasesOf(object);
  const special =
    aliases !== undefined ||
    hasIntegerKeys(object) ||
    Object.hasOwn(object, KIND) ||
    Object.hasOwn(object, "__proto__");
  if (special) {
    const entries = keys.map((key) => [key, packWith(object[key], leaf)] as const);
    return { [KIND]: "object", entries, integerKeys: hasIntegerKeys(object), aliases };
  }
  let packed: Record<string, unknown> | undefined;
  for (const key of keys) {
    const item = object[key];
    const done = packWith(item, leaf);
    if (done === item) continue;
    packed ??= { ...object };
    packed[key] = done;
  }
  return packed ?? object;
}

type Wrapped =
  | { [KIND]: "text"; text: string; fields: unknown }
  | { [KIND]: "error"; data: ErrorData }
  | { [KIND]: "handle"; type: string; id: number }
  | {
      [KIND]: "object";
      entries: readonly (readonly [string, unknown])[];
      integerKeys: boolean;
      aliases: FieldAliases | undefined;
    }
  | { [KIND]: "bytes"; base64: string }
  | { [KIND]: "time"; at: number | null }
  | { [KIND]: "integer" | "number"; text: string };

/** What JSON has no notation for, wrapped: bytes, times, 64-bit integers, NaN, infinities and -0. */
export const packForJson: PackLeaf = (value) => {
  if (typeof value === "number") {
    if (Number.isFinite(value) && !Object.is(value, -0)) return value;
    return { [KIND]: "number", text: Object.is(value, -0) ? "-0" : String(value) };
  }
  if (typeof value === "bigint") return { [KIND]: "integer", text: String(value) };
  if (value instanceof Date) return { [KIND]: "time", at: value.getTime() };
  return { [KIND]: "bytes", base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64") };
};

/** The value behind `pack`. */
export function unpack(packed: unknown): ScriptValue {
  if (typeof packed !== "object" || packed === null) return packed as ScriptValue;
  if (Array.isArray(packed)) return packed.map(unpack);
  if (packed instanceof Uint8Array || packed instanceof Date) return packed;
  if (Object.hasOwn(packed, KIND)) return unwrap(packed as Wrapped);
  const object: ScriptObject = {};
  for (const [key, value] of Object.entries(packed)) object[key] = unpack(value);
  return object;
}

function unwrap(wrapped: Wrapped): ScriptValue {
  switch (wrapped[KIND]) {
    case "text":
      return new TextValue(wrapped.text, unpack(wrapped.fields) as ScriptObject);
    case "error":
      return LlmspellError.fromData(unpackErrorData(wrapped.data));
    case "handle":
      return new Handle(wrapped.type, wrapped.id, undefined);
    case "object": {
      const object: ScriptObject = {};
      for (const [key, value] of wrapped.entries) setKey(object, key, unpack(value));
      if (wrapped.aliases) markAliases(object, wrapped.aliases);
      return wrapped.integerKeys ? markIntegerKeys(object) : object;
    }
    case "bytes":
      return new Uint8Array(Buffer.from(wrapped.base64, "base64"));
    case "time":
      return new Date(wrapped.at ?? Number.NaN);
    case "integer":
      return BigInt(wrapped.text);
    case "number":
      return Number(wrapped.text);
  }
}
