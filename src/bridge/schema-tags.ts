import type { z } from "zod";
import type { ScriptObject } from "../values/script-value.ts";

/** What zod cannot say of a schema, kept on the schema object itself. No zod at run time: the dispatcher reads this on every start. */
export interface SchemaTag {
  callback?: {
    args: readonly z.ZodType[];
    returns: z.ZodType | undefined;
    /** What its parameters are called, for editors. */
    names?: readonly string[];
  };
  handle?: string;
  /** The value comes presented in camelCase with its aliases: another thread knows its schema. */
  presented?: true;
  /** Presented by the schema that fits the value; editors see `shown`. */
  shapeOf?: { shown: z.ZodType; of(value: ScriptObject): z.ZodType };
  /** An object of user data. */
  object?: true;
  /** Declared fields of a text value. */
  text?: z.ZodType;
}

/** Shared by all copies of this module: a schema may have been tagged by another. */
const TAG = Symbol.for("llmspell.schemaTag");

export function tagSchema<T extends z.ZodType>(schema: T, tag: SchemaTag): T {
  Object.defineProperty(schema, TAG, { value: tag });
  return schema;
}

export function tagOf(schema: z.ZodType): SchemaTag | undefined {
  return (schema as unknown as Record<symbol, SchemaTag | undefined>)[TAG];
}
