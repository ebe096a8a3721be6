import type { z } from "zod";
import {
  type FieldAliases,
  isPlainObject,
  markAliases,
  ScriptFunction,
  type ScriptObject,
  type ScriptValue,
  setKey,
  TextValue,
} from "../values/script-value.ts";
import { toSnakeCase } from "../engine/naming.ts";
import { respellInSnakeCase } from "./respell.ts";
import type { SchemaTag } from "./schema-tags.ts";
import { tagOf } from "./schema-tags.ts";
import type { Callback } from "./schemas.ts";

/**
 * Reshapes a value by a schema: declared fields change their spelling, user data stays untouched. `undefined` stands
 * for "nothing to do", so that most schemas cost nothing.
 */
export type Reshape = ((value: unknown, scope: ReshapeScope) => unknown) | undefined;

/** What reshaping needs from the call: how a script's function becomes a host function. */
export interface ReshapeScope {
  wrap(fn: ScriptFunction | Callback, spec: NonNullable<SchemaTag["callback"]>): unknown;
}

/**
 * Compiles what happens to an argument before validation: the other spelling of declared fields, and of the words of a choice,
 * becomes the declared one, a nil in an optional field becomes absent, a text value becomes its text where a string is wanted, an empty
 * table becomes an array where one is wanted.
 */
export function compileInput(schema: z.ZodType): Reshape {
  return compile(schema, inputRules, new Map());
}

/** Compiles how a result is presented: declared fields in the script's own spelling. */
export function compileOutput(schema: z.ZodType, naming: "camel" | "snake"): Reshape {
  if (tagOf(schema)?.presented)
    return naming === "snake" ? (value) => respellInSnakeCase(value as ScriptValue) : undefined;
  return compile(schema, naming === "snake" ? snakeRules : camelRules, new Map());
}

interface Rules {
  direction: "input" | "output";
  string: Reshape;
  /** Of a choice among words. */
  words(words: readonly string[]): Reshape;
  object(fields: readonly Field[]): Reshape;
}

interface Field {
  name: string;
  alias: string;
  reshape: Reshape;
  optional: boolean;
}

/** The part of a zod definition that is read here. */
interface Definition {
  type: string;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  items?: z.ZodType[];
  entries?: Record<string, string>;
  innerType?: z.ZodType;
  valueType?: z.ZodType;
  options?: z.ZodType[];
  in?: z.ZodType;
  out?: z.ZodType;
  left?: z.ZodType;
  right?: z.ZodType;
  getter?: () => z.ZodType;
}

type Seen = Map<z.ZodType, { reshape: Reshape }>;

function compile(schema: z.ZodType, rules: Rules, seen: Seen): Reshape {
  const known = seen.get(schema);
  // A recursive schema meets itself here before it is compiled: look the result up when it is called.
  if (known) return (value, scope) => (known.reshape ? known.reshape(value, scope) : value);
  const slot: { reshape: Reshape } = { reshape: undefined };
  seen.set(schema, slot);
  slot.reshape = compileNew(schema, rules, seen);
  if (!isRecursive(schema)) seen.delete(schema);
  return slot.reshape;
}

function isRecursive(schema: z.ZodType): boolean {
  return definitionOf(schema).type === "lazy";
}

function compileNew(schema: z.ZodType, rules: Rules, seen: Seen): Reshape {
  const tag = tagOf(schema);
  if (tag?.text) return textReshape(compile(tag.text, rules, seen), rules);
  if (tag?.callback) return callbackReshape(tag.callback, rules);
  if (tag?.shapeOf) return shapedReshape(tag.shapeOf, rules);
  const definition = definitionOf(schema);
  const go = (inner: z.ZodType | undefined): Reshape => (inner ? compile(inner, rules, seen) : undefined);
  switch (definition.type) {
    case "string":
      return rules.string;
    case "enum":
      return rules.words(Object.values(definition.entries ?? {}));
    case "object":
      return rules.object(fieldsOf(definition.shape ?? {}, go));
    case "array":
      return arrayReshape(go(definition.element), rules);
    case "tuple":
      return tupleReshape((definition.items ?? []).map(go), rules);
    case "record":
      return recordReshape(go(definition.valueType));
    case "union":
      return unionReshape(definition.options ?? [], rules, seen);
    case "intersection":
      return chain(go(definition.left), go(definition.right));
    case "pipe":
      return go(rules.direction === "input" ? definition.in : definition.out);
    case "lazy":
      return go(definition.getter?.());
    default:
      return go(definition.innerType);
  }
}

