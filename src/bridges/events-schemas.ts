import { z } from "zod";
import { toCamelCase } from "../engine/naming.ts";
import { anyObject, anyValue, callback, shapeOf } from "../bridge/schemas.ts";
import { EVENT_FIELDS, isBuiltIn } from "../events/event-types.ts";
import { type ScriptObject, setKey } from "../values/script-value.ts";
import { usageOut } from "./llm-schemas.ts";

const KINDS = {
  string: z.string(),
  number: z.number(),
  boolean: z.boolean(),
  usage: usageOut,
  error: z.object({ code: z.string(), message: z.string() }),
  list: z.array(anyValue),
};

const fields = Object.fromEntries(
  Object.entries(EVENT_FIELDS).map(([name, { type, summary }]) => [
    name,
    KINDS[type].nullable().optional().describe(summary),
  ]),
);

const added = {
  runId: z.string(),
  spanId: z.string().optional().describe("The piece of work that it belongs to."),
  parentSpanId: z.string().optional(),
};
const replayed = { originalId: z.string(), originalTime: z.number() };
const ownEvent = z.object({ ...added, ...replayed });
const builtInEvent = z
  .looseObject({
    type: z.string().describe("Its name."),
    id: z.string(),
    time: z.number().describe("Milliseconds since the epoch."),
    ...added,
    data: anyValue.optional().describe("What `emit` was given."),
    ...fields,
  })
  .meta({ title: "RunEvent" });

/** The same to who listens to one workflow. */
export const workflowEvent = z.looseObject({ type: z.string(), ...fields }).meta({ title: "WorkflowEvent" });

/** An event as a script gets it. What the spell itself emitted is there as it was given. */
export const runEvent = shapeOf(builtInEvent, ({ type }) => (isBuiltIn(String(type)) ? builtInEvent : ownEvent));

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

const ADDED = new Set([...Object.keys(added), ...Object.keys(replayed)]);

/** An event that a script got, as the bus had it: declared fields by their declared names. */
export function asEmitted(event: ScriptObject): ScriptObject {
  const builtIn = isBuiltIn(String(event.type));
  const emitted: ScriptObject = {};
  for (const [field, value] of Object.entries(event)) {
    const name = toCamelCase(field);
    setKey(emitted, ADDED.has(name) || (builtIn && Object.hasOwn(EVENT_FIELDS, name)) ? name : field, value);
  }
  return emitted;
}
