import { z } from "zod";
import { toCamelCase } from "../engine/naming.ts";
import { anyObject, anyValue, callback } from "../bridge/schemas.ts";
import { EVENT_FIELDS, type EventField } from "../events/event-types.ts";
import { usageOut } from "./llm-schemas.ts";

const KINDS = {
  string: z.string(),
  number: z.number(),
  boolean: z.boolean(),
  usage: usageOut,
  error: z.object({ code: z.string(), message: z.string() }),
  list: z.array(anyValue),
  any: anyValue,
};

const fields = Object.fromEntries(
  Object.entries(EVENT_FIELDS).map(([name, { type, summary }]) => [
    name,
    KINDS[type].nullable().optional().describe(summary),
  ]),
);

/** An event as a script gets it. What `emit` was given besides is there too, as it was given. */
export const runEvent = z
  .looseObject({
    type: z.string().describe("Its name."),
    id: z.string(),
    time: z.number().describe("Milliseconds since the epoch."),
    runId: z.string(),
    spanId: z.string().optional().describe("The piece of work that it belongs to."),
    parentSpanId: z.string().optional(),
    data: anyValue.optional().describe("What `emit` was given."),
    ...fields,
  })
  .meta({ title: "RunEvent" });

export const handler = callback([runEvent], anyValue, ["event"]);
export const predicate = callback([runEvent], z.boolean(), ["event"]);

export const pattern = z
  .string()
  .min(1)
  .describe("A name, `tool.*` (one part), `workflow.**` (any number of parts), or `*` for every event.");

export const handlerOptions = z.strictObject({
  filter: predicate.optional().describe("Only events for which it answers true."),
  maxQueue: z
    .int()
    .min(1)
    .max(100_000)
    .default(1_000)
    .describe("Events that wait at most while the handler waits; beyond, the oldest is dropped."),
});
export type HandlerSettings = z.output<typeof handlerOptions>;

export const historyQuery = z.strictObject({
  pattern: pattern.optional(),
  since: z.number().optional().describe("Milliseconds since the epoch."),
  before: z.number().optional(),
  limit: z.int().min(1).optional().describe("The newest so many."),
  where: anyObject.optional().describe('Fields and their values, such as `{toolName = "file_read"}`.'),
});

export const aggregateOptions = z.strictObject({
  by: z.string().optional().describe("The field whose values make groups, such as `toolName`."),
  measure: z.string().optional().describe("The number that is summed up, such as `duration`."),
  last: z.int().min(1).max(10_000).optional().describe("Only the last so many events."),
  windowMs: z.number().positive().optional().describe("Only events of the last so many milliseconds."),
  every: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe("Calls the function after each so many events, and counts anew."),
});

const totals = {
  count: z.number(),
  sum: z.number(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  mean: z.number().nullable(),
};
export const aggregateResult = z
  .object({ ...totals, groups: z.record(z.string(), z.object(totals)) })
  .meta({ title: "EventTotals" });

const DECLARED = new Set<string>([...Object.keys(EVENT_FIELDS), "runId", "spanId", "parentSpanId"] satisfies (
  | EventField
  | string
)[]);

/** A field by either spelling. */
export function fieldName(given: string): string {
  const camel = toCamelCase(given);
  return DECLARED.has(camel) ? camel : given;
}