function definitionOf(schema: z.ZodType): Definition {
  return schema._zod.def as unknown as Definition;
}

function fieldsOf(shape: Record<string, z.ZodType>, go: (schema: z.ZodType) => Reshape): Field[] {
  return Object.entries(shape).map(([name, schema]) => ({
    name,
    alias: toSnakeCase(name),
    reshape: go(schema),
    optional: schema._zod.optin === "optional",
  }));
}

const textOf = (value: unknown): unknown => (value instanceof TextValue ? value.text : value);

const inputRules: Rules = {
  direction: "input",
  string: textOf,
  words(words) {
    const aliases = words.map((word) => [toSnakeCase(word), word] as const).filter(([alias, word]) => alias !== word);
    if (aliases.length === 0) return textOf;
    const byAlias = new Map(aliases.filter(([alias]) => !words.includes(alias)));
    return (value) => byAlias.get(textOf(value) as string) ?? textOf(value);
  },
  object(fields) {
    const byAlias = new Map(fields.map((field) => [field.alias, field]));
    const byName = new Map(fields.map((field) => [field.name, field]));
    return (value, scope) => {
      if (!isPlainObject(value)) return value;
      const result: ScriptObject = {};
      for (const key of Object.keys(value)) {
        const field = byName.get(key) ?? byAlias.get(key);
        const given = value[key];
        if (!field) setKey(result, key, given);
        else if (given === null && field.optional) continue;
        else setKey(result, field.name, apply(field.reshape, given, scope));
      }
      return result;
    };
  },
};

const snakeRules: Rules = {
  direction: "output",
  string: undefined,
  words: () => undefined,
  object(fields) {
    if (fields.every((field) => field.alias === field.name && !field.reshape)) return undefined;
    const byName = new Map(fields.map((field) => [field.name, field]));
    return (value, scope) => {
      if (!isPlainObject(value)) return value;
      const result: ScriptObject = {};
      for (const key of Object.keys(value)) {
        const field = byName.get(key);
        setKey(result, field ? field.alias : key, field ? apply(field.reshape, value[key], scope) : value[key]);
      }
      return result;
    };
  },
};

const camelRules: Rules = {
  direction: "output",
  string: undefined,
  words: () => undefined,
  object(fields) {
    const aliases: FieldAliases = fields
      .filter((field) => field.alias !== field.name)
      .map((field) => [field.alias, field.name] as const);
    const inner = fields.filter((field) => field.reshape);
    if (aliases.length === 0 && inner.length === 0) return undefined;
    return (value, scope) => {
      if (!isPlainObject(value)) return value;
      const result: ScriptObject = { ...value };
      for (const field of inner) {
        if (field.name in result) result[field.name] = apply(field.reshape, result[field.name], scope);
      }
      return aliases.length === 0 ? result : markAliases(result, aliases);
    };
  },
};

function textReshape(fields: Reshape, rules: Rules): Reshape {
  if (rules.direction === "input" || !fields) return undefined;
  return (value, scope) =>
    value instanceof TextValue ? new TextValue(value.text, fields(value.fields, scope) as ScriptObject) : value;
}

function callbackReshape(spec: NonNullable<SchemaTag["callback"]>, rules: Rules): Reshape {
  if (rules.direction === "output") return undefined;
  return (value, scope) =>
    value instanceof ScriptFunction || typeof value === "function"
      ? scope.wrap(value as ScriptFunction | Callback, spec)
      : value;
}

function shapedReshape({ of }: NonNullable<SchemaTag["shapeOf"]>, rules: Rules): Reshape {
  if (rules.direction === "input") return undefined;
  const known = new Map<z.ZodType, { reshape: Reshape }>();
  return (value, scope) => {
    if (!isPlainObject(value)) return value;
    const schema = of(value);
    const compiled = known.get(schema) ?? { reshape: compile(schema, rules, new Map()) };
    known.set(schema, compiled);
    return apply(compiled.reshape, value, scope);
  };
}

