import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { anyObject } from "../bridge/schemas.ts";
import type { CustomCheck } from "../schemas/custom-checks.ts";
import type { JsonSchema } from "../schemas/json-schema.ts";
import { SchemaVersions } from "../schemas/schema-versions.ts";
import type { ScriptObject } from "../values/script-value.ts";
import { toSchema } from "./llm-json.ts";

/** A schema itself, or the name of one that is registered: `user`, `user@2`. */
export const givenSchema = z.union([z.string(), anyObject]);

const OWNED = {};

/** The schemas and checks that the run registered. */
export class RunSchemas {
  readonly versions = new SchemaVersions();
  readonly formats = new Map<string, CustomCheck>();
  readonly keywords = new Map<string, CustomCheck>();
}

export function schemasOf(ctx: CallContext): RunSchemas {
  return ctx.own(OWNED, () => new RunSchemas());
}

/** Throws `schema.unknown`, `schema.invalid`. */
export function schemaOf(given: string | ScriptObject, ctx: CallContext, method: string): JsonSchema {
  if (typeof given !== "string") return toSchema(given, method, false);
  const [, name, version] = /^(.*?)(?:@(\d+))?$/s.exec(given) as unknown as [string, string, string | undefined];
  return schemasOf(ctx).versions.get(name, version === undefined ? undefined : Number(version)).schema;
}
