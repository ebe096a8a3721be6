import type { z } from "zod";
import type { ScriptValue } from "../values/script-value.ts";

/**
 * Any value of a script, like `anyValue`, without loading zod: for the bridges that the smallest spells use. It holds
 * what the dispatcher and `z.toJSONSchema` read of a schema, and nothing else: do not compose it with zod's.
 */
export const anything = {
  _zod: { def: { type: "any" }, optin: "optional", optout: "optional", toJSONSchema: () => ({}) },
  safeParse: (data: unknown) => ({ success: true, data }),
} as unknown as z.ZodType<ScriptValue>;

/** Output of methods that answer nothing, without loading zod. */
export const nothing = {
  _zod: { def: { type: "null" }, optin: "optional", optout: "optional", toJSONSchema: () => ({ type: "null" }) },
  safeParse: () => ({ success: true, data: null }),
} as unknown as z.ZodType<null>;