function arrayReshape(element: Reshape, rules: Rules): Reshape {
  if (rules.direction === "output" && !element) return undefined;
  return (value, scope) => {
    if (rules.direction === "input" && isEmptyTable(value)) return [];
    return Array.isArray(value) && element ? value.map((item) => element(item, scope)) : value;
  };
}

function tupleReshape(items: Reshape[], rules: Rules): Reshape {
  if (rules.direction === "output" && items.every((item) => !item)) return undefined;
  return (value, scope) => {
    if (rules.direction === "input" && isEmptyTable(value)) return [];
    return Array.isArray(value) ? value.map((item, index) => apply(items[index], item, scope)) : value;
  };
}

function recordReshape(inner: Reshape): Reshape {
  if (!inner) return undefined;
  return (value, scope) => {
    if (!isPlainObject(value)) return value;
    const result: ScriptObject = {};
    for (const key of Object.keys(value)) setKey(result, key, inner(value[key], scope) as ScriptValue);
    return result;
  };
}

/**
 * Of a union, the branch for the value's kind. Among several object branches an argument passes through all (their
 * declared fields are pooled), a result through the first whose required fields it has.
 */
function unionReshape(options: readonly z.ZodType[], rules: Rules, seen: Seen): Reshape {
  const flat = options.flatMap(flatten);
  const compiled = flat.map((option) => ({
    option,
    type: definitionOf(option).type,
    tag: tagOf(option),
    reshape: compile(option, rules, seen),
  }));
  const find = (...types: string[]) => compiled.filter(({ type, tag }) => types.includes(type) && !tag);
  const text = compiled.find(({ tag }) => tag?.text)?.reshape ?? find("string", "enum")[0]?.reshape;
  // Where any text will do, it is the user's own.
  const word = find("string").length === 0 ? find("enum")[0]?.reshape : undefined;
  const call = compiled.find(({ tag }) => tag?.callback)?.reshape;
  const array = find("array", "tuple")[0]?.reshape;
  const objects = [...find("object", "record", "intersection", "lazy"), ...compiled.filter(({ tag }) => tag?.object)];
  if (![text, call, array, ...objects.map(({ reshape }) => reshape)].some((reshape) => reshape)) return undefined;
  const object: Reshape =
    rules.direction === "input"
      ? (value, scope) => objects.reduce((current, { reshape }) => apply(reshape, current, scope) as unknown, value)
      : (value, scope) =>
          apply(objects.find(({ option }) => hasRequired(option, value as ScriptObject))?.reshape, value, scope);
  return (value, scope) => {
    if (value instanceof TextValue) return apply(text, value, scope);
    if (value instanceof ScriptFunction || typeof value === "function") return apply(call, value, scope);
    if (Array.isArray(value)) return apply(array, value, scope);
    if (typeof value === "string") return apply(word, value, scope);
    if (!isPlainObject(value)) return value;
    return array && objects.length === 0 ? apply(array, value, scope) : object(value, scope);
  };
}

function hasRequired(schema: z.ZodType, value: ScriptObject): boolean {
  return Object.entries(definitionOf(schema).shape ?? {}).every(
    ([name, field]) => name in value || field._zod.optout === "optional",
  );
}

function flatten(schema: z.ZodType): z.ZodType[] {
  const definition = definitionOf(schema);
  if (definition.type === "union") return (definition.options ?? []).flatMap(flatten);
  if (definition.innerType) return flatten(definition.innerType);
  return [schema];
}

function chain(...steps: Reshape[]): Reshape {
  const active = steps.filter((step) => step !== undefined);
  if (active.length < 2) return active[0];
  return (value, scope) => active.reduce<unknown>((current, step) => step(current, scope), value);
}

function apply(reshape: Reshape, value: unknown, scope: ReshapeScope): ScriptValue {
  return (reshape ? reshape(value, scope) : value) as ScriptValue;
}

function isEmptyTable(value: unknown): boolean {
  return isPlainObject(value) && Object.keys(value).length === 0;
}
