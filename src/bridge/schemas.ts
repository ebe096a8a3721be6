import { z } from "zod";
import { Handle, isPlainObject, type ScriptObject, type ScriptValue, TextValue } from "../values/script-value.ts";
import { tagSchema } from "./schema-tags.ts";

/** A script's function as a bridge gets it: call it with host values, get host values back. It may wait. */
export interface Callback<Args extends readonly unknown[] = ScriptValue[], Result = ScriptValue> {
  (...args: Args): Result | Promise<Result>;
  /** Unique within the run's VM: the same function, the same id. */
  readonly functionId: number;
  /** Keeps the function beyond the call that received it, e.g. as a handler, until `release`. */
  retain(): void;
  release(): void;
}

type Outputs<Args extends readonly z.ZodType[]> = { -readonly [K in keyof Args]: z.output<Args[K]> };

/**
 * Schema of a function argument. `args` are presented to the script like results (declared fields in its own
 * spelling); `returns` validates what it gives back, and is user data by default. `names` are what editors call `args`.
 */
export function callback<const Args extends readonly z.ZodType[], Result extends z.ZodType = z.ZodType<ScriptValue>>(
  args: Args,
  returns?: Result,
  names: readonly string[] = [],
): z.ZodType<Callback<Outputs<Args>, z.output<Result>>> {
  const schema = z.custom<Callback<Outputs<Args>, z.output<Result>>>((value) => typeof value === "function", {
    error: "expected a function",
  });
  return tagSchema(schema, { callback: { args, returns, names } });
}

/** Schema of a handle of one type. */
export function handle<State = unknown>(type: string): z.ZodType<Handle<State>> {
  const schema = z.custom<Handle<State>>((value) => value instanceof Handle && value.type === type, {
    error: `expected ${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`,
  });
  return tagSchema(schema, { handle: type });
}

/** Any value of a script, untouched. */
export const anyValue: z.ZodType<ScriptValue> = z.any();

/** Binary data: bytes, or a string that stands for its UTF-8 bytes. */
export const bytesOrText: z.ZodType<Uint8Array | string> = z.union(
  [z.string(), z.custom<Uint8Array>((value) => value instanceof Uint8Array)],
  {
    error: "expected bytes or a string",
  },
);

/** Any object of a script, its keys untouched. */
export const anyObject: z.ZodType<ScriptObject> = tagSchema(
  z.custom<ScriptObject>(isPlainObject, { error: "expected an object" }),
  {
    object: true,
  },
);

/** A result whose fields are declared by what it says of itself; `shown` is what editors and the documentation see of it. */
export function shapeOf<T extends z.ZodType>(shown: T, of: (value: ScriptObject) => z.ZodType): z.ZodType<z.output<T>> {
  const schema = z.custom<z.output<T>>(isPlainObject, { error: "expected an object" });
  return tagSchema(schema, { shapeOf: { shown, of } });
}

/** An answer that is a text with declared fields besides. */
export function textWith(fields: z.ZodRawShape): z.ZodType<TextValue> {
  const schema = z.custom<TextValue>((value) => value instanceof TextValue, { error: "expected a text" });
  return tagSchema(schema, { text: z.object(fields) });
}
