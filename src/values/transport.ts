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

/**
 * A value in a form that structured clone carries between threads. Data passes as it is (no copy); what has a class of
 * ours is wrapped. Functions and handles become references that `unpack` gives back as custom handles without state.
 */
export function pack(value: ScriptValue): unknown {
  // A script's function as one bridge method passes it on to another.
  if (typeof value === "function")
    return { [KIND]: "handle", type: "function", id: (value as { functionId: number }).functionId };
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return packArray(value);
  if (value instanceof Uint8Array || value instanceof Date) return value;
  if (value instanceof TextValue) return { [KIND]: "text", text: value.text, fields: pack(value.fields) };
  if (LlmspellError.is(value)) return { [KIND]: "error", data: value.toData() };
  if (value instanceof Handle) return { [KIND]: "handle", type: value.type, id: value.id };
  if (value instanceof ScriptFunction) return { [KIND]: "handle", type: "function", id: value.id };
  return packObject(value as ScriptObject);
}

function packArray(array: readonly ScriptValue[]): unknown {
  let packed: unknown[] | undefined;
  for (let index = 0; index < array.length; index++) {
    const item = array[index];
    const done = pack(item);
    if (done !== item) packed ??= array.slice(0, index);
    packed?.push(done);
  }
  return packed ?? array;
}

function packObject(object: ScriptObject): unknown {
  const aliases = aliasesOf(object);
  const special =
    aliases !== undefined ||
    hasIntegerKeys(object) ||
    Object.hasOwn(object, KIND) ||
    Object.hasOwn(object, "__proto__");
  const entries = Object.keys(object).map((key) => [key, pack(object[key])] as const);
  if (special) return { [KIND]: "object", entries, integerKeys: hasIntegerKeys(object), aliases };
  return entries.every(([key, value]) => value === object[key]) ? object : Object.fromEntries(entries);
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
      return LlmspellError.fromData(wrapped.data);
    case "handle":
      return new Handle(wrapped.type, wrapped.id, undefined);
    case "object": {
      const object: ScriptObject = {};
      for (const [key, value] of wrapped.entries) setKey(object, key, unpack(value));
      if (wrapped.aliases) markAliases(object, wrapped.aliases);
      return wrapped.integerKeys ? markIntegerKeys(object) : object;
    }
  }
}
